/** The progress display: one updated line on a terminal, or a few lines in CI. */
import type { Verdict } from '../judge/judge.ts';
import type { CaseResult } from '../results/case-result.ts';
import { forTerminalLines } from '../untrusted/inert.ts';

export interface Progress {
  show(result: CaseResult): void;
  /** A permanent line. */
  note(sentence: string): void;
  /** Removes the updated line. */
  end(): void;
}

/** @param stream usually standard error, so that reports on standard output stay whole */
export function progressOn(stream: NodeJS.WriteStream, planned: number): Progress {
  const counts: Partial<Record<Verdict, number>> = {};
  // A dumb terminal cannot update a line.
  const isChanging = stream.isTTY && process.env.TERM !== 'dumb';
  let done = 0;
  let shownAt = 0;
  const words = () => {
    const { fail = 0, warn = 0 } = counts;
    return `${done} of ${planned} cases, ${fail} failed, ${warn} warned`;
  };
  return {
    show({ verdict, case: { id } }) {
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      done += 1;
      if (!isChanging) {
        // Four lines for a long run, and none for a short one.
        const quarter = Math.ceil(planned / 4);
        if (planned >= 100 && done % quarter === 0) stream.write(`${words()}\n`);
        return;
      }
      const now = performance.now();
      if (now - shownAt < 50 && done < planned) return;
      shownAt = now;
      const line = `${words()}  ${id}`.slice(0, (stream.columns || 80) - 1);
      stream.write(`\r\u001b[2K${line}`);
    },
    note(sentence) {
      if (isChanging && done > 0) stream.write('\r\u001b[2K');
      stream.write(`${forTerminalLines(sentence)}\n`);
    },
    end() {
      if (isChanging && done > 0) stream.write('\r\u001b[2K');
    },
  };
}
