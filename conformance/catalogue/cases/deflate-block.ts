import type { Case } from '../../format/case.ts';
import { rfc6455, rfc7692 } from '../../format/document.ts';
import { answered, echoOf, failed, observed, pongOf } from '../../format/expectation.ts';
import { fill, hex } from '../../format/payload.ts';
import { bothRoles } from '../../format/role.ts';
import { binary, continuation, message, ping, text } from '../../format/step.ts';
import { flushTail } from '../../wire/deflate.ts';
import {
  compressed,
  dynamic,
  dynamicText,
  final,
  fixed,
  referringTo,
  stored,
} from '../parts/deflate-blocks.ts';
import { handshake, needs } from '../parts/plain-deflate.ts';

/** RFC 7692 §7.2.2 says how to inflate, and not what to do if that is impossible. */
const invalidData = {
  level: 'should',
  ...rfc6455('10.7'),
  requirement: 'data that cannot be inflated is invalid, and is answered with a Close',
} as const;
/** No document names the code for data that cannot be inflated: a wrong protocol or wrong data. */
const undecodable = failed([1002, 1007]);
const zlib = (payload: Uint8Array) => text(payload, { rsv1: true });
const bytewise = (payload: Uint8Array) =>
  Array.from(payload, (octet, index) =>
    index === 0
      ? text(Uint8Array.of(octet), { rsv1: true, fin: false })
      : continuation(Uint8Array.of(octet), { fin: index === payload.length - 1 }),
  );

