import type { Case, Need, Volume } from '../../../format/case.ts';
import { rfc7692 } from '../../../format/document.ts';
import { bothRoles } from '../../../format/role.ts';
import { cellName, cells, inTurn } from '../../parts/messages-in-turn.ts';

interface Agreement {
  readonly id: string;
  /** For the title: `with …`. */
  readonly how: string;
  readonly autobahn: string;
  readonly section: string;
  readonly base?: string;
  /** What the peer as client adds to the bare offer; several offers in order of preference. */
  readonly offers: readonly string[];
  /** What the peer as server adds to its answer. */
  readonly answer: string;
  readonly needs?: readonly Need[];
  readonly keepsContext?: true;
}

/** The bare offer; only without `client_no_context_takeover` is the peer's own context kept, too. */
const keeping = 'permessage-deflate; client_max_window_bits';
const bare = 'permessage-deflate; client_no_context_takeover; client_max_window_bits';

const noTakeover = '; server_no_context_takeover';
const window = (bits: number) => `; server_max_window_bits=${bits}`;
const limited: readonly Need[] = ['windowLimit'];

const agreements: readonly Agreement[] = [
  {
    id: 'takeover',
    how: 'a context that is kept',
    autobahn: '13.1',
    section: '7.2.3.2',
    base: keeping,
    offers: [''],
    answer: '',
    keepsContext: true,
  },
  {
    id: 'no-takeover',
    how: 'a fresh context each',
    autobahn: '13.2',
    section: '7.1.1.1',
    offers: [noTakeover],
    answer: '; client_no_context_takeover',
  },
  {
    id: 'window-9',
    how: 'a window of 512 bytes',
    autobahn: '13.3',
    section: '7.1.2.1',
    offers: [window(9)],
    answer: '; client_max_window_bits=9',
    needs: limited,
  },
  {
    id: 'window-15',
    how: 'a window of 32 KiB',
    autobahn: '13.4',
    section: '7.1.2.1',
    offers: [window(15)],
    answer: '; client_max_window_bits=15',
    needs: limited,
  },
  {
    id: 'no-takeover-window-9',
    how: 'a fresh 512 bytes each',
    autobahn: '13.5',
    section: '7.1.2.1',
    offers: [noTakeover + window(9)],
    answer: '; client_no_context_takeover; client_max_window_bits=9',
    needs: limited,
  },
  {
    id: 'no-takeover-window-15',
    how: 'a fresh 32 KiB each',
    autobahn: '13.6',
    section: '7.1.2.1',
    offers: [noTakeover + window(15)],
    answer: '; client_no_context_takeover; client_max_window_bits=15',
    needs: limited,
  },
  {
    id: 'three-offers',
    how: 'one of three offers',
    autobahn: '13.7',
    section: '5',
    offers: [noTakeover + window(9), noTakeover, ''],
    answer: '; client_no_context_takeover',
  },
];

export const compressionParameters = (volume: Volume): readonly Case[] =>
  agreements.flatMap(
    ({ id, how, autobahn, section, base = bare, offers, answer, needs, keepsContext }) =>
      cells.map(
        (cell, index): Case => ({
          id: `deflate/${id}-${cellName(cell)}`,
          title: `compressed with ${how}: ${cellName(cell).replaceAll('-', ' ')}`,
          level: 'must',
          ...rfc7692(section),
          requirement: 'the negotiated parameters apply for every message in its direction',
          against: bothRoles,
          autobahn: [`${autobahn}.${index + 1}`],
          ...(needs && { needs }),
          handshake: {
            extensions: {
              offer: offers.map((parameters) => base + parameters).join(', '),
              answer: `permessage-deflate${answer}`,
              ...(keepsContext && { keepsContext }),
            },
          },
          ...inTurn('json', cell, volume),
        }),
      ),
  );
