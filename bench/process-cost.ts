/** The CPU time and memory of a process, as the operating system counts them, over all threads. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports `stat` times in units of 1/100 s on every architecture (USER_HZ). */
const tickMicros = 10_000;

/** CPU time used by process `pid` since it started, in microseconds. */
export function cpuMicros(pid: number): number {
  if (process.platform !== 'linux') return cpuMicrosFromPs(pid);
  try {
    let nanos = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanos += Number(
        readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0],
      );
    }
    return nanos / 1000;
  } catch {
    // A kernel without CONFIG_SCHED_INFO has no schedstat.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMicros;
  }
}

/** Memory of process `pid` that is resident, in bytes. */
export function residentBytes(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }
  return Number(ps(pid, 'rss=')) * 1024;
}

/** ps prints [[days-]hours:]minutes:seconds[.fraction]. */
function cpuMicrosFromPs(pid: number): number {
  const [clock = '', days = '0'] = ps(pid, 'time=').split('-').reverse();
  const seconds = clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1e6;
}

function ps(pid: number, field: string): string {
  try {
    return execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(
      `cannot measure process ${pid}: neither /proc nor ps works on ${process.platform}`,
      { cause },
    );
  }
}
