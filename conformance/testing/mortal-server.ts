/**
 * A command for the tests of the command line: a correct echo server at `PORT` that ends with code 7
 * at its connection `--die-at`, or when a client asks for the subprotocol `--die-of`, or falls silent at `--hang-at` and reports its process id to the
 * address `--tell`.
 */
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { correct } from '../reference/behaviour.ts';
import { startPeer } from '../reference/server.ts';
import { type HttpHead, headerValues } from '../wire/http-head.ts';

const { values } = parseArgs({
  options: {
    'die-at': { type: 'string' },
    'die-of': { type: 'string' },
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

/** As a library does that throws on it: the error goes out, then the process ends. */
function choke(request: HttpHead): number | undefined {
  const protocol = headerValues(request, 'Sec-WebSocket-Protocol').join();
  return values['die-of'] !== undefined && protocol === values['die-of'] ? 500 : undefined;
}

await startPeer(
  {
    request: { count, choke, ...correct.request },
    refuse: (status, request) => {
      if (status === 500) {
        console.error(`cannot read ${values['die-of']}`);
        setImmediate(() => process.exit(7));
      }
      return correct.refuse(status, request);
    },
    echo: (message) => (connections < hangAt ? [message] : []),
    pong: (payload) => (connections < hangAt ? [payload] : []),
  },
  Number(process.env.PORT),
);
