/**
 * JUnit XML for CI systems: one suite per target and section, one test case per case. A warning is
 * not a failure there, so it goes to the case's output; a known failure is marked as skipped.
 */
import { create } from 'xmlbuilder';
import type { RecordedResult, Run } from '../results/results.ts';
import { forXml, forXmlAttribute } from '../untrusted/inert.ts';
import { attemptsInWords, explain, explanationText } from './explain.ts';
import { type SectionSummary, summarize } from './summary.ts';

type Element = Record<string, unknown>;

export function renderJunit(runs: readonly Run[]): string {
  const suites = runs.flatMap((run) => {
    const { sections, failures, knownFailures, unexpectedPasses } = summarize(run);
    const unexpected = new Set([...failures, ...unexpectedPasses]);
    const known = new Set(knownFailures);
    return sections.map((section) => suiteOf(section, run, unexpected, known));
  });
  const sum = (attribute: string) =>
    suites.reduce((total, suite) => total + Number(suite[`@${attribute}`]), 0);
  const document = {
    testsuites: {
      '@name': 'framewright',
      '@tests': sum('tests'),
      '@failures': sum('failures'),
      '@errors': sum('errors'),
      '@skipped': sum('skipped'),
      '@time': seconds(runs.reduce((total, { duration }) => total + duration, 0)),
      testsuite: suites,
    },
  };
  return `${create(document, { encoding: 'UTF-8' }).end({ pretty: true })}\n`;
}

function suiteOf(
  { document, section, results }: SectionSummary,
  run: Run,
  unexpected: ReadonlySet<RecordedResult>,
  known: ReadonlySet<RecordedResult>,
): Element {
  const testcases = results.map((result) => testcaseOf(result, run, unexpected, known));
  const having = (element: string) => testcases.filter((testcase) => element in testcase).length;
  return {
    '@name': forXmlAttribute(`${run.target.name} · ${document} §${section}`),
    '@tests': testcases.length,
    '@failures': having('failure'),
    '@errors': having('error'),
    '@skipped': having('skipped'),
    '@time': seconds(results.reduce((total, { duration }) => total + duration, 0)),
    '@timestamp': run.startedAt.replace(/(\.\d+)?Z$/, ''),
    testcase: testcases,
  };
}

function testcaseOf(
  result: RecordedResult,
  run: Run,
  unexpected: ReadonlySet<RecordedResult>,
  known: ReadonlySet<RecordedResult>,
): Element {
  const { id, verdict, rule, observed, duration } = result;
  const topic = id.slice(0, id.indexOf('/'));
  const about = forXmlAttribute(`${rule}: ${observed}`);
  const text = () => forXml(explanationText(id, explain(result, run)));
  return {
    '@classname': forXmlAttribute(`${run.target.name.replaceAll('.', '_')}.${topic}`),
    '@name': forXmlAttribute(id),
    '@time': seconds(duration),
    ...attempts(),
    ...outcome(),
  };

  /** A test case that was run more than once always reports that. */
  function attempts(): Element {
    if (!result.unstable) return {};
    const value = forXmlAttribute(attemptsInWords(result));
    return { properties: { property: { '@name': 'unstable', '@value': value } } };
  }

  function outcome(): Element {
    if (verdict === 'error')
      return { error: { '@message': about, '@type': 'error', '#text': text() } };
    if (verdict === 'skip') return { skipped: { '@message': forXmlAttribute(observed) } };
    if (known.has(result)) return { skipped: { '@message': `known failure: ${about}` } };
    if (unexpected.has(result)) {
      const passes = verdict === 'pass' || verdict === 'info';
      const message = passes ? 'listed as known failing, but passing' : about;
      return { failure: { '@message': message, '@type': forXmlAttribute(rule), '#text': text() } };
    }
    if (verdict === 'warn' || verdict === 'info') {
      return { 'system-out': `${verdict}: ${about}` };
    }
    return {};
  }
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
