/** `--har FILE` and `--pcapng FILE`: conversations in the formats of other tools. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { caseById } from '../catalogue/select.ts';
import { renderHar } from '../export/har.ts';
import { renderPcapng } from '../export/pcapng.ts';
import type { RecordedConversation } from '../export/recorded.ts';
import type { CaseConversation } from '../judge/judge-conversations.ts';
import { conversationTitles } from '../report/conversation-titles.ts';
import type { Run } from '../results/results.ts';
import { writeWhole } from '../results/results-file.ts';
import { loadConversations } from '../results/stored-conversations.ts';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './make-folder.ts';

export interface ExportFlags {
  readonly har?: string;
  readonly pcapng?: string;
}

export function withExports(command: Command): Command {
  return command
    .option('--har <file>', 'write the conversations of the case as an HTTP Archive, for DevTools')
    .option(
      '--pcapng <file>',
      'write the conversations of the case as a packet capture, for Wireshark',
    );
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
 * What the runs keep of one case: all of its conversations with each target.
 * @throws {CannotRun} where the id is missing or unknown, or nothing is kept
 */
export function storedConversations(
  id: string | undefined,
  runs: readonly Run[],
): RecordedConversation[] {
  if (id === undefined)
    throw new CannotRun('--har and --pcapng need --case ID (the case to export)');
  const recorded = runs.flatMap(({ results }) => results);
  const { id: known } = caseById(id, recorded);
  const kept = runs.flatMap(({ target, startedAt, results }) => {
    const stored = results.find((result) => result.id === known)?.conversations ?? [];
    const name = `${known}, ${target.name} ${target.version ?? ''}`.trim();
    return recordedConversations(loadConversations(stored), { name, url: target.url, startedAt });
  });
  if (kept.length === 0) throw new CannotRun(`the results contain no conversation of ${known}`);
  return kept;
}

/** Named after their case and, if there are several, by their titles. */
export function recordedConversations(
  conversations: readonly CaseConversation[],
  { name, ...rest }: Omit<RecordedConversation, 'timeline'>,
): RecordedConversation[] {
  const titles = conversationTitles(conversations);
  return conversations.map(({ timeline }, index) => ({
    ...rest,
    name: conversations.length > 1 ? `${name} (${titles[index]})` : name,
    timeline,
  }));
}
