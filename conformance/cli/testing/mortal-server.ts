/**
 * A command for the tests of the command line: an honest echo server at `PORT` that ends with code 7
 * at its connection `--die-at`, or falls silent at `--hang-at` and tells its process id to the
 * address `--tell`.
 */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { honest } from '../../crooked/manners.ts';
import { startPeer } from '../../crooked/server.ts';

const { values } = parseArgs({
  options: {
    'die-at': { type: 'string' },
    'hang-at': { type: 'string' },
    tell: { type: 'string', default: ':' },
  },
});
const dieAt = Number(values['die-at'] ?? Infinity);
const hangAt = Number(values['hang-at'] ?? Infinity);
const [host, port] = values.tell.split(':') as [string, string];
let connections = 0;

function count(): undefined {
  connections += 1;
  if (connections === dieAt) {
    console.error('out of luck');
    process.exit(7);
  }
  if (connections === hangAt) connect(Number(port), host).end(`${process.pid}`);
}

await startPeer(
  {
    request: { count, ...honest.request },
    echo: (message) => (connections < hangAt ? [message] : []),
    pong: (payload) => (connections < hangAt ? [payload] : []),
  },
  Number(process.env.PORT),
);
