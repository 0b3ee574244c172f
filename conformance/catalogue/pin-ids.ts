/** Writes down the ids of all cases; from then on they are published and must not go away. */
import { writeFileSync } from 'node:fs';
import { catalogue } from './catalogue.ts';

const ids = catalogue().map(({ id }) => id);
writeFileSync(new URL('ids.txt', import.meta.url), `${ids.toSorted().join('\n')}\n`);
