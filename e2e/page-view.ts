/** The page as a user sees and uses it: through its test ids, in any engine. */
import type { Tab } from '../browsers/session.ts';

export class PageView {
  readonly #tab: Tab;

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  /** The event, and the payload if there is one: `sent abc`. */
  conversation(): Promise<string[]> {
    return this.#tab.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>('[data-testid=entry]'), (entry) => {
        const payload = entry.querySelector('[data-testid=payload]')?.textContent;
        return payload === undefined ? `${entry.dataset.kind}` : `${entry.dataset.kind} ${payload}`;
      }),
    );
  }

  /** `Connecting`, `Open`, `Closing`, `Closed` or `Failed`. */
  state(): Promise<string> {
    return this.text('state');
  }

  /** The close code, and the reason if one was given: `4000 bye`. */
  async ending(): Promise<string> {
    return `${await this.text('code')} ${await this.text('reason')}`;
  }

  text(testId: string): Promise<string> {
    return this.#tab.evaluate(
      (id) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '',
      testId,
    );
  }

  async press(testId: string): Promise<void> {
    await this.#tab.evaluate((id) => {
      document.querySelector<HTMLElement>(`[data-testid=${id}]`)?.click();
    }, testId);
  }

  /** Fills a field as typing does: with an input event. */
  async fill(testId: string, value: string): Promise<void> {
    await this.#tab.evaluate(
      (id, text) => {
        const field = document.querySelector<HTMLInputElement>(`[data-testid=${id}]`)!;
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      },
      testId,
      value,
    );
  }
}
