/**
 * Runs all cases against correct servers that greet, push, ping, or want a login, and shows which
 * verdicts differ from those of a plain echo server: `npm run bench:endpoints`.
 */
import { catalogue } from '../conformance/catalogue/catalogue.ts';
import { compare, outcomesOf } from '../conformance/testing/compare-variants.ts';
import { endpointVariants } from '../conformance/testing/endpoint-variants.ts';

const wanted = process.argv.slice(2);
const cases = catalogue().filter(
  ({ against, tags = [] }) =>
    against.includes('server') && !tags.includes('limits') && !tags.includes('slow'),
);
const plain = await outcomesOf(cases, { name: 'is plain', judged: 1 });
for (const variant of endpointVariants) {
  if (wanted.length > 0 && !wanted.some((words) => variant.name.includes(words))) continue;
  const { differences, judged } = compare(plain, await outcomesOf(cases, variant));
  const share = `${Math.round(100 * judged)} % of the cases judged`;
  console.log(`a server that ${variant.name}: ${share}, ${differences.length} verdicts differ`);
  for (const difference of differences) console.log(`  ${difference}`);
  if (differences.length > 0) process.exitCode = 1;
}
