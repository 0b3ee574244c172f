/** Results to compare: of this version, or of version 1, which this script alone still reads. */
import { readFileSync } from 'node:fs';
import { parseResults, ResultsFileError } from '../../conformance/results/read-results.ts';
import type { Results } from '../../conformance/results/results.ts';

/** @throws {ResultsFileError} */
export function readRuns(path: string): Results {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsFileError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return parseResults(isVersion1(content) ? fromVersion1(content) : content, path);
}

const isVersion1 = (content: string) =>
  /^\s*\{\s*"format":\s*"framewright results",\s*"version":\s*1\b/.test(content);

interface ResultOfVersion1 {
  readonly timeline?: unknown;
  readonly otherAttempts?: readonly ResultOfVersion1[];
}

/** A result of version 1 had one timeline: that of the conversation which decided. */
function fromVersion1(content: string): string {
  const { runs, ...head } = JSON.parse(content) as { runs: { results: ResultOfVersion1[] }[] };
  const converted = runs.map((run) => ({ ...run, results: run.results.map(withConversations) }));
  return JSON.stringify({ ...head, version: 2, runs: converted });
}

function withConversations({ timeline, otherAttempts, ...rest }: ResultOfVersion1): object {
  return {
    ...rest,
    conversations: timeline ? [{ name: 'main', timeline }] : [],
    ...(otherAttempts && { otherAttempts: otherAttempts.map(withConversations) }),
  };
}
