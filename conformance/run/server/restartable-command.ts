/** A server that is started by a command, and restarted when it has ended. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  lastWords,
  type StartedCommand,
  type StartOptions,
  startCommand,
} from '../command-target.ts';
import type { TargetProcess } from './target-watch.ts';

/** A recently used port may be refused to a new process for a moment, in ms. */
const pauseBetweenStarts = 500;

export class RestartableCommand implements TargetProcess {
  readonly #command: readonly [string, ...string[]];
  readonly #url: URL;
  readonly #options: StartOptions;
  #started: StartedCommand;
  #ended: string | undefined;

  private constructor(
    command: readonly [string, ...string[]],
    url: URL,
    options: StartOptions,
    started: StartedCommand,
  ) {
    this.#command = command;
    this.#url = url;
    this.#options = options;
    this.#started = started;
    this.#follow(started);
  }

  /** @throws {CommandError} when it ends, does not answer at its port in time, or the port is in use */
  static async start(
    command: readonly [string, ...string[]],
    url: URL,
    options: StartOptions = {},
  ): Promise<RestartableCommand> {
    const started = await startCommand(command, url, options);
    return new RestartableCommand(command, url, options, started);
  }

  get ended(): string | undefined {
    return this.#ended;
  }

  async endsWithin(ms: number): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const timer = pause(ms, undefined, { signal }).catch(() => {});
    await Promise.race([timer, this.#started.exited]);
    waiting.abort();
  }

  get exited(): Promise<string> {
    return this.#started.exited;
  }

  readonly lastWords = (): string => lastWords(this.#started.output());

  readonly residentMemory = (): number | undefined => this.#started.residentMemory();

  async restart(): Promise<void> {
    const { timeout = 30_000, signal } = this.#options;
    const deadline = performance.now() + timeout;
    await this.#started.stop();
    for (;;) {
      try {
        this.#started = await startCommand(this.#command, this.#url, this.#options);
        break;
      } catch (error) {
        if (performance.now() + pauseBetweenStarts > deadline || signal?.aborted) throw error;
      }
      await pause(pauseBetweenStarts);
    }
    this.#ended = undefined;
    this.#follow(this.#started);
  }

  stop(): Promise<void> {
    return this.#started.stop();
  }

  #follow(started: StartedCommand): void {
    void started.exited.then((how) => {
      if (started === this.#started) this.#ended = how;
    });
  }
}
