/** `--har FILE` and `--pcapng FILE`: conversations in the files of other tools. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { caseById } from '../catalogue/select.ts';
import { renderHar } from '../export/har.ts';
import { renderPcapng } from '../export/pcapng.ts';
import type { RecordedConversation } from '../export/recorded.ts';
import type { Run } from '../results/results.ts';
import { writeWhole } from '../results/results-file.ts';
import { loadTimeline } from '../results/stored-timeline.ts';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './make-folder.ts';

export interface ExportFlags {
  readonly har?: string;
  readonly pcapng?: string;
}

export function withExports(command: Command): Command {
  return command
    .option('--har <file>', 'write the conversation as an HTTP Archive, for DevTools')
    .option('--pcapng <file>', 'write the conversation as a packet capture, for Wireshark');
}

/** @throws {CannotRun} */
export async function writeExports(
  { har, pcapng }: ExportFlags,
  recorded: readonly RecordedConversation[],
): Promise<void> {
  if (har !== undefined) await write(har, () => renderHar(recorded));
  if (pcapng !== undefined) await write(pcapng, () => renderPcapng(recorded));
}

async function write(path: string, render: () => string | Buffer): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeWhole(path, render());
  } catch (error) {
    throw new CannotRun(`cannot write ${path}: ${(error as Error).message}`);
  }
}

/**
 * What the runs keep of one case, one conversation per target.
 * @throws {CannotRun} where the id is missing or unknown, or nothing is kept
 */
export function storedConversations(
  id: string | undefined,
  runs: readonly Run[],
): RecordedConversation[] {
  if (id === undefined)
    throw new CannotRun('--har and --pcapng need --case ID: whose conversation');
  const recorded = runs.flatMap(({ results }) => results);
  const { id: known } = caseById(id, recorded);
  const kept = runs.flatMap(({ target, startedAt, results }) => {
    const stored = results.find((result) => result.id === known)?.timeline;
    const name = `${known}, ${target.name} ${target.version ?? ''}`.trim();
    return stored ? [{ name, url: target.url, startedAt, timeline: loadTimeline(stored) }] : [];
  });
  if (kept.length === 0) throw new CannotRun(`no conversation of ${known} was kept`);
  return kept;
}
