import type { Case, Volume } from '../../../format/case.ts';
import type { DataFile } from '../../../format/data.ts';
import { rfc7692 } from '../../../format/document.ts';
import { bothRoles } from '../../../format/role.ts';
import { cellName, cells, inTurn } from '../../parts/messages-in-turn.ts';

const files: readonly (readonly [file: DataFile, autobahn: string])[] = [
  ['json', '12.1'],
  ['bitmap', '12.2'],
  ['prose', '12.3'],
  ['html', '12.4'],
  ['archive', '12.5'],
];

const offer = 'permessage-deflate; client_no_context_takeover; client_max_window_bits';

export const compressedContent = (volume: Volume): readonly Case[] =>
  files.flatMap(([file, group]) =>
    cells.map(
      (cell, index): Case => ({
        id: `deflate/${file}-of-${cellName(cell)}`,
        title: `compressed ${file} is echoed: ${cellName(cell).replaceAll('-', ' ')}`,
        level: 'must',
        ...rfc7692('7.2'),
        requirement: 'a compressed message is inflated to what was sent, and back again',
        against: bothRoles,
        autobahn: [`${group}.${index + 1}`],
        handshake: { extensions: { offer, answer: 'permessage-deflate' } },
        ...inTurn(file, cell, volume),
      }),
    ),
  );
