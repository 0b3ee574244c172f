/**
 * The form for frames that no browser sends: a list of prepared ones, as editable JSON.
 */
import type { FrameRequest, Side } from '../../inspector/session-events.ts';
import { byId, element, onSubmit, sentenceOf } from '../elements.js';
import { sectionLink } from './bit-table.js';
import { framesAs, injections } from './injections.js';

const form = byId('inject-form', HTMLFormElement);
const choice = byId('injection', HTMLSelectElement);
const orders = byId('orders', HTMLTextAreaElement);
const problem = byId('inject-problem', HTMLElement);

/** Offers the prepared frames, and calls `inject` with the user's version of them. */
export function listenForInjections(inject: (as: Side, frames: FrameRequest[]) => Promise<void>) {
  offer('Correct frames', true);
  offer('Deliberately wrong frames', false);
  fillOrders();
  form.addEventListener('change', ({ target }) => {
    if (target !== orders) fillOrders();
  });
  onSubmit('inject-form', async () => {
    problem.textContent = '';
    try {
      await inject(chosenSide(), readOrders());
    } catch (error) {
      problem.textContent = sentenceOf(error);
    }
  });
}

function offer(label: string, legal: boolean) {
  const group = element('optgroup', { label });
  for (const { id, title } of injections.filter((each) => each.legal === legal)) {
    group.append(element('option', { value: id, textContent: title }));
  }
  choice.append(group);
}

/** The side whose stream the frames enter. */
function chosenSide(): Side {
  return new FormData(form).get('as') === 'server' ? 'server' : 'client';
}

function fillOrders() {
  const chosen = injections.find(({ id }) => id === choice.value);
  if (!chosen) return;
  orders.value = framesAs(chosen, chosenSide())
    .map((frame) => JSON.stringify(frame))
    .join('\n');
  byId('expected', HTMLElement).replaceChildren(`${chosen.expected} `, sectionLink(chosen.section));
}

/** One frame per line. */
function readOrders(): FrameRequest[] {
  return orders.value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, i) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(`Line ${i + 1} is not JSON: each line is one frame.`);
      }
    });
}
