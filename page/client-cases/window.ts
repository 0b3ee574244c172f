/**
 * A window that opens a connection, navigates away, and comes back: does the document that had the
 * connection live on (HTML, back/forward cache)?
 */

const parameters = new URLSearchParams(location.search);
const url = parameters.get('url') ?? '';
const channel = new BroadcastChannel(url);
channel.onmessage = ({ data }) => {
  if (data === 'end') close();
};

const [entry] = performance.getEntriesByType('navigation');
const isBack = (entry as PerformanceNavigationTiming).type === 'back_forward';

if (parameters.has('elsewhere')) history.back();
else if (isBack) channel.postMessage('a new document');
else open();

function open() {
  const socket = new WebSocket(url);
  socket.addEventListener('open', () => channel.postMessage('open'));
  channel.onmessage = ({ data }) => {
    if (data === 'leave')
      location.href = `window.html?${new URLSearchParams({ url, elsewhere: '' })}`;
    else close();
  };
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) channel.postMessage(`the same document, readyState ${socket.readyState}`);
  });
}
