/** The host of a client run, the command that it may start, and the state of the agents. */
import type { Case } from '../format/case.ts';
import { type CaseResult, mainTimeline } from '../results/case-result.ts';
import type { RunEnd } from '../results/results.ts';
import { unjudged } from '../results/unjudged.ts';
import { AgentResults, isInDoubt } from '../run/client/agent-results.ts';
import { CaseHost } from '../run/client/case-host.ts';
import { deathOf } from '../run/client/death.ts';
import { type Launched, lastWords, launch } from '../run/command-target.ts';
import { readConversation } from '../wire/conversation.ts';
import { escapeUnseen } from '../wire/printable.ts';
import { CannotRun } from './cannot-run.ts';
import type { ClientFlags } from './client.ts';
import type { Interruption } from './interruption.ts';
import { progressOn } from './progress.ts';
import { say } from './standard-streams.ts';

/** How long a client may be idle before it counts as lost, in ms, in addition to one observation. */
const silence = 60_000;
/** How often a loop that dies is restarted. */
const mostRestarts = 20;
/** How long a command may run after its case has been judged, in ms. */
const marginPerCase = 2000;
/** How many cases in a row may go by before a command has asked for any. */
const mostUnasked = 3;

const noAddress = (host: string) =>
  `${escapeUnseen(host)} is not an address of this machine: --host is 127.0.0.1 by default`;

/** Why the host cannot listen, by Node's error code, and what to do about it. */
const reasons: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) =>
    `port ${port} is in use: stop the process that listens there, or choose another --port`,
  EACCES: (_, port) =>
    `port ${port} needs privileges that this process does not have: choose another --port`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
};

/** What a command that was run for one case came to. */
interface Ran {
  readonly isInDoubt: boolean;
  /** Why there is nothing to judge, where it did not ask for the case. */
  readonly unasked?: string;
}

const lost = (reason: string): RunEnd => ({ state: 'target lost', reason });

export class Session {
  host!: CaseHost;
  readonly #cases: readonly Case[];
  readonly #interruption: Interruption;
  readonly #timeout: number;
  readonly #results = new AgentResults();
  readonly #report: (agent: string, result: CaseResult) => void;
  readonly #reported = new Set<string>();
  /** With a command for each case, a result is reported after the command has ended. */
  #commanded: { readonly agent: string; readonly testCase: Case } | undefined;
  /** Of the cases for which a command was run that asked for none, why. */
  readonly #unasked: string[] = [];
  #news: () => void = () => {};

