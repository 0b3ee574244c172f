// The queue of client cases in this browser. The harness starts it once and fetches what is done;
// one call for all cases is several times faster than one for each.

import { run } from './run-case.js';

/**
 * @typedef {import('./run-case.js').ClientCase} ClientCase
 * @typedef {{ id: string, seen: import('./run-case.js').Seen[] }} Report
 */

/** @type {Report[]} */
const done = [];
let lanesOpen = 0;
/** @type {() => void} */
let wake = () => {};
const status = /** @type {HTMLElement} */ (document.querySelector('[role=status]'));

/**
 * Starts the cases and returns at once.
 * @param {ClientCase[]} cases
 * @param {number} lanes how many run side by side
 */
function start(cases, lanes) {
  const waiting = [...cases];
  lanesOpen = Math.min(lanes, cases.length);
  for (let lane = 0; lane < lanesOpen; lane += 1) void runLane(waiting, cases.length);
}

/**
 * @param {ClientCase[]} waiting shared by all lanes
 * @param {number} total
 */
async function runLane(waiting, total) {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    status.textContent = `${total - waiting.length} of ${total}: ${next.id}`;
    done.push({ id: next.id, seen: await run(next) });
    wake();
  }
  lanesOpen -= 1;
  wake();
}

/** A call that takes longer than this means that the page hangs, not that a case is slow. */
const heartbeat = 4000;

/** What is done since the last call, as soon as there is something; nothing after a while. */
async function next() {
  if (done.length === 0 && lanesOpen > 0) {
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(resolve, heartbeat);
    });
  }
  return { reports: done.splice(0), more: lanesOpen > 0 };
}

Object.assign(globalThis, { clientCases: { start, next } });
