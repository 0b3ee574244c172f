/**
 * A reporter of your own: a Markdown table. Use it with `--reporter ./my-reporter.mjs:report.md`,
 * or `import` it for `renderReport`.
 */

/** @type {import('framewright').Reporter} */
const reporter = {
  render(runs) {
    const lines = runs.flatMap(({ target, results }) =>
      results.map(({ id, verdict }) => `| ${target.name} | ${id} | ${verdict} |`),
    );
    return ['| target | case | verdict |', '|---|---|---|', ...lines, ''].join('\n');
  },
};

export default reporter;