  private constructor(
    cases: readonly Case[],
    timeout: number,
    interruption: Interruption,
    report: (agent: string, result: CaseResult) => void,
  ) {
    this.#report = report;
    this.#cases = cases;
    this.#timeout = timeout;
    this.#interruption = interruption;
    interruption.signal.addEventListener('abort', () => this.#news(), { once: true });
  }

  static async open(
    cases: readonly Case[],
    { host, port, timeout }: ClientFlags,
    seed: string,
    /** Whether a command gets the URL from here; otherwise the user passes it on. */
    direct: boolean,
    interruption: Interruption,
    onResult: (agent: string, url: string, result: CaseResult) => void,
  ): Promise<Session> {
    const progress = progressOn(process.stderr, cases.length);
    const report = (agent: string, result: CaseResult) => {
      progress.show(result);
      onResult(agent, session.host.url, result);
    };
    const session = new Session(cases, timeout, interruption, report);
    try {
      session.host = await CaseHost.listen({
        ...{ cases, host, port, timeout, seed, direct },
        onResult: (agent, result) => {
          // A command that we stop drops its connection, which is not the client's fault.
          if (interruption.signal.aborted) return;
          const { agent: commanded, testCase } = session.#commanded ?? {};
          if (agent !== commanded || result.case !== testCase) {
            session.#results.take(agent, result);
            report(agent, result);
          }
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

  /** The results so far, in the order of the catalogue, without waiting for running cases. */
  async resultsOf(agent: string): Promise<readonly CaseResult[]> {
    return this.#cases.flatMap((testCase) => this.#results.resultOf(agent, testCase) ?? []);
  }

  /** @returns how it ended, if it ended early */
  async finish(words: readonly string[]): Promise<RunEnd | undefined> {
    const isPerCase = words.some((word) => /\{case(-url)?\}/.test(word));
    if (words.length === 0) return this.#waitForReports();
    return isPerCase ? this.#runPerCase(words) : this.#runOnce(words);
  }

  async #waitForReports(): Promise<RunEnd | undefined> {
    say(
      `serving ${this.#cases.length} cases at ${this.host.url}; press Ctrl-C to stop and keep the results`,
    );
    const isOver = () =>
      this.#reported.size > 0 && this.host.agents.every((agent) => this.#reported.has(agent));
    while (!isOver() && !this.#interruption.signal.aborted) await this.#somethingNew();
    return isOver() ? undefined : { state: 'interrupted' };
  }

  /** A loop that dies in a case is restarted and continues after that case. */
  async #runOnce(words: readonly string[]): Promise<RunEnd | undefined> {
    for (let restarts = 0; ; restarts += 1) {
      const command = this.#launch(words);
      const how = await this.#whileBusy(command);
      const said = command.output();
      await command.stop();
      if (typeof how !== 'string') return how;
      await Promise.all(this.host.agents.map((agent) => this.host.resultsOf(agent)));
      if (how === 'exited with code 0') return undefined;
      const killers = await this.#blame(deathOf(how, said));
      const where = killers.length > 0 ? ` in ${killers.join(' and in ')}` : '';
      const reason = `the command ${how}${where}. ${lastWords(said)}`;
      if (killers.length === 0 || this.#isAllRun()) return { state: 'target lost', reason };
      if (restarts === mostRestarts) {
        const often = `it was restarted ${mostRestarts} times before`;
        return { state: 'target lost', reason: `${reason}\n${often}` };
      }
      say(`the command ${how}${where}; restarting it for the remaining cases\n`);
      this.host.passOverWhatWasRun();
    }
  }

  #isAllRun(): boolean {
    return this.host.agents.every((agent) =>
      this.#cases.every((testCase) => this.host.agent(agent).resultOf(testCase)),
    );
  }

  /**
   * A loop may die between two cases: a case is to blame if its connection ended with the process.
   * @returns the ids of the cases
   */
  async #blame(death: string | undefined): Promise<readonly string[]> {
    if (death === undefined) return [];
    const killers = this.host.agents.map(async (agent) => {
      const testCase = this.host.agent(agent).lastAsked;
      const result = testCase && (await this.host.agent(agent).resultOf(testCase));
      const timeline = mainTimeline(result?.conversations ?? []);
      if (!result || !timeline || this.#results.hasDied(agent, result.case)) return [];
      if (readConversation(timeline).client.close) return [];
      this.#results.takeDeath(agent, result, death);
      return [result.case.id];
    });
    return (await Promise.all(killers)).flat();
  }

  /** Ends with the command, or when no request has arrived for a long time. */
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
      // A client that is busy with a case sends no request, however long that takes.
      if (first === 'idle' && this.host.isPlaying) continue;
      if (first === 'idle')
        return { state: 'target lost', reason: 'the client stopped making requests' };
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
    const hasAsked = this.host.agents.includes(agent);
    const why = this.#unasked.at(-1);
    return hasAsked || why === undefined ? undefined : lost(why);
  }

  /** A failure in doubt is reported after a second attempt, during which nothing else runs. */
  async #runFor(
    testCase: Case,
    words: readonly string[],
    agent: string,
  ): Promise<RunEnd | undefined> {
    this.#commanded = { agent, testCase };
    let ran = await this.#runCommand(testCase, words, agent);
    if ('isInDoubt' in ran && ran.isInDoubt) ran = await this.#runCommand(testCase, words, agent);
    this.#commanded = undefined;
    if ('state' in ran) return ran;
    if (ran.unasked !== undefined) this.#unasked.push(ran.unasked);
    const hasAsked = this.host.agents.includes(agent);
    if (!hasAsked && this.#unasked.length >= mostUnasked) return lost(ran.unasked!);
    const result = this.#results.resultOf(agent, testCase);
    if (result && hasAsked) this.#report(agent, result);
    return undefined;
  }

  async #runCommand(
    testCase: Case,
    words: readonly string[],
    agent: string,
  ): Promise<RunEnd | Ran> {
    const before = this.host.agent(agent).resultOf(testCase);
    const { id, observationTimeout = 0 } = testCase;
    const command = this.#launch(words, {
      case: id,
      'case-url': `${this.host.url}/runCase?${new URLSearchParams({ id, agent })}`,
    });
    const limit = 2 * Math.max(this.#timeout, observationTimeout) + marginPerCase;
    const ended = await Promise.race([command.exited, pause(limit), this.#aborted()]);
    await command.stop();
    if (this.#interruption.signal.aborted) return { state: 'interrupted' };
    // A command that has ended may be ahead of its connection as seen here.
    const played = this.host.agent(agent).resultOf(testCase);
    if (played && played !== before) {
      const result = await played;
      this.#results.take(agent, result);
      const death = ended === undefined ? undefined : deathOf(ended, command.output());
      if (death === undefined || result.conversations.length === 0)
        return { isInDoubt: isInDoubt(result) };
      this.#results.takeDeath(agent, result, death);
    }
    if (played) return { isInDoubt: false };
    const how = ended ?? `did not end in ${limit / 1000} s`;
    const said = command.output().trimEnd().split('\n').at(-1);
    const end = said ? `; the last that it wrote: ${said}` : '';
    const unasked = `the command ${how}, and asked for no case${end}`;
    this.#results.take(agent, unjudged(testCase, 'error', unasked));
    return { isInDoubt: true, unasked };
  }

  /** @param values the replacements of `{name}` in the words, in addition to `{url}` */
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
  new Promise<undefined>((resolve) => {
    const timer: NodeJS.Timeout = setTimeout(() => resolve(undefined), ms);
    timer.unref();
  });
