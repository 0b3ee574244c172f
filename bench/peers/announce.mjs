/**
 * What every peer does besides echoing: print its port, and collect garbage on request, so that
 * memory is compared and not the timing of a collector.
 */
import process from 'node:process';

const collect = () => {
  if (globalThis.Bun) globalThis.Bun.gc(true);
  // Twice: the first collection runs finalizers, the second frees what they released.
  for (let pass = 0; pass < 2; pass++) globalThis.gc?.();
  console.log('collected');
};

export const port = Number(process.argv[2] ?? 0);
export const deflate = process.argv.includes('--deflate');

/** Larger than the largest message of the benchmark; ws's and Deno's own defaults are near it. */
export const maxMessageBytes = 64 * 1024 * 1024;

/** @param {number} listeningPort */
export function announce(listeningPort) {
  if (process.platform !== 'win32') process.on('SIGUSR2', collect);
  console.log(`listening ${listeningPort}`);
}
