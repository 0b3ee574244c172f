/** The contract of Session and Tab, checked with each engine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { ProcessScopeWithFolder } from '../processes/process-scope.ts';
import { DeadlineError } from './deadline.ts';
import { engines, find } from './find.ts';
import { describeSession, launch } from './launch.ts';
import { PageError } from './page-call.ts';
import type { ConsoleMessage, Session, Tab } from './session.ts';
import { startWebKitGTK } from './webdriver-server.ts';

/** Declarations for functions that run in the page; the rest of this file runs in Node. */
declare const document: {
  title: string;
  readonly body: { innerHTML: string };
  readonly visibilityState: string;
  querySelector(selector: 'input'): { readonly value: string; focus(): void } | null;
};
declare const location: { readonly pathname: string };
declare function addEventListener(
  type: 'keydown',
  listener: (event: { readonly key: string }) => void,
): void;

const html = `<!doctype html><title>A page</title>
<script>console.log('while loading')</script><h1>Hello</h1>`;

const htmlWithModule = `<!doctype html><title>A page</title>
<script type="module" src="/module.js"></script>`;

let server: Server;
let url: string;

before(async () => {
  server = createServer(({ url: path }, response) => {
    if (path === '/module.js') {
      response.setHeader('Content-Type', 'text/javascript');
      // Late, so that an `open()` that does not wait for it is noticed; one that waits always passes.
      setTimeout(() => response.end('globalThis.moduleHasRun = true;'), 200);
      return;
    }
    response.setHeader('Content-Type', 'text/html');
    response.end(path === '/with-a-module' ? htmlWithModule : html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

after(() => server.close().closeAllConnections());

describe('sessions', { concurrency: true }, () => {
  for (const engine of engines) {
    describe(engine, { concurrency: 1 }, () => {
      let session: Session;
      let tab: Tab;

      before(async () => {
        session = await launch(engine);
        tab = await session.newTab();
        await tab.open(url);
      });

      after(async () => {
        await session.close();
        await session.close();
      });

      /** Uncaught errors may arrive after the answer to the call that caused them. */
      async function consoleUpTo(text: string): Promise<readonly ConsoleMessage[]> {
        const end = Date.now() + 10_000;
        while (Date.now() < end) {
          const messages = await tab.consoleMessages();
          if (messages.some((message) => message.text === text)) return messages;
          await tab.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 20)));
        }
        return tab.consoleMessages();
      }

      test('describes itself', () => {
        assert.equal(session.engine, engine);
        assert.match(session.version, /^\d+\.\d/);
        assert.notEqual(session.product, 'Safari', 'only Safari is called Safari');
      });

      test('opens a page and waits for its modules, also the second time', async () => {
        const other = await session.newTab();
        const hasRun = () => 'moduleHasRun' in globalThis;
        await other.open(`${url}with-a-module`);
        assert.equal(await other.evaluate(hasRun), true);
        await other.reload();
        assert.equal(await other.evaluate(hasRun), true);
        await other.close();
      });

      test('calls functions in the page', async () => {
        const answer = await tab.evaluate(
          async (name: string, count: number) => ({ title: document.title, name, count }),
          'lone \ud800 and 🙂',
          2,
        );
        assert.deepEqual(answer, { title: 'A page', name: 'lone \ud800 and 🙂', count: 2 });
        const failure = tab.evaluate(() => {
          throw new TypeError('no such thing');
        });
        await assert.rejects(failure, new PageError('TypeError: no such thing'));
      });

      test('collects console messages, including uncaught errors', async () => {
        await tab.reload();
        await tab.evaluate(() => {
          console.log('one', 1);
          console.warn('two');
          console.error('three');
          setTimeout(() => {
            throw new Error('four');
          });
        });
        const messages = await consoleUpTo('Error: four');
        const loading = messages.filter(({ text }) => text === 'while loading');
        assert.equal(loading.length, session.consoleSince === 'start' ? 2 : 0);
        assert.deepEqual(
          messages.filter((message) => !loading.includes(message)),
          [
            { kind: 'log', text: 'one 1' },
            { kind: 'warn', text: 'two' },
            { kind: 'error', text: 'three' },
            { kind: 'uncaught', text: 'Error: four' },
          ],
        );
      });

      test('presses keys, including named ones', async () => {
        await tab.evaluate(() => {
          document.body.innerHTML = '<input autofocus>';
          document.querySelector('input')?.focus();
          addEventListener('keydown', ({ key }) => {
            document.title = `${document.title.replace(/^(?!keys).*/, 'keys')} ${key}`;
          });
        });
        for (const key of ['a', 'ArrowLeft', 'b', '/', 'Enter', 'Escape']) await tab.press(key);
        const seen = () => [document.querySelector('input')?.value ?? '', document.title];
        assert.deepEqual(await tab.evaluate(seen), ['b/a', 'keys a ArrowLeft b / Enter Escape']);
      });

      test('takes screenshots', async () => {
        const png = Buffer.from(await tab.screenshot());
        assert.equal(png.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
      });

      test('has several tabs, each visible and closed separately', async () => {
        const other = await session.newTab();
        await other.open(`${url}other`);
        const where = (): string => `${location.pathname} ${document.visibilityState}`;
        assert.deepEqual(await Promise.all([tab.evaluate(where), other.evaluate(where)]), [
          '/ visible',
          '/other visible',
        ]);
        await other.close();
        const another = await session.newTab();
        await another.close();
        assert.equal(await tab.evaluate(where), '/ visible');
      });

      test('rejects when a page cannot be loaded', async () => {
        for (const lost of [await session.newTab(), await session.newUnwatchedTab()]) {
          await assert.rejects(lost.open('http://127.0.0.1:1/'));
          await lost.close();
        }
      });

      test('has unwatched tabs', async () => {
        const unwatched = await session.newUnwatchedTab();
        await unwatched.open(`${url}with-a-module`);
        const state = (word: string) => [
          word,
          'moduleHasRun' in globalThis,
          document.visibilityState,
        ];
        assert.deepEqual(await unwatched.evaluate(state, 'lone \ud800'), [
          'lone \ud800',
          true,
          'visible',
        ]);
        const failure = unwatched.evaluate(() => {
          throw new TypeError('no such thing');
        });
        await assert.rejects(failure, new PageError('TypeError: no such thing'));
        await unwatched.open(url);
        assert.equal(await unwatched.evaluate(() => document.title), 'A page');
        await unwatched.close();
      });
    });
  }
});

for (const kind of ['newTab', 'newUnwatchedTab'] as const) {
  test(`a page that hangs is a DeadlineError, and close still ends the browser: ${kind}`, async (t) => {
    // Enough for a new tab on a busy machine, which has the same limit.
    const session = await launch('chromium', { timeout: 5000 });
    t.after(() => session.close());
    const tab = await session[kind]();
    const deadline = { name: DeadlineError.name };
    await assert.rejects(
      tab.evaluate(() => new Promise<never>(() => {})),
      deadline,
    );
    assert.equal(await tab.evaluate(() => 1), 1, 'the tab still works');
    const hang = tab.evaluate(() => {
      for (;;);
    });
    await assert.rejects(hang, deadline);
  });
}

test('a pending call is rejected when its tab closes', async (t) => {
  const session = await launch('chromium');
  t.after(() => session.close());
  const tab = await session.newUnwatchedTab();
  const asked = tab.evaluate(() => new Promise<never>(() => {}));
  await Promise.all([assert.rejects(asked, { message: 'the tab is closed' }), tab.close()]);
});

test('a running WebDriver server can be used', async (t) => {
  const found = find('webkit', 'system');
  if (!('control' in found) || found.control !== 'webkitgtk')
    return t.skip('WebKitGTK is not installed');
  const processScope = new ProcessScopeWithFolder();
  t.after(() => processScope.release());
  const { url: webDriverUrl, capabilities } = await startWebKitGTK(found, processScope, {});
  const session = await launch('webkit', { webDriverUrl, webDriverCapabilities: capabilities });
  t.after(() => session.close());
  assert.match(describeSession(session), /^WebKitGTK [\d.]+ \(remote\)$/);
  const tab = await session.newTab();
  await tab.open(url);
  assert.equal(await tab.evaluate(() => document.title), 'A page');
});

test('a WebDriver server that does not answer is named in the error', async () => {
  const gone = launch('webkit', { webDriverUrl: 'http://user:secret@127.0.0.1:1' });
  await assert.rejects(gone, {
    message: 'The WebDriver server at http://127.0.0.1:1 did not start a webkit session',
  });
});
