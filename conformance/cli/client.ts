/** `framewright client`: serves the client cases, and runs the client where it is told how. */
import type { Case } from '../case.ts';
import { CaseHost } from '../client/case-host.ts';
import { type Launched, lastWords, launch } from '../command-target.ts';
import { freshSeed } from '../play/seed.ts';
import { type RecordedResult, type Run, type RunEnd, recordResult } from '../results/results.ts';
import type { CaseResult } from '../run/case-result.ts';
import { escapeUnseen } from '../wire/printable.ts';
import { CannotRun } from './cannot-run.ts';
import { chooseCases } from './choose-cases.ts';
import { clientRun } from './client-run.ts';
import { type Interruption, onInterruption } from './interruption.ts';
import { knownFailingOf } from './known-failing.ts';
import type { RecordFlags, ReportFlags, SelectionFlags, VerdictFlags } from './options.ts';
import { outputsOf, prepareOutputs, writeReports } from './outputs.ts';
import { progressOn } from './progress.ts';
import { say } from './standard-streams.ts';

export interface ClientFlags extends SelectionFlags, VerdictFlags, ReportFlags, RecordFlags {
  readonly host: string;
  readonly port: number;
  readonly timeout: number;
  readonly seed: string | undefined;
}

/** How long a client may ask for nothing before it counts as lost, in ms, beside one observation. */
const silence = 60_000;
/** How long a command may go on when its case is judged, in ms. */
const patience = 2000;

/** @returns the exit code */
export async function runClient(words: readonly string[], flags: ClientFlags): Promise<number> {
  const cases = chooseCases(flags, 'client');
  const known = knownFailingOf(flags);
  const outputs = outputsOf(flags);
  await prepareOutputs(outputs);
  const { only, skip, limits, failOn, timeout, volume, seed = freshSeed() } = flags;
  const startedAt = new Date();
  const interruption = onInterruption();
  const session = await Session.open(cases, flags, seed, interruption);
  const end = await session.finish(words);
  interruption.release();
  const runs: Run[] = [];
  for (const agent of session.host.agents) {
    const results: RecordedResult[] = [];
    for (const result of await session.resultsOf(agent)) {
      results.push(await recordResult(result, { wholeTimelines: flags.wholeTimelines }));
    }
    runs.push(
      clientRun({
        target: { name: agent, url: session.host.url, ...(words.length > 0 && { command: words }) },
        capabilities: {},
        cases,
        volume,
        startedAt,
        options: {
          ...{ only, skip, limits, failOn, concurrency: 1, timeout, seed },
          ...(known && { knownFailing: known }),
        },
        end: endOf(end, results.length, cases.length),
        results,
      }),
    );
  }
  await session.host.close();
  if (runs.length === 0)
    throw new CannotRun(`no case was asked for${end ? `: ${sentence(end)}` : ''}`);
  return writeReports(outputs, runs, flags);
}

function endOf(end: RunEnd | undefined, played: number, planned: number): RunEnd {
  if (played === planned) return { state: 'complete' };
  return (
    end ?? { state: 'target lost', reason: `the client asked for ${played} of ${planned} cases` }
  );
}

const sentence = (end: RunEnd) => (end.state === 'target lost' ? end.reason : end.state);

const noAddress = (host: string) =>
  `${escapeUnseen(host)} is no address of this machine: --host is 127.0.0.1 where nothing is said`;

/** Why nothing listens, by Node's error code, and what to do about it. */
const reasons: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) =>
    `port ${port} is taken: stop what listens there, or choose another --port`,
  EACCES: (_, port) => `port ${port} needs rights that this process lacks: choose another --port`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
};

/** The host, and what is known of the agents that come to it. */
class Session {
  host!: CaseHost;
  readonly #cases: readonly Case[];
  readonly #interruption: Interruption;
  readonly #timeout: number;
  readonly #done = new Map<string, CaseResult[]>();
  readonly #reported = new Set<string>();
  #news: () => void = () => {};

