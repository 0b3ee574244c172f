/** Judges stored conversations again, with the cases of this version. */
import { applicationMessage } from '../format/application-message.ts';
import type { Case } from '../format/case.ts';
import type { JudgedTarget, Judgement } from '../judge/judge.ts';
import { beyondOneCase, judgeConversations } from '../judge/judge-conversations.ts';
import type { RecordedAttempt, RecordedResult, Run } from './results.ts';
import { isWhole, loadConversations } from './stored-conversations.ts';
import { faulted } from './unjudged.ts';

/**
 * A result stays as it is if nothing was played, if a conversation was not kept whole, if its rule
 * is not about the case's own conversations, or if the catalogue no longer has the case.
 * @param cases of the volume that was run
 */
export function rejudge(run: Run, cases: readonly Case[]): Run {
  const byId = new Map(cases.map((testCase) => [testCase.id, testCase]));
  const { role, capabilities, behaviour } = run.target;
  const { echo, pong } = capabilities;
  const target = {
    ...{ role, echo, behaviour, headers: run.options.headers },
    ...(typeof pong === 'boolean' && { pong }),
    // What they were is not kept, and does not matter for frames that came after them.
    inits: Array.from({ length: run.options.inits ?? 0 }, () =>
      applicationMessage(Buffer.alloc(0)),
    ),
  };
  const results = run.results.map((result): RecordedResult => {
    const testCase = byId.get(result.id);
    return testCase ? rejudgeResult(result, testCase, target) : result;
  });
  return { ...run, results };
}

function rejudgeResult(
  result: RecordedResult,
  testCase: Case,
  target: JudgedTarget,
): RecordedResult {
  const others = result.otherAttempts?.map((other) => rejudgeAttempt(other, testCase, target));
  const judged = rejudgeAttempt(result, testCase, target);
  const isSame =
    judged === result &&
    (others ?? []).every((other, index) => other === result.otherAttempts![index]);
  if (isSame) return result;
  const { title, level, document, section, requirement } = testCase;
  const { unstable: _unstable, ...rest } = judged;
  const isStable = (others ?? []).every(({ verdict }) => verdict === judged.verdict);
  return {
    ...rest,
    ...(judged !== result && { title, level, document, section, requirement }),
    ...(others && { otherAttempts: others }),
    ...(!isStable && { unstable: true }),
  };
}

/** @returns the attempt itself if it cannot be judged again */
function rejudgeAttempt<Attempt extends RecordedAttempt>(
  attempt: Attempt,
  testCase: Case,
  target: JudgedTarget,
): Attempt {
  const { verdict, rule, conversations } = attempt;
  const judged = conversations.filter(({ name }) => name !== 'before');
  if (judged.length === 0 || !judged.every(isWhole)) return attempt;
  // What the user's messages were is not kept.
  if (attempt.isAdapted || attempt.proof === 'message') return attempt;
  if (verdict === 'error' || beyondOneCase.has(rule)) return attempt;
  const judgement = judgedOrFaulted(attempt, testCase, target);
  if (!judgement) return attempt;
  const { at: _at, reference: _reference, cause: _cause, ...recorded } = attempt;
  return { ...(recorded as Attempt), ...judgement };
}

function judgedOrFaulted(
  { conversations, aftermath }: RecordedAttempt,
  testCase: Case,
  target: JudgedTarget,
): (Judgement & { readonly stack?: string }) | undefined {
  const played = {
    conversations: loadConversations(conversations.filter(({ name }) => name !== 'before')),
    ...(aftermath && { aftermath }),
  };
  try {
    return judgeConversations(testCase, played, target);
  } catch (error) {
    const {
      case: _case,
      duration: _duration,
      conversations: _,
      ...fault
    } = faulted(testCase, error);
    return fault;
  }
}
