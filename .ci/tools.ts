/**
 * `npm run tools`: installs the programs, besides browsers, that the tests need: tshark, which reads
 * packet captures as Wireshark does. Prints nothing if nothing is missing.
 */
import { spawnSync } from 'node:child_process';
import { installPackages, rootWords } from '../browsers/system-packages.ts';

const isMissing = () => spawnSync('tshark', ['--version'], { stdio: 'ignore' }).error !== undefined;

if (isMissing()) {
  await installPackages([['tshark']]);
  if (isMissing()) {
    const advice = {
      linux: `${rootWords()}apt-get install tshark`,
      darwin: 'brew install wireshark',
    }[process.platform as string];
    console.error(`tshark is missing. Run: ${advice ?? 'the installer of wireshark.org'}`);
    process.exitCode = 1;
  }
}
