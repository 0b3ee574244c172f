/** What keeps a Chromium from doing work that is no part of any test. */

/**
 * Two pages of its own interface that Chromium 156 loads for each window, behind the address bar
 * that nobody sees: half a second of processor a window, more than all else in its launch.
 */
const hiddenInterface = ['WebUIOmniboxAimPopup', 'WebUIOmniboxPopup'];

/** What Playwright turns off (1.64.1): of two lists a Chromium takes the last one alone. */
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
  // Host names that a fresh Chromium looks up by itself.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${[...turnedOffByPlaywright, ...hiddenInterface].join(',')}`,
];
