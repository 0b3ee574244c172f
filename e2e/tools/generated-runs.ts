/** Results of any size for the report's tests: the content of each cell follows from its position. */
import type { Verdict } from '../../conformance/judge/judge.ts';
import type { RecordedResult, Run } from '../../conformance/results/results.ts';
import { storeTimeline } from '../../conformance/results/stored-timeline.ts';
import { sampleRun, sampleTimeline } from '../../conformance/testing/sample-run.ts';

const levels = ['must', 'must', 'should', 'may'] as const;

/** One cell in nine is not a pass. The first target keeps the conversations of its failures. */
export async function generateRuns(cases: number, targets: number): Promise<Run[]> {
  const run = await sampleRun();
  const { conversations: _, ...template } = run.results[0]!;
  const timeline = await storeTimeline(sampleTimeline(Buffer.from('Hello')));
  const conversations = [{ name: 'main', timeline } as const];
  const result = (index: number, target: number): RecordedResult => {
    const verdict = verdictAt(index, target);
    return {
      ...template,
      id: `generated/case-${index}`,
      title: `case ${index} has a title of about the usual length`,
      level: levels[index % levels.length]!,
      section: `5.${1 + Math.floor(index / 40)}`,
      verdict,
      conversations: verdict === 'fail' && target === 0 ? conversations : [],
    };
  };
  return Array.from({ length: targets }, (_, target) => ({
    ...run,
    target: { ...run.target, name: `target ${target}` },
    planned: cases,
    results: Array.from({ length: cases }, (_, index) => result(index, target)),
  }));
}

function verdictAt(index: number, target: number): Verdict {
  const place = (index * 31 + target * 17) % 27;
  return place === 0 ? 'fail' : place === 9 ? 'warn' : place === 18 ? 'skip' : 'pass';
}
