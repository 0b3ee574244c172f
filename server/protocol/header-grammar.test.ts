import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isToken, listsToken, parseExtensions, parseTokenList } from './header-grammar.ts';

test('tokens are visible ASCII without separators', () => {
  for (const yes of ['a', "!#$%&'*+-.^_`|~", 'x-1']) assert.ok(isToken(yes), yes);
  for (const no of ['', 'a b', 'a,b', 'a/b', '"a"', 'é', 'a\n']) assert.ok(!isToken(no), no);
});

test('a list is searched element by element, regardless of case', () => {
  for (const yes of ['upgrade', 'Upgrade', 'keep-alive, Upgrade', 'UPGRADE,x', ' ,\tupgrade ,']) {
    assert.ok(listsToken(yes, 'upgrade'), yes);
  }
  for (const no of ['', 'xupgradex', 'upgrade/13', 'up grade', 'keep-alive']) {
    assert.ok(!listsToken(no, 'upgrade'), no);
  }
});

test('a token list is non-empty, unique and contains only tokens', () => {
  assert.deepEqual(parseTokenList('chat, v2 ,, V2'), ['chat', 'v2', 'V2']);
  for (const no of ['', ',', 'a b', '"a"', 'a, a', 'a;b', 'é']) {
    assert.equal(parseTokenList(no), undefined, no);
  }
});

const lists: [value: string, extensions: unknown][] = [
  ['a', [{ name: 'a', parameters: [] }]],
  [
    'a, b',
    [
      { name: 'a', parameters: [] },
      { name: 'b', parameters: [] },
    ],
  ],
  [
    ' ,a,,b, ',
    [
      { name: 'a', parameters: [] },
      { name: 'b', parameters: [] },
    ],
  ],
  ['a;x', [{ name: 'a', parameters: [['x', true]] }]],
  [
    'a ; x = 1;y',
    [
      {
        name: 'a',
        parameters: [
          ['x', '1'],
          ['y', true],
        ],
      },
    ],
  ],
  ['a; x="1"', [{ name: 'a', parameters: [['x', '1']] }]],
  ['a; x="\\1\\0"', [{ name: 'a', parameters: [['x', '10']] }]],
  [
    'a; x="1" , b',
    [
      { name: 'a', parameters: [['x', '1']] },
      { name: 'b', parameters: [] },
    ],
  ],
  [
    'a; x; x',
    [
      {
        name: 'a',
        parameters: [
          ['x', true],
          ['x', true],
        ],
      },
    ],
  ],
  ...['', ',', 'a b', 'a;', 'a;;x', 'a; x=', 'a; =1', 'a; x="', 'a; x=""', 'a; x="1', '"a"', 'é']
    .concat(['a; x="1;2"', 'a; x="1,2"', 'a; x="1"2', 'a=1', ';x', 'a; x="\\', 'a; x y'])
    .map((value): [string, undefined] => [value, undefined]),
];
for (const [value, extensions] of lists) {
  test(`${value || 'nothing'} is ${extensions ? 'a list of extensions' : 'malformed'}`, () => {
    assert.deepEqual(parseExtensions(value), extensions);
  });
}
