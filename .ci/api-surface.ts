/**
 * Checks what the package exports: every export is documented, every link in a comment leads
 * somewhere, and every type that an export mentions is exported, too, by one of the entry points.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param built a folder with `package.json` and the `dist/` that it describes
 * @param entryPoints declaration files, by their paths in that folder
 * @returns a sentence for each problem
 */
export function surfaceProblems(built: string, entryPoints: readonly string[]): readonly string[] {
  // Outside of node_modules: what is inside is taken for a package of somebody else.
  const folder = mkdtempSync(join(tmpdir(), 'api-surface-'));
  try {
    cpSync(built, folder, { recursive: true, filter: (path) => !path.endsWith('.js') });
    const files = entryPoints.map((path) => join(folder, path));
    const configs = files.map((file) => configFor(folder, file, files));
    // One compiler for all: most of the time goes into reading the files.
    const compiler = CompilerState.create(configs[0]!, { additionalEntryPoints: files });
    const messages = configs.map((config) => messagesOf(config, compiler));
    const anywhere = new Set(files.flatMap(exportsOf));
    const problems = messages.flatMap((ofEntryPoint) =>
      ofEntryPoint
        .filter((message) => isProblem(message, anywhere))
        .map((message) => sentenceFor(message, folder)),
    );
    return [...new Set(problems)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configFor(folder: string, file: string, files: readonly string[]): ExtractorConfig {
  const report = { logLevel: ExtractorLogLevel.Warning };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: file,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true },
            ...{ lib: ['es2023', 'esnext.disposable'], skipLibCheck: true },
            ...{ types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
          },
          files,
        },
      },
      // Undocumented exports are found while a report is written.
      apiReport: { enabled: true, reportFolder: folder, reportTempFolder: folder },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: report },
        extractorMessageReporting: { default: report },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

function messagesOf(config: ExtractorConfig, compilerState: CompilerState): ExtractorMessage[] {
  const messages: ExtractorMessage[] = [];
  Extractor.invoke(config, {
    localBuild: true,
    compilerState,
    messageCallback(message) {
      message.handled = true;
      messages.push(message);
    },
  });
  return messages;
}

/** The names in `export { a, type B, c as d } from '…';` of an entry point. */
function exportsOf(file: string): readonly string[] {
  const lists = [...readFileSync(file, 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)];
  const names = lists.flatMap(([, list]) => list!.split(','));
  return names.map((name) => name.trim().replace(/^type |.* as /g, '')).filter(Boolean);
}

function isProblem(message: ExtractorMessage, exported: ReadonlySet<string>): boolean {
  switch (message.messageId) {
    case 'ae-undocumented':
      return isDeclaration(message);
    case 'ae-forgotten-export':
      return !exported.has(/"([^"]+)"/.exec(message.text)![1]!);
    case 'ae-unresolved-link':
    case 'ae-unresolved-inheritdoc-reference':
      return true;
    default:
      return message.messageId.startsWith('TS');
  }
}

/** Whether it is about a declaration of a module: a member may have a name that says everything. */
function isDeclaration({ sourceFilePath, sourceFileLine }: ExtractorMessage): boolean {
  const line = readFileSync(sourceFilePath!, 'utf8').split('\n')[sourceFileLine! - 1]!;
  return /^(?:export|declare) /.test(line);
}

/** Without the entry point: several may export what it is about. */
function sentenceFor(message: ExtractorMessage, folder: string): string {
  const { messageId, sourceFilePath, sourceFileLine } = message;
  const text = message.text.replace(/ by the entry point \S+$/, '');
  const place = sourceFilePath ? `${relative(folder, sourceFilePath)}:${sourceFileLine}: ` : '';
  return `${place}${text} (${messageId})`;
}
