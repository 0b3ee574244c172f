/** The rest of the page: the state, the wire, the ending, the forms. */
import { shorten } from './conversation.js';
import { byId } from './elements.js';
import { mayBeSent, meaningOf } from './endings.js';

type State = 'connecting' | 'open' | 'closing' | 'closed' | 'failed';

const stateNames: Record<State, string> = {
  connecting: 'Connecting',
  open: 'Open',
  closing: 'Closing',
  closed: 'Closed',
  failed: 'Failed',
};

const wire = byId('wire', HTMLElement);
const messageForm = byId('message-form', HTMLFormElement);
const closeForm = byId('close-form', HTMLFormElement);
const closeCode = byId('close-code', HTMLInputElement);
const closeReason = byId('close-reason', HTMLInputElement);
const closeHint = byId('close-hint', HTMLElement);

/** Shows the state, and explains it in a sentence or two. */
export function showState(state: State, sentence: string) {
  wire.dataset.state = state;
  byId('state', HTMLElement).textContent = stateNames[state];
  byId('explanation', HTMLElement).textContent = sentence;
  byId('message-fields', HTMLFieldSetElement).disabled = state !== 'open';
  byId('close-fields', HTMLFieldSetElement).disabled = state !== 'open';
  byId('connect', HTMLButtonElement).hidden = state === 'open' || state === 'closing';
  byId('connect', HTMLButtonElement).textContent =
    state === 'connecting' ? 'Give up' : 'Connect again';
  if (state === 'connecting') byId('ending', HTMLElement).hidden = true;
}

export function showAddress(address: string) {
  byId('origin', HTMLElement).textContent = location.origin;
  byId('address', HTMLElement).textContent = address;
}

export function showEnding(code: number, reason: string) {
  byId('code', HTMLElement).textContent = String(code);
  byId('code-meaning', HTMLElement).textContent = meaningOf(code);
  byId('reason', HTMLElement).textContent = reason || 'none given';
  byId('ending', HTMLElement).hidden = false;
}

/** Offers a link to this page with another server. */
export function suggestServer(address: string) {
  const link = byId('suggestion', HTMLAnchorElement);
  link.href = `?${new URLSearchParams({ server: address })}`;
  link.textContent = `Try ${address}`;
  link.hidden = false;
  byId('connect', HTMLButtonElement).hidden = true;
}

/** Animates a payload along the wire. */
export function showTravel(direction: 'sent' | 'received', payload: string | ArrayBuffer) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const packet = document.createElement('span');
  packet.className = `packet ${direction}`;
  packet.textContent = shorten(payload).slice(0, 12);
  packet.addEventListener('animationend', () => packet.remove());
  byId('line', HTMLElement).append(packet);
}

/**
 * Calls the handlers when the user sends a message, closes, or presses “Connect again” or “Give up”.
 */
export function listen(handlers: {
  send: (text: string) => void;
  close: (code: number | undefined, reason: string) => void;
  connectOrGiveUp: () => void;
}) {
  messageForm.addEventListener('submit', (event) => {
    event.preventDefault();
    const message = byId('message', HTMLInputElement);
    handlers.send(message.value);
    message.select();
  });
  closeForm.addEventListener('submit', (event) => {
    event.preventDefault();
    handlers.close(closeCode.value === '' ? undefined : Number(closeCode.value), closeReason.value);
  });
  byId('connect', HTMLButtonElement).addEventListener('click', handlers.connectOrGiveUp);
  closeCode.addEventListener('input', checkClose);
  closeReason.addEventListener('input', checkClose);
  checkClose();
}

/** Explains the code, and keeps the form from sending what `close()` would reject. */
function checkClose() {
  const code = closeCode.value === '' ? undefined : Number(closeCode.value);
  const reasonBytes = new TextEncoder().encode(closeReason.value).length;
  let problem = '';
  if (closeCode.validity.badInput) {
    problem = 'A close code is a whole number.';
  } else if (code !== undefined && !mayBeSent(code)) {
    problem = `Browsers let a page send 1000 and 3000 to 4999. ${code} is ${meaningOf(code)}.`;
  } else if (code === undefined && reasonBytes > 0) {
    problem =
      'A reason needs a code: in the Close frame it comes after the code (RFC 6455 §5.5.1).';
  } else if (reasonBytes > 123) {
    problem = `The reason takes ${reasonBytes} bytes; 123 fit after the code (RFC 6455 §5.5).`;
  }
  closeCode.setCustomValidity(problem);
  closeHint.textContent =
    problem ||
    (code === undefined
      ? 'Without a code the Close frame is empty.'
      : `${code}: ${meaningOf(code)}.`);
  closeHint.classList.toggle('problem', problem !== '');
}