  private constructor(cases: readonly Case[], timeout: number, interruption: Interruption) {
    this.#cases = cases;
    this.#timeout = timeout;
    this.#interruption = interruption;
    interruption.signal.addEventListener('abort', () => this.#news(), { once: true });
  }

  static async open(
    cases: readonly Case[],
    { host, port, timeout }: ClientFlags,
    seed: string,
    interruption: Interruption,
  ): Promise<Session> {
    const session = new Session(cases, timeout, interruption);
    const progress = progressOn(process.stderr, cases.length);
    try {
      session.host = await CaseHost.listen({
        ...{ cases, host, port, timeout, seed },
        onResult: (agent, result) => {
          // A command that we stop leaves its connection: that is no doing of the client's.
          if (interruption.signal.aborted) return;
          session.#done.set(agent, [...(session.#done.get(agent) ?? []), result]);
          progress.show(result);
          session.#news();
        },
        onReport: (agent) => {
          session.#reported.add(agent);
          progress.end();
          session.#news();
        },
      });
    } catch (error) {
      const why = reasons[(error as NodeJS.ErrnoException).code ?? ''];
      if (why === undefined) throw error;
      throw new CannotRun(why(host, port));
    }
    return session;
  }

  /** What is judged by now, in the order of the catalogue: no case under way is waited for. */
  async resultsOf(agent: string): Promise<readonly CaseResult[]> {
    const latest = new Map((this.#done.get(agent) ?? []).map((result) => [result.case, result]));
    return this.#cases.flatMap((testCase) => latest.get(testCase) ?? []);
  }

  /** @returns how it ended, where it ended early */
  async finish(words: readonly string[]): Promise<RunEnd | undefined> {
    const isPerCase = words.some((word) => /\{case(-url)?\}/.test(word));
    if (words.length === 0) return this.#waitForReports();
    return isPerCase ? this.#runPerCase(words) : this.#runOnce(words);
  }

  async #waitForReports(): Promise<RunEnd | undefined> {
    say(
      `serving ${this.#cases.length} cases at ${this.host.url}; Ctrl-C ends it and keeps the results`,
    );
    const isOver = () =>
      this.#reported.size > 0 && this.host.agents.every((agent) => this.#reported.has(agent));
    while (!isOver() && !this.#interruption.signal.aborted) await this.#somethingNew();
    return isOver() ? undefined : { state: 'interrupted' };
  }

  async #runOnce(words: readonly string[]): Promise<RunEnd | undefined> {
    const command = this.#launch(words);
    const how = await this.#whileBusy(command);
    const said = command.output();
    await command.stop();
    if (typeof how !== 'string') return how;
    await Promise.all(this.host.agents.map((agent) => this.host.resultsOf(agent)));
    if (how === 'exited with code 0') return undefined;
    return { state: 'target lost', reason: `the command ${how}. ${lastWords(said)}` };
  }

  /** Ends with the command, or where nothing has been asked for in a long time. */
  async #whileBusy(command: Launched): Promise<string | RunEnd> {
    for (;;) {
      const news = this.#somethingNew().then(() => 'news' as const);
      let timer: NodeJS.Timeout | undefined;
      const idle = new Promise<'idle'>((resolve) => {
        timer = setTimeout(resolve, this.#timeout + silence, 'idle');
      });
      const exit = command.exited.then((how) => ({ how }));
      const first = await Promise.race([news, idle, exit]);
      clearTimeout(timer);
      if (this.#interruption.signal.aborted) return { state: 'interrupted' };
      // A client that is busy with a case asks for nothing, however long that takes.
      if (first === 'idle' && this.host.isPlaying) continue;
      if (first === 'idle') return { state: 'target lost', reason: 'the client asks for nothing' };
      if (first !== 'news') return first.how;
    }
  }

  async #runPerCase(words: readonly string[]): Promise<RunEnd | undefined> {
    const agent = words[0]!.split(/[\\/]/).at(-1)!;
    for (const testCase of this.#cases) {
      if (this.#interruption.signal.aborted) return { state: 'interrupted' };
      const end = await this.#runFor(testCase, words, agent);
      if (end) return end;
    }
    return undefined;
  }

  async #runFor(
    testCase: Case,
    words: readonly string[],
    agent: string,
  ): Promise<RunEnd | undefined> {
    const { id, patience: more = 0 } = testCase;
    const command = this.#launch(words, {
      case: id,
      'case-url': `${this.host.url}/runCase?${new URLSearchParams({ id, agent })}`,
    });
    const limit = 2 * Math.max(this.#timeout, more) + patience;
    await Promise.race([command.exited, pause(limit), this.#aborted()]);
    await command.stop();
    if (this.#interruption.signal.aborted) return { state: 'interrupted' };
    // A command that has ended may be ahead of what its connection shows here.
    await this.host.agent(agent).resultOf(testCase);
    if (this.host.agents.includes(agent)) return undefined;
    const how = await command.exited;
    const said = lastWords(command.output());
    return { state: 'target lost', reason: `the command ${how}, and asked for no case. ${said}` };
  }

  /** @param values what stands for `{name}` in the words, beside `{url}` */
  #launch(words: readonly string[], values: Readonly<Record<string, string>> = {}): Launched {
    const { url } = this.host;
    const known: Readonly<Record<string, string>> = { ...values, url };
    const filled = words.map((word) =>
      word.replaceAll(/\{(case|url|case-url)\}/g, (blank, name: string) => known[name] ?? blank),
    );
    return launch(filled as [string, ...string[]], Number(new URL(url).port));
  }

  #somethingNew(): Promise<void> {
    return new Promise((resolve) => {
      this.#news = resolve;
    });
  }

  #aborted(): Promise<void> {
    const { signal } = this.#interruption;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

const pause = (ms: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
