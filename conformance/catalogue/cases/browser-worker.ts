/** The interface in workers. */

import type { Case } from '../../format/case.ts';
import { webSockets } from '../../format/document.ts';
import { answered, echoOf } from '../../format/expectation.ts';
import { text } from '../../format/step.ts';
import { withConnection } from '../parts/in-page.ts';

const echo = (id: string, title: string, page: string, level: 'must' | 'may' = 'must') =>
  withConnection(`browser-worker/${id}`, title, 'the interface is available in workers', page, {
    level,
    ...webSockets('3.1'),
    steps: [text('for a worker')],
    expect: answered([echoOf(text('for a worker'))]),
    value: 1000,
  });

export const browserWorkers: readonly Case[] = [
  echo('echo', 'a worker opens, echoes and gets the close code', 'workers/dedicated'),
  echo('shared', 'a shared worker opens, echoes and gets the close code', 'workers/shared', 'may'),
];
