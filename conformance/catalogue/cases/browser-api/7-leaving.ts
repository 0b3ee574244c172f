/** What a server sees when the program that opened a connection goes away, and where programs are. */

import type { Section } from '../../../format/case.ts';
import { answered, echoOf, failed } from '../../../format/expectation.ts';
import { awaits, text } from '../../../format/step.ts';
import { withConnection } from './in-page.ts';

const leaving = (id: string, how: string, page: string, value?: unknown) =>
  withConnection(
    `browser-leaving/${id}`,
    `${how} sends a Close with 1001`,
    'a program that goes away closes its connections as going away',
    page,
    { steps: [awaits('close')], expect: failed(1001), value },
  );

const echo = (id: string, title: string, page: string, level: 'must' | 'may' = 'must') =>
  withConnection(`browser-worker/${id}`, title, 'the interface is there in workers, too', page, {
    level,
    section: '3.1',
    steps: [text('for a worker')],
    expect: answered([echoOf(text('for a worker'))]),
    value: 1000,
  });

export const leavingPrograms: Section = {
  document: 'WHATWG WebSockets',
  at: '7',
  title: 'Frames, windows and workers that go away',
  cases: [
    echo('echo', 'a worker opens, echoes and is told the code', 'workers/dedicated'),
    echo('shared', 'a shared worker opens, echoes and is told the code', 'workers/shared', 'may'),
    leaving('removed-frame', 'removing a frame', 'frames/removed'),
    leaving('navigated-frame', 'navigating a frame', 'frames/navigated'),
    leaving('reloaded-frame', 'reloading a frame', 'frames/reloaded'),
    leaving('terminated-worker', 'terminating a worker', 'workers/terminated'),
    leaving('worker-that-closes-itself', 'a worker that closes itself', 'workers/closingItself'),
    {
      ...leaving('history', 'leaving a page for another', 'windows/left', 'a new document'),
      title: 'a page with a connection is gone when a user comes back',
      document: 'WHATWG HTML',
      section: '7.5.10',
      requirement:
        'a document whose connection had to be closed when it was left is not kept for coming back',
    },
  ],
};
