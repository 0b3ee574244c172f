/** One attempt at a case, and whether the target survives it. */
import type { Case } from '../../format/case.ts';
import type { CaseResult } from '../../results/case-result.ts';
import type { ServerTarget } from '../../transport/connect.ts';
import { type AttemptOptions, playCase } from './play-case.ts';
import { targetEnded } from './target-ended.ts';
import { deathMayTake, type TargetProcess, TargetWatch } from './target-watch.ts';

const quietLooks = 2;

export async function replayCase(
  testCase: Case,
  target: ServerTarget,
  process: TargetProcess | undefined,
  options: AttemptOptions & { readonly signal: AbortSignal },
): Promise<CaseResult> {
  const result = await playCase(testCase, target, options);
  if (result.conversations.length === 0) return result;
  const { timeout, signal } = options;
  const watch = new TargetWatch(target, {
    ...{ timeout, process, quietLooks, signal },
    ...{ returnTimeout: 0, maxRestarts: 0, onNotice: () => {} },
  });
  await watch.lingers(deathMayTake);
  const loss = await watch.findLoss();
  return loss ? targetEnded(result, loss) : result;
}
