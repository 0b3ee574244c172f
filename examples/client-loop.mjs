/**
 * Runs every case that `framewright client` serves, with the global WebSocket of Node 22, Deno, Bun,
 * or a library that replaces it:
 *   framewright client --port 0 -- node examples/client-loop.mjs {url} my-client
 *   framewright client --port 0 -- deno run -A examples/client-loop.mjs {url} deno
 */
import process from 'node:process';

const [server, agent = 'client'] = process.argv.slice(2);
/** In ms; longer than any case takes, so that a missing close event does not stop the loop. */
const timeout = 60_000;

/** Opens a connection and resolves once it has closed. */
function visit(path, onMessage = () => {}) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server}${path}`);
    const over = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      console.error(`${path}: no close event within ${timeout} ms`);
      over();
    }, timeout);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => onMessage(data, socket);
    socket.onerror = () => {};
    socket.onclose = over;
  });
}

let count = 0;
await visit('/getCaseCount', (data) => {
  count = Number(data);
});
for (let number = 1; number <= count; number += 1) {
  // Echo each message: text as text, binary as binary.
  await visit(`/runCase?case=${number}&agent=${agent}`, (data, socket) => socket.send(data));
}
await visit(`/updateReports?agent=${agent}`);
