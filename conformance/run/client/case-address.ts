/**
 * The URLs under which cases are served to clients: the scheme of Autobahn's fuzzing server, for which
 * client authors already have scripts, with stable ids in addition to the numbers.
 */
import type { Case } from '../../format/case.ts';

export type Request =
  | { readonly ask: 'case-count' }
  | { readonly ask: 'case-info'; readonly testCase: Case }
  | { readonly ask: 'run'; readonly testCase: Case; readonly agent: string }
  | { readonly ask: 'status'; readonly testCase: Case; readonly agent: string }
  | { readonly ask: 'report'; readonly agent: string }
  | { readonly ask: 'stop' };

/** A request target that names no resource; the sentence goes into the 404. */
export class UnknownAddressError extends Error {
  override readonly name = 'UnknownAddressError';
}

/**
 * @param target the request target: `/runCase?case=3&agent=ws`
 * @throws {UnknownAddressError}
 */
export function readAddress(target: string, cases: readonly Case[]): Request {
  const url = URL.canParse(target, 'ws://host') ? new URL(target, 'ws://host') : undefined;
  const agent = url?.searchParams.get('agent') ?? 'unnamed';
  switch (url?.pathname) {
    case '/getCaseCount':
      return { ask: 'case-count' };
    case '/getCaseInfo':
      return { ask: 'case-info', testCase: caseIn(url, cases) };
    case '/runCase':
      return { ask: 'run', testCase: caseIn(url, cases), agent };
    case '/getCaseStatus':
      return { ask: 'status', testCase: caseIn(url, cases), agent };
    case '/updateReports':
      return { ask: 'report', agent };
    case '/stopServer':
      return { ask: 'stop' };
    default:
      throw new UnknownAddressError(
        `${target} is none of /getCaseCount, /getCaseInfo, /runCase, /getCaseStatus, /updateReports, /stopServer`,
      );
  }
}

/** `case=3` counts from 1; `id=` takes our id, `casetuple=` an id of Autobahn's. */
function caseIn({ searchParams }: URL, cases: readonly Case[]): Case {
  const number = searchParams.get('case');
  const id = searchParams.get('id');
  const tuple = searchParams.get('casetuple');
  const found =
    number !== null
      ? cases[Number(number) - 1]
      : cases.find((each) => each.id === id || (tuple && each.autobahn?.includes(tuple)));
  if (found) return found;
  const asked = number ?? id ?? tuple ?? 'nothing';
  throw new UnknownAddressError(`there is no case ${asked}; they go from 1 to ${cases.length}`);
}
