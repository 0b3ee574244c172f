/** Command-line switches that keep Chromium from doing work unrelated to the tests. */

/**
 * Two internal pages that Chromium 156 loads for each window, for the hidden popup of the address
 * bar: half a second of CPU per window, more than the rest of its launch.
 */
const hiddenInterface = ['WebUIOmniboxAimPopup', 'WebUIOmniboxPopup'];

/** Features that Playwright disables (1.64.1): Chromium uses only the last of two lists. */
const turnedOffByPlaywright = [
  'AimEnabled',
  'AutoDeElevate',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'BlockOriginHeaderModificationOnRedirect',
  'DestroyProfileOnBrowserClose',
  'DialMediaRouteProvider',
  'GlobalMediaControls',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'Translate',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'msForceBrowserSignIn',
];

export const chromiumSwitches: readonly string[] = [
  // Host names that a fresh Chromium looks up on its own.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${[...turnedOffByPlaywright, ...hiddenInterface].join(',')}`,
];
