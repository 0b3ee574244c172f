/** An owner of a channel that keeps what it reports. */
import type { Channel, ChannelOwner, End } from '../transport/channel.ts';
import { Condition } from '../transport/condition.ts';

export class ChannelLog implements ChannelOwner {
  /** In order: `fin`, `rst`, `failed: …`, `drained`, `closed`; what was read is in `text`. */
  readonly reports: string[] = [];
  text = '';
  readonly #condition = new Condition();

  /** Opens the channel. */
  static of(channel: Channel): ChannelLog {
    const log = new ChannelLog();
    channel.open(log);
    return log;
  }

  bytes(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString('latin1');
    this.#condition.notify();
  }

  ended(how: End): void {
    this.#report(how);
  }

  failed(error: Error): void {
    this.#report(`failed: ${error.message}`);
  }

  drained(): void {
    this.#report('drained');
  }

  closed(): void {
    this.#report('closed');
  }

  /** Resolves once so much text has come. */
  async read(text: string): Promise<void> {
    await this.until(() => this.text.includes(text));
  }

  /** Resolves once that was reported. */
  async reported(report: string): Promise<void> {
    await this.until(() => this.reports.includes(report));
  }

  async until(predicate: () => boolean): Promise<void> {
    if ((await this.#condition.until(predicate, { timeout: 10_000 })) === 'met') return;
    throw new Error(`it did not come: ${JSON.stringify(this.text)}, ${this.reports.join(', ')}`);
  }

  #report(report: string): void {
    this.reports.push(report);
    this.#condition.notify();
  }
}
