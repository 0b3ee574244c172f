/**
 * `npm run tools`: gets the programs beside browsers that the tests ask: tshark, which reads packet
 * captures as Wireshark does. Says nothing and costs nothing where nothing is missing.
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