export const deflateBlocks: readonly Case[] = [
  ...(
    [
      ['stored', stored('Hello'), 'Hello', '7.2.3.3', 'a stored block'],
      ['fixed', fixed('Hello'), 'Hello', '7.2.3.1', 'a block with fixed codes'],
      ['dynamic', dynamic(dynamicText), dynamicText, '7.2.3.1', 'a block with its own codes'],
      ['final', final('Hello'), 'Hello', '7.2.3.4', 'a block with BFINAL set'],
      [
        'two-blocks',
        hex('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'),
        'Hello',
        '7.2.3.5',
        'a message in two blocks',
      ],
      [
        'empty-blocks-between',
        Buffer.concat([compressed('Hel'), flushTail, compressed(''), flushTail, compressed('lo')]),
        'Hello',
        '7.2.3.5',
        'an empty block between two others',
      ],
      ['empty', hex('00'), '', '7.2.3.6', 'an empty message in its short form'],
      ['empty-fixed', hex('02 00'), '', '7.2.3.6', 'an empty message in a fixed block'],
    ] as const
  ).map(([id, payload, plain, section, what]) => ({
    id: `deflate-block/${id}`,
    title: `${what} is inflated`,
    level: 'must' as const,
    ...rfc7692('7.2.3'),
    section,
    requirement: 'a receiver inflates any valid blocks',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: [zlib(payload)],
    expect: answered([echoOf(text(plain))]),
  })),
  {
    id: 'deflate-block/final-then-another-message',
    title: 'a message after one with BFINAL set is inflated',
    level: 'must',
    ...rfc7692('7.2.3.4'),
    requirement: 'the end of a DEFLATE stream ends neither the window nor the connection',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: [zlib(final('Hello')), zlib(compressed('Hello'))],
    expect: answered([echoOf(text('Hello')), echoOf(text('Hello'))]),
  },
  {
    id: 'deflate-block/one-octet-per-fragment',
    title: 'a compressed message in fragments of one octet, with a ping between, is inflated',
    level: 'must',
    ...rfc7692('7.2.2'),
    requirement: 'fragments of a compressed message are joined before they are inflated',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: bytewise(compressed('Hello')).toSpliced(3, 0, ping('between')),
    expect: answered([pongOf('between'), echoOf(text('Hello'))]),
  },
  {
    id: 'deflate-block/empty-first-fragment',
    title: 'a compressed message with empty fragments around it is inflated',
    level: 'must',
    ...rfc7692('6.1'),
    requirement: 'a first fragment may be empty and still marks the message as compressed',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: [
      text('', { rsv1: true, fin: false }),
      continuation(compressed('Hello'), { fin: false }),
      continuation(''),
    ],
    expect: answered([echoOf(text('Hello'))]),
  },
  ...[125, 126, 65_535, 65_536].map((length) => ({
    id: `deflate-block/stored-binary-of-${length}`,
    title: `${length} bytes that do not shrink are echoed`,
    level: 'must' as const,
    ...rfc7692('7.2.1'),
    requirement: 'compressed data longer than its message is valid',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: [message('binary', { excerpt: 'archive', start: 4096 * 3, length }, { deflate: true })],
    expect: answered([echoOf(binary({ excerpt: 'archive', start: 4096 * 3, length }))]),
  })),
  {
    id: 'deflate-block/long-run',
    title: 'a long run of one letter, deflated to almost nothing, is echoed',
    level: 'must',
    ...rfc7692('7.2.2'),
    requirement: 'the length of a message follows from its blocks, not from its frames',
    against: bothRoles,
    needs,
    rule: 'valid-deflate-refused',
    handshake,
    steps: [message('text', fill('a', 200_000), { deflate: true })],
    expect: answered([echoOf(text(fill('a', 200_000)))]),
  },
  ...(
    [
      ['reserved-block-type', hex('06 00'), 'a block of the reserved type'],
      ['bad-stored-length', hex('00 05 00 00 00 48 65 6c 6c 6f'), 'a stored block that lies'],
      ['too-many-codes', hex('fc ff ff ff ff ff ff'), 'a block with more codes than there are'],
      ['noise', hex('ff ff ff ff ff ff'), 'noise'],
      [
        'reference-before-the-start',
        referringTo('Hello, Hello, Hello', 'Hello, Hello'),
        'a reference to what was never sent',
      ],
      ['plain-text', Buffer.from('Hello, Hello, Hello'), 'text that was never compressed'],
    ] as const
  ).map(([id, payload, what]) => ({
    id: `deflate-block/${id}-fails`,
    title: `${what} fails the connection`,
    ...invalidData,
    against: bothRoles,
    needs,
    rule: 'invalid-deflate',
    handshake,
    steps: [zlib(payload)],
    expect: undecodable,
  })),
  {
    id: 'deflate-block/invalid-after-valid-fails',
    title: 'a message that cannot be inflated after a valid one fails the connection',
    ...invalidData,
    against: bothRoles,
    needs,
    rule: 'invalid-deflate',
    handshake,
    steps: [zlib(compressed('Hello')), zlib(hex('06 00'))],
    expect: failed([1002, 1007], { events: [{ ...echoOf(text('Hello')), optional: true }] }),
  },
  ...(
    [
      ['overlong', hex('c0 af'), 'an overlong sequence'],
      ['cut', hex('e2 82'), 'a sequence that is cut'],
      ['surrogate', hex('ed a0 80'), 'a surrogate'],
    ] as const
  ).map(([id, octets, what]) => ({
    id: `deflate-block/text-with-${id}-fails`,
    title: `compressed text with ${what} fails the connection`,
    level: 'must' as const,
    ...rfc6455('8.1'),
    requirement: 'text is UTF-8 once it is inflated',
    against: bothRoles,
    needs,
    rule: 'invalid-utf8',
    handshake,
    steps: [zlib(compressed(octets))],
    expect: failed(1007),
  })),
  {
    id: 'deflate-block/reference-beyond-the-agreed-window',
    title: 'a reference beyond the window that was negotiated may be inflated or not',
    level: 'may',
    ...rfc7692('7.1.2.2'),
    requirement: 'a receiver may inflate with a larger window than it negotiated',
    against: bothRoles,
    needs,
    handshake: {
      extensions: {
        offer: 'permessage-deflate; client_max_window_bits=9',
        answer: 'permessage-deflate; server_max_window_bits=9',
      },
    },
    steps: [zlib(compressed(`${dynamicText}${dynamicText}`))],
    expect: observed(),
  },
  {
    id: 'deflate-block/reference-into-a-context-that-was-reset',
    title: 'a reference into a context that is reset may be inflated or not',
    level: 'may',
    ...rfc7692('7.1.1.2'),
    requirement: 'a receiver may keep a context that its sender does not use',
    against: bothRoles,
    needs,
    handshake: {
      extensions: {
        offer: 'permessage-deflate; client_no_context_takeover',
        answer: 'permessage-deflate; server_no_context_takeover',
      },
    },
    steps: [
      zlib(compressed('Hello, Hello, Hello')),
      zlib(referringTo('Hello, Hello, Hello', 'Hello')),
    ],
    expect: observed(),
  },
  ...(
    [
      [
        // The receiver appends the tail again (§7.2.2), and the second one makes a stored block
        // whose lengths are wrong: a receiver that refuses it is right.
        'tail-left-on',
        Buffer.concat([compressed('Hello'), flushTail]),
        'a tail that was left on',
      ],
      ['nothing', hex(''), 'a compressed message without a single octet'],
      ['cut-block', compressed(dynamicText).subarray(0, 40), 'a block that is cut'],
      [
        'garbage-after-the-tail',
        Buffer.concat([compressed('Hello'), flushTail, hex('07 07')]),
        'garbage after the tail',
      ],
    ] as const
  ).map(([id, payload, what]) => ({
    id: `deflate-block/${id}`,
    title: `${what} may be answered in any way`,
    level: 'may' as const,
    ...rfc7692('7.2.2'),
    requirement: 'no specification says whether this is a message, an empty one or an error',
    against: bothRoles,
    needs,
    handshake,
    steps: [zlib(payload)],
    expect: observed(),
  })),
];
