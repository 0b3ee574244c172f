/** Judges stored conversations again, by the cases of this Framewright. */
import type { Case } from '../format/case.ts';
import { type JudgedTarget, type Judgement, judge } from '../judge/judge.ts';
import { repeatedKey, wrongHost } from '../judge/rules.ts';
import type { Timeline } from '../wire/timeline.ts';
import type { RecordedResult, Run } from './results.ts';
import { loadTimeline } from './stored-timeline.ts';
import { faulted } from './unjudged.ts';

/**
 * What was not played or not kept whole stays as it is; so do cases that the catalogue no longer has,
 * and those that are judged by more than one conversation.
 * @param cases of the volume that was run
 */
export function rejudge(run: Run, cases: readonly Case[]): Run {
  const byId = new Map(cases.map((testCase) => [testCase.id, testCase]));
  const { role, capabilities } = run.target;
  const target = { role, echo: capabilities.echo, headers: run.options.headers };
  const results = run.results.map((result): RecordedResult => {
    const testCase = byId.get(result.id);
    if (!testCase || !result.timeline || result.timeline.leftOut || result.timeline.redacted)
      return result;
    if (result.verdict === 'error' || testCase.aftermath || testCase.repeat) return result;
    if (result.rule === repeatedKey.name || result.rule === wrongHost.name) return result;
    const { at: _at, reference: _reference, cause: _cause, ...recorded } = result;
    const { title, level, document, section, requirement } = testCase;
    const current = { title, level, document, section, requirement };
    const timeline = loadTimeline(result.timeline);
    return { ...recorded, ...current, ...judgedOrFaulted(testCase, timeline, target) };
  });
  return { ...run, results };
}

function judgedOrFaulted(
  testCase: Case,
  timeline: Timeline,
  target: JudgedTarget,
): Judgement & Pick<RecordedResult, 'stack'> {
  try {
    return judge(testCase, timeline, target);
  } catch (error) {
    const { case: _case, duration: _duration, ...fault } = faulted(testCase, error);
    return fault;
  }
}
