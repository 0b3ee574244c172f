/** Memory of a process group, as reported by the system: /proc on Linux, `ps` elsewhere. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** @returns bytes; undefined if the system does not report it, or if no process is left */
export function residentMemoryOf(group: number): number | undefined {
  const kibibytes = process.platform === 'linux' ? readFromProc(group) : readFromPs(group);
  const sum = kibibytes.reduce((total, one) => total + one, 0);
  return sum === 0 ? undefined : sum * 1024;
}

function readFromProc(group: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // proc(5): the group is the third field after the name, which may contain any character.
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      if (Number(stat.slice(stat.lastIndexOf(')')).split(' ')[3]) !== group) return [];
      const status = readFileSync(`/proc/${name}/status`, 'latin1');
      return [Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0)];
    } catch {
      // It ended while we were reading.
      return [];
    }
  });
}

function readFromPs(group: number): number[] {
  try {
    const rows = execFileSync('ps', ['-A', '-o', 'pgid=,rss='], { encoding: 'utf8' }).split('\n');
    return rows.flatMap((row) => {
      const [pgid, rss] = row.trim().split(/\s+/).map(Number);
      return pgid === group && rss !== undefined ? [rss] : [];
    });
  } catch {
    return [];
  }
}
