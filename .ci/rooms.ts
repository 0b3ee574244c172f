/**
 * Which folder may import which: the table from which `npm run boundaries` writes
 * `biome.boundaries.json`, and from which the test of that file is made. A room is a folder with
 * everything below it that is not a room itself. Only tests may import `testing/` folders.
 */

export interface Room {
  /** Other rooms that its modules may import. */
  readonly rooms: readonly string[];
  /** Single modules of other rooms that they may import: types shared with a page. */
  readonly files?: readonly string[];
  /** npm packages that they may import. */
  readonly packages?: readonly string[];
  /** Modules of Node that they may import. Default: all. */
  readonly node?: readonly string[];
  /** Shown beside a refused import. */
  readonly why: string;
  /** Files that may import more rooms than the others. */
  readonly exceptions?: Readonly<Record<string, readonly string[]>>;
}

const wire = ['conformance/wire'];
const format = [...wire, 'conformance/format'];
const text = ['conformance/redaction', 'conformance/untrusted'];
const play = [...format, 'conformance/transport', 'conformance/play'];
const judge = [...format, 'conformance/judge'];
const results = [...judge, ...text, 'conformance/results'];
const run = [...new Set([...play, ...results]), 'conformance/run', 'processes'];
const catalogue = [
  'conformance/catalogue',
  'conformance/catalogue/cases',
  'conformance/catalogue/parts',
  'conformance/catalogue/requirements',
];
const shipped = [
  ...new Set([...run, ...catalogue]),
  'conformance/run/server',
  'conformance/run/client',
  'conformance/run/browser',
  'conformance/baselines',
  'conformance/export',
  'conformance/report',
];
const aRunIsBelowReports = 'A run plays and judges cases; what reports them is above it.';

