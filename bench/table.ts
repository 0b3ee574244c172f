/** Figures as Markdown tables that also read well in a terminal. Pure. */

import type { Figure } from './summary.ts';

/** The cost table, the load generator's shares, and a line for every value that is missing. */
export function renderTables(figures: readonly Figure[], reference: string): string {
  const rows = [...new Set(figures.map((figure) => figure.workload))];
  const columns = [...new Set(figures.map((figure) => figure.peer))];
  const grid = (corner: string, cell: (figure: Figure) => string) =>
    table([
      [corner, ...columns],
      ...rows.map((row) => [
        figures.find((figure) => figure.workload === row)!.title,
        ...columns.map((column) =>
          cell(figures.find((figure) => figure.workload === row && figure.peer === column)!),
        ),
      ]),
    ]);
  const sections = [
    `Server CPU µs per message or handshake, and KiB per idle connection. In brackets: how many\ntimes cheaper than ${reference} in the same round. * the load generator used more CPU than the server.`,
    grid('workload', costCell),
    "The load generator's share of the CPU used; from 50 % on, it limits the throughput, not the server.",
    grid('load generator', (figure) =>
      figure.loadShare === undefined ? '–' : `${Math.round(figure.loadShare * 100)} %`,
    ),
  ];
  const problems = figures.flatMap(({ problem, peer, title }) =>
    problem ? [`${peer}, ${title}: ${problem.outcome}: ${problem.reason}`] : [],
  );
  if (problems.length > 0) sections.push(`Without a value:\n${problems.join('\n')}`);
  return `${sections.join('\n\n')}\n`;
}

function costCell(figure: Figure): string {
  if (figure.median === undefined) {
    return figure.problem?.outcome === 'unsupported' ? '–' : (figure.problem?.outcome ?? '–');
  }
  const ratio = figure.timesCheaper === undefined ? '' : ` (${threeDigits(figure.timesCheaper)}x)`;
  const flag = figure.loadShare !== undefined && figure.loadShare > 0.5 ? '*' : '';
  return `${threeDigits(figure.median)}${ratio}${flag}`;
}

function threeDigits(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => [...row[column]!].length)),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return `| ${cells.join(' | ')} |`;
  });
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  );
  return [lines[0], `|${rule.join('|')}|`, ...lines.slice(1)].join('\n');
}
