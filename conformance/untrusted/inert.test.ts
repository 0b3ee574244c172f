import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import {
  forAnnotation,
  forAnnotationProperty,
  forFileName,
  forJson,
  forMarkup,
  forShell,
  forTerminal,
  forTerminalLines,
  forXml,
} from './inert.ts';

const hostile = [
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u009b2J',
  'a\u202eb\u2066c\u200bd\ufeffe\u00ade\u115f\u3164\u034f',
  '::error::forged',
  '  ::set-output name=a::b',
  ':',
  'x ##[error]forged',
  '$(touch /tmp/forged) `id` $HOME \' " \\ ! * ~',
  "quoted ' and \u001b",
  '-- %s %n \\n',
  '../../etc/passwd',
  '<script>alert(1)</script>]]>&\'"',
  'first\r\n::error::second\n##[group]third',
  'tab\there',
  '\u2028\u2029\u0085',
  '日本語 é ü',
  'ends with a space ',
  '',
];

test('text for a terminal is one line of visible characters and no runner command', () => {
  for (const text of hostile) {
    const shown = forTerminal(text);
    assert.doesNotMatch(shown, /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u, shown);
    assert.doesNotMatch(`${shown}: 5`, /^\s*::|##\[/);
    assert.equal(forTerminal(shown), shown, 'inert text is unchanged');
  }
  assert.equal(forTerminal('plain: text, "quoted" \\ ünseen'), 'plain: text, "quoted" \\ ünseen');
});

test('each of several lines is inert, and line breaks are kept', () => {
  assert.equal(
    forTerminalLines('first\r\n::error::second\n  ::c::\n##[group]third'),
    'first\\r\n\\x3a:error::second\n  \\x3a:c::\n#\\x23[group]third',
  );
});

test('an annotation is one line, which the runner shows unchanged', () => {
  for (const text of hostile) {
    const [data, property] = [forAnnotation(text), forAnnotationProperty(text)];
    assert.doesNotMatch(`${data}${property}`, /[\r\n]|##\[/);
    assert.doesNotMatch(property, /[:,]/);
    const undone = data.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
    assert.equal(undone, forTerminalLines(text));
  }
});

test('text for XML contains only valid characters', () => {
  for (const text of [...hostile, '\u0000\ufffe\uffff\ud800 \udc00']) {
    const words = forXml(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    assert.equal(XMLValidator.validate(`<a>${words.replaceAll('>', '&gt;')}</a>`), true);
    assert.doesNotMatch(words, /[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
  }
});

test('a shell parses each word unchanged, and every character is visible', () => {
  for (const text of hostile) {
    const word = forShell(text)!;
    assert.equal(forTerminal(`replay ${word}`), `replay ${word}`);
    const read = execFileSync('sh', ['-c', `printf '%s|' ${word} next`], { encoding: 'utf8' });
    assert.equal(read, `${text}|next|`);
  }
  assert.equal(forShell('plain/word-1.5'), 'plain/word-1.5');
  assert.equal(forShell('two words'), "'two words'");
});

test('text that cannot be an argument is refused', () => {
  for (const text of ['a\0b', 'half \ud800', 'line\n']) assert.equal(forShell(text), undefined);
});

test('JSON keeps its meaning, and every character is visible', () => {
  const value = { hostile, [hostile[0]!]: '\u{e0001}\ud800', deep: [{ '##[': 1 }] };
  for (const space of [undefined, 2]) {
    const json = forJson(value, space);
    assert.deepEqual(JSON.parse(json), value);
    assert.doesNotMatch(json, /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|##\[/u);
  }
  assert.equal(forJson({ a: 'é' }), '{"a":"é"}');
});

test('text for markup cannot close an element or an attribute', () => {
  assert.equal(
    forMarkup('<a href="x" title=\'y\'>&\u202e'),
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;\\u{202e}',
  );
});

test('a file name stays in its folder', () => {
  for (const text of [...hostile, '..', '.', '...', '/', '\\', 'CON', 'x'.repeat(500)]) {
    const name = forFileName(text);
    assert.match(name, /^(?![.-])[\w.-]{1,100}$/);
  }
  assert.equal(forFileName('chromium-156.txt'), 'chromium-156.txt');
});