/** From the lowest floor to the highest. */
export const rooms: Readonly<Record<string, Room>> = {
  'server/protocol': {
    rooms: [],
    node: ['node:buffer', 'node:crypto', 'node:zlib'],
    why: 'The protocol is sans-I/O: nothing in it may wait.',
  },
  'page-files': {
    rooms: [],
    packages: ['esbuild', 'sirv'],
    why: 'page-files/ serves page/ for both server/ and conformance/.',
  },
  server: {
    rooms: ['server/protocol', 'page-files'],
    packages: ['commander', 'selfsigned'],
    why: 'The server shares no code with what tests it.',
    exceptions: { 'server/main.ts': ['inspector'] },
  },
  processes: { rooms: [], why: 'processes/ ends processes, whatever started them.' },
  browsers: {
    rooms: ['processes'],
    packages: ['playwright', 'selenium-webdriver'],
    why: 'browsers/ does not depend on what uses it.',
  },
  'conformance/wire': {
    rooms: [],
    why: 'wire/ reads and writes bytes; it knows no case and no verdict.',
  },
  'conformance/untrusted': { rooms: wire, why: 'untrusted/ escapes text, whatever it is about.' },
  'conformance/redaction': { rooms: wire, why: 'redaction/ knows bytes and text, and no results.' },
  'conformance/transport': { rooms: wire, why: 'transport/ carries bytes; it knows no case.' },
  'conformance/format': { rooms: wire, why: 'The format imports nothing that plays or judges.' },
  'conformance/catalogue/profiles': { rooms: [], why: 'Profiles are recorded data.' },
  'conformance/catalogue/parts': {
    rooms: format,
    why: 'Parts are pieces of cases, in the words of the format.',
  },
  'conformance/catalogue/cases': {
    rooms: [...format, 'conformance/catalogue/profiles', 'conformance/catalogue/parts'],
    why: 'Cases are data, in the words of the format.',
  },
  'conformance/catalogue/requirements': {
    rooms: format,
    why: 'Requirements are data; tests compare them with the catalogue.',
  },
  'conformance/catalogue': {
    rooms: [...format, 'conformance/catalogue/cases'],
    packages: ['fastest-levenshtein'],
    why: 'The catalogue is a value; it plays and judges nothing.',
  },
  'conformance/judge': { rooms: format, why: 'The judge is a pure function; it plays nothing.' },
  'conformance/play': {
    rooms: [...format, 'conformance/transport'],
    why: 'play/ plays one conversation; it judges nothing.',
  },
  'conformance/reference': {
    rooms: format,
    why: 'The reference endpoint shares no code with what plays and judges.',
  },
  'conformance/results': {
    rooms: [...judge, ...text],
    why: 'Results are values; what produces them is above.',
  },
  'conformance/run': {
    rooms: run.filter((name) => name !== 'conformance/run'),
    why: aRunIsBelowReports,
  },
  'conformance/run/server': { rooms: run, why: aRunIsBelowReports },
  'conformance/run/client': { rooms: run, why: aRunIsBelowReports },
  'conformance/run/browser': {
    rooms: [...run, 'conformance/run/client', 'browsers', 'page-files'],
    packages: ['selfsigned'],
    why: aRunIsBelowReports,
  },
  'conformance/baselines': { rooms: results, why: 'Baselines are compared with results alone.' },
  'conformance/export': {
    rooms: results,
    why: 'An export is a function of a stored conversation.',
  },
  'conformance/report': {
    rooms: [...results, 'conformance/catalogue', 'page-files'],
    packages: ['picocolors', 'xmlbuilder'],
    why: 'A report is a function of results.',
  },
  'conformance/cli': {
    rooms: [...shipped, 'browsers'],
    packages: ['commander', 'picocolors'],
    why: 'The command line is the top of conformance/; nothing imports it.',
  },
  conformance: {
    rooms: [...shipped, 'conformance/cli'],
    packages: ['commander'],
    why: 'The entry of the command line shares no code with the servers that it tests.',
  },
  'playwright-fixtures/proxy': {
    rooms: ['conformance/transport'],
    packages: ['selfsigned'],
    why: 'The proxy passes bytes on; what they mean is above it.',
  },
  'playwright-fixtures': {
    rooms: [...shipped, 'playwright-fixtures/proxy'],
    packages: ['@playwright/test'],
    why: 'The fixtures record and judge connections; the entry point above them exports them.',
  },
  api: {
    rooms: [...shipped, 'browsers', 'playwright-fixtures'],
    why: 'The entry points of the package export what is below them.',
    exceptions: { 'api/server.ts': ['server', 'server/protocol'] },
  },
  inspector: {
    rooms: [...wire, 'conformance/transport', 'conformance/results', 'conformance/redaction'],
    why: 'The inspector knows a server only by its bytes; server/main.ts gives it the table it draws.',
  },
  page: {
    rooms: [],
    files: [
      'inspector/session-events.ts',
      'conformance/run/browser/page-protocol.ts',
      'conformance/report/html-shape.ts',
    ],
    node: [],
    why: 'A page loads nothing from outside page/, and shares the types of three files.',
  },
};

/** What tests and `testing/` folders may import, beside npm packages. */
export const testTrees: readonly {
  readonly root: string;
  readonly may: readonly string[];
  readonly why: string;
  /** Files to which nothing of this applies. */
  readonly except?: readonly string[];
}[] = [
  {
    root: 'conformance',
    may: [
      'conformance',
      ...Object.keys(rooms).filter((name) => name.startsWith('conformance/')),
      ...['browsers', 'processes', 'page-files', '.ci'],
    ],
    why: 'The judge shares no code with the server: conformance/testing/framewright-server.ts starts it.',
    except: ['conformance/testing/framewright-server.ts'],
  },
  {
    root: 'browsers',
    may: ['browsers', 'processes'],
    why: 'browsers/ does not depend on what uses it.',
  },
  {
    root: 'processes',
    may: ['processes'],
    why: 'processes/ ends processes, whatever started them.',
  },
  { root: 'page-files', may: ['page-files'], why: 'page-files/ serves page/ for both sides.' },
  {
    root: 'server',
    may: ['server', 'server/protocol', 'page-files'],
    why: 'The server shares no code with what tests it.',
  },
];
