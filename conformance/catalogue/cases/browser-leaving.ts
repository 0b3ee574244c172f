/** What a server sees when the program that opened a connection goes away. */

import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { failed } from '../../format/expectation.ts';
import { awaits } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

const leaving = (id: string, how: string, page: string, value?: unknown) =>
  withConnection(
    `browser-leaving/${id}`,
    `${how} sends a Close with 1001`,
    'a program that goes away closes its connections with 1001',
    page,
    { ...webSockets('7'), steps: [awaits('close')], expect: failed(1001), value },
  );

export const browserLeaving: readonly Case[] = [
  leaving('removed-frame', 'removing a frame', 'frames/removed'),
  leaving('navigated-frame', 'navigating a frame', 'frames/navigated'),
  leaving('reloaded-frame', 'reloading a frame', 'frames/reloaded'),
  leaving('terminated-worker', 'terminating a worker', 'workers/terminated'),
  leaving('worker-that-closes-itself', 'a worker that closes itself', 'workers/closingItself'),
  {
    ...leaving('history', 'leaving a page for another', 'windows/left', 'a new document'),
    title: 'a page with a connection is not restored from history',
    document: 'WHATWG HTML',
    section: '7.5.10',
    requirement:
      'a document whose connection had to be closed when it was left is not kept for coming back',
  },
];
