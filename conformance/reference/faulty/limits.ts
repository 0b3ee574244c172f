/** Servers without limits: they accept whatever they are sent. */
import { correct, type FaultyPeer, without } from '../behaviour.ts';

export const limits: readonly FaultyPeer[] = [
  {
    name: 'puts no limit to a message',
    behaviour: { header: without(correct.header, 'maximum', 'sixtyThreeBits') },
    fails: [
      'limits/endless-*',
      'limits/fragments-that-overflow-*',
      'limits/announced-length-refused',
      'limits/message-of-many-large-fragments',
      'limits/deflate-bomb',
      'limits/deflate-bomb-in-fragments',
    ],
  },
  {
    name: 'puts no limit to the head of a request',
    behaviour: { request: without(correct.request, 'grammar') },
    fails: ['limits/header-of-*-refused', 'limits/header-without-end', 'limits/never-finished-*'],
  },
  {
    name: 'answers no handshake that is long',
    behaviour: {
      respond: (request, extension) =>
        request.length > 2000 ? [] : correct.respond(request, extension),
    },
    fails: [
      'limits/*-headers',
      'limits/header-of-80-kib-byte-by-byte',
      'limits/target-of-64-kib',
      'limits/pathological-*',
    ],
  },
  {
    name: 'refuses every handshake',
    behaviour: { request: { all: () => 500 } },
    fails: ['limits/churn-*', 'limits/*-at-once'],
  },
];
