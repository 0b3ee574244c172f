/**
 * Owns processes, for process-scope.test.ts: starts a command that ignores SIGTERM and has children,
 * one of them in a separate session and one also with another environment. Prints the ids of all
 * three, and waits.
 */
import { ProcessScope } from '../process-scope.ts';

const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
  console.log(process.pid);`;
const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}],
  OPTIONS);`;
const withChildren = [
  child.replace('OPTIONS', `{ stdio: 'inherit', detached: true }`),
  child.replace('OPTIONS', `{ stdio: 'inherit', detached: true, env: {} }`),
  stubborn,
].join('\n');

new ProcessScope().start(process.execPath, ['-e', withChildren], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
setInterval(() => {}, 1000);
