/**
 * A reporter for the last line of a run: its duration compared with the launches of its browsers,
 * which are its lower bound. The tests record the figures as annotations.
 */
import type { FullResult, Reporter, TestCase } from '@playwright/test/reporter';

/** The annotation with the time until a browser had its first tab, in ms. */
export const launchAnnotation = 'launch, ms';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

// Playwright takes a reporter as the default export of its module.
// biome-ignore lint/style/noDefaultExport: see above
export default class LaunchTimes implements Reporter {
  readonly #launches = new Map<string, number>();

  onTestEnd({ annotations, parent }: TestCase): void {
    const launch = annotations.find(({ type }) => type === launchAnnotation);
    // A worker that follows a failure launches its browser again: only the first launch counts.
    const engine = parent.project()!.name;
    if (launch && !this.#launches.has(engine)) {
      this.#launches.set(engine, Number(launch.description));
    }
  }

  onEnd({ duration }: FullResult): void {
    if (this.#launches.size === 0) return;
    const all = [...this.#launches].map(([engine, took]) => `${engine} ${seconds(took)}`);
    const sum = [...this.#launches.values()].reduce((total, took) => total + took, 0);
    console.log(
      `  launches: ${all.join(', ')}; the run took ${seconds(duration)}, ` +
        `${(duration / sum).toFixed(1)} times their sum`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}
