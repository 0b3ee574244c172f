/**
 * Runs every case that `framewright client` serves, with the global WebSocket of Node 22, Deno, Bun,
 * or any library put in its place:
 *   framewright client --port 0 -- node examples/client-loop.mjs {url} my-client
 *   framewright client --port 0 -- deno run -A examples/client-loop.mjs {url} deno
 */
import process from 'node:process';

const [server, agent = 'client'] = process.argv.slice(2);
/** In ms; longer than any case takes, so that one close event that never comes ends no loop. */
const patience = 60_000;

/** Opens one connection and settles when it is over. */
function visit(path, onMessage = () => {}) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server}${path}`);
    const over = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      console.error(`${path}: no close event in ${patience} ms`);
      over();
    }, patience);
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
  // Everything comes back as it came: text as text, binary as binary.
  await visit(`/runCase?case=${number}&agent=${agent}`, (data, socket) => socket.send(data));
}
await visit(`/updateReports?agent=${agent}`);
