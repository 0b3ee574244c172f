/** Owns browsers, for orphans.test.ts: starts the given engines, prints `ready`, and waits. */
import { createInterface } from 'node:readline';
import type { Engine } from './find.ts';
import { launch } from './launch.ts';

const sessions = await Promise.all(process.argv.slice(2).map((engine) => launch(engine as Engine)));
for (const session of sessions) await (await session.newTab()).evaluate(() => true);
console.log('ready');

for await (const order of createInterface({ input: process.stdin })) {
  if (order === 'crash') throw new Error('crashed as requested');
  if (order === 'leave') process.exit(0);
  await Promise.all(sessions.map((session) => session.close()));
  break;
}
process.stdin.destroy();
