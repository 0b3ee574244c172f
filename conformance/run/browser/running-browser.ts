/** The browser of a run: launched on demand, relaunched when it was lost, and closed at the end. */
import { DeadlineError } from '../../../browsers/deadline.ts';
import type { Engine } from '../../../browsers/find.ts';
import { launch } from '../../../browsers/launch.ts';
import type { Session, UnwatchedTab } from '../../../browsers/session.ts';
import { launchOptions } from './engine-settings.ts';

export interface RunningBrowserOptions {
  /** Called with each browser that is launched. */
  readonly onLaunch?: ((session: Session) => void) | undefined;
  /** How long one call into a page may take before the browser counts as hung, in ms. */
  readonly driverTimeout?: number | undefined;
  /** A running browser, which is not closed. */
  readonly session?: Session | undefined;
}

/** How long one call into a page may take, in ms; 16 MiB block the page of a slow machine. */
const defaultDriverTimeout = 30_000;

export class RunningBrowser {
  readonly #engine: Engine;
  readonly #options: RunningBrowserOptions;
  #session: Session | undefined;
  #tab: UnwatchedTab | undefined;
  #ended: Promise<void> | undefined;

  constructor(engine: Engine, options: RunningBrowserOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** A tab in which nothing has run yet, in place of the previous one. */
  async freshTab(): Promise<UnwatchedTab> {
    if (this.#ended) throw new Error('the run is over');
    const session = this.#options.session ?? this.#session ?? (await this.#launch());
    // A hanging tab does not delay the next one.
    await this.#tab?.close().catch(() => {});
    this.#tab = undefined;
    this.#tab = await session.newUnwatchedTab();
    return this.#tab;
  }

  /** The next tab is in a new browser, unless the browser is not ours. */
  async restart(): Promise<void> {
    if (this.#options.session) return;
    await this.#session?.close();
    this.#session = undefined;
    this.#tab = undefined;
  }

  /** Whether the browser hangs or has ended. */
  async isLost(error: unknown): Promise<boolean> {
    if (error instanceof DeadlineError) return true;
    if (this.#ended || !this.#session) return false;
    return this.#session.newUnwatchedTab().then(
      () => false,
      () => true,
    );
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    if (this.#options.session) await this.#tab?.close();
    await this.#session?.close();
  }

  async #launch(): Promise<Session> {
    const timeout = this.#options.driverTimeout ?? defaultDriverTimeout;
    const settings = { timeout, ...launchOptions(this.#engine) };
    this.#session = await launch(this.#engine, settings);
    this.#options.onLaunch?.(this.#session);
    if (this.#ended) await this.#session.close();
    return this.#session;
  }
}
