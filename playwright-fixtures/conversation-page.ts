/** The connections of a test as one HTML page: Framewright's report, with a row for each of them. */
import type { Case } from '../conformance/format/case.ts';
import { observed } from '../conformance/format/expectation.ts';
import { type BrokenRule, findBrokenRules } from '../conformance/judge/passing.ts';
import { renderHtml } from '../conformance/report/html.ts';
import type { CaseResult } from '../conformance/results/case-result.ts';
import { recordResult } from '../conformance/results/results.ts';
import { runHead } from '../conformance/results/run-head.ts';
import type { WireConnection } from './connection.ts';

/** @param title of the test */
export async function renderConversations(
  title: string,
  connections: readonly WireConnection[],
): Promise<string> {
  const results = connections.map(resultOf);
  const head = runHead({
    target: { role: 'client', name: title, capabilities: { echo: false } },
    cases: results.map((result) => result.case),
    catalogue: { version: 'none', volume: 'default' },
    startedAt: connections[0]?.startedAt ?? new Date(),
    options: {
      only: [],
      skip: [],
      limits: false,
      failOn: 'must',
      concurrency: 1,
      timeout: 0,
      insecure: false,
      headers: [],
      seed: '',
    },
  });
  const recorded = await Promise.all(results.map((result) => recordResult(result)));
  const duration = Math.max(0, ...results.map((result) => result.duration));
  return renderHtml([{ ...head, duration, end: { state: 'complete' }, results: recorded }]);
}

function resultOf(connection: WireConnection, index: number): CaseResult {
  const timeline = connection.redactedTimeline();
  const [broken] = findBrokenRules(connection.conversation());
  const { code, ending, by } = connection.closing();
  const end = ending === 'close' ? `Close ${code ?? 'without a code'} from the ${by}` : ending;
  return {
    case: caseOf(connection, index, broken),
    verdict: broken === undefined ? 'pass' : broken.level === 'must' ? 'fail' : 'warn',
    rule: broken?.rule ?? 'conforms',
    expected: broken?.expected ?? 'no broken rule',
    observed: broken?.observed ?? connection.failure() ?? end,
    ...(broken?.at && { at: broken.at }),
    duration: timeline.entries.at(-1)?.at ?? 0,
    conversations: [{ name: 'main', timeline }],
  };
}

const caseOf = (connection: WireConnection, index: number, broken?: BrokenRule): Case => ({
  id: `connection/${index + 1}`,
  title: connection.redacted(connection.url()),
  level: broken?.level ?? 'must',
  document: broken?.document ?? 'RFC 6455',
  section: broken?.section ?? '1.2',
  requirement: broken?.requirement ?? 'page and server keep the rules of the protocol',
  against: ['client'],
  steps: [],
  expect: observed(),
});
