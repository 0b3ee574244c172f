/**
 * The queue of client cases in this browser. The harness starts it once and fetches the results;
 * one call for all cases is several times faster than one for each.
 */
import type {
  CaseReport,
  ClientCase,
  ClientCases,
} from '../../conformance/run/browser/page-protocol.ts';
import { run } from './run-case.js';

const done: CaseReport[] = [];
/** Shared by all workers of the queue. */
let waiting: ClientCase[] = [];
let total = 0;
let isOver = true;
/** Whether cases run one at a time, as those with many megabytes do. */
let alone = false;
/** Waiting cases: lets the next one start. */
let goOn = () => {};
let over: Promise<unknown> = Promise.resolve();
let wake = () => {};
const status = document.querySelector<HTMLElement>('[role=status]')!;

/**
 * Starts the cases and returns at once.
 * @param concurrency how many run concurrently
 */
function start(cases: readonly ClientCase[], concurrency: number) {
  waiting = [...cases];
  total = cases.length;
  isOver = false;
  alone = concurrency === 1;
  over = Promise.all(Array.from({ length: concurrency }, runNextCases)).then(() => {
    isOver = true;
    wake();
  });
}

async function runNextCases() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const seen = await run(next);
    // The peer may take seconds to judge a large case, and would be late for the next one.
    const isJudged = new Promise((resolve) => {
      goOn = () => resolve(undefined);
    });
    done.push({ id: next.id, seen });
    wake();
    if (alone) await isJudged;
  }
}

/** A call that takes longer than this means that the page hangs, not that a case is slow. */
const heartbeat = 4000;

/** Results of this period are returned by one call: a call costs as much as a case. */
const gathering = 150;

const passed = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The results since the last call, as soon as there are any; none after a while. */
async function next() {
  // Results handed over earlier have been judged when more are requested.
  if (done.length === 0) goOn();
  if (done.length === 0 && !isOver) {
    const woken = new Promise((resolve) => {
      wake = () => resolve(undefined);
    });
    await Promise.race([woken, passed(heartbeat)]);
  }
  if (!alone) await Promise.race([over, passed(gathering)]);
  // A page that is painted for each case takes half as long again.
  status.textContent = `${total - waiting.length} of ${total}`;
  return { reports: done.splice(0), more: !isOver };
}

const clientCases: ClientCases = { start, next };
Object.assign(globalThis, { clientCases });
