/**
 * The packages that only browsers need. They are optional peer dependencies, so that testing a server
 * or a client installs none of them, and are loaded when a browser is started.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** For each package the version to install, which is the one that is tested, and its purpose. */
const optionalPackages = {
  playwright: { version: '1.64.1', purpose: 'drives Chromium and Firefox' },
  'selenium-webdriver': { version: '4', purpose: 'drives WebKitGTK, Safari and WebDriver servers' },
  selfsigned: { version: '5', purpose: 'creates the certificate of the https pages' },
} as const;

export type OptionalPackage = keyof typeof optionalPackages;

/** A package that browsers need is not installed; the message has the command that installs it. */
export class MissingPackages extends Error {
  override readonly name = 'MissingPackages';

  constructor(missing: readonly OptionalPackage[]) {
    const purposes = missing.map((name) => `${name} (${optionalPackages[name].purpose})`);
    const wanted = missing.map((name) => `${name}@${optionalPackages[name].version}`);
    super(
      `Browsers need packages that are not installed: ${purposes.join(', ')}.\n` +
        `Install them next to framewright: npm install --save-dev ${wanted.join(' ')}`,
    );
  }
}

/** @throws {MissingPackages} naming all that are missing */
export function requirePackages(names: Iterable<OptionalPackage>): void {
  const missing = [...new Set(names)].filter((name) => !isInstalled(name));
  if (missing.length > 0) throw new MissingPackages(missing);
}

export function isInstalled(name: OptionalPackage): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
