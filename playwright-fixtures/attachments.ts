/** What a test leaves in Playwright's report. */
import type { TestInfo } from '@playwright/test';
import { renderHar } from '../conformance/export/har.ts';
import { renderPcapng } from '../conformance/export/pcapng.ts';
import type { WireConnection } from './connection.ts';
import { renderConversations } from './conversation-page.ts';

/** When the record of a test is attached; as for Playwright's traces. */
export type Attach = 'off' | 'on' | 'retain-on-failure';

/** Attaches the timeline as text and as a page, a HAR and a packet capture; secrets are redacted. */
export async function attachRecord(
  connections: readonly WireConnection[],
  failures: readonly string[],
  attach: Attach,
  testInfo: TestInfo,
): Promise<void> {
  const hasFailed = testInfo.status !== testInfo.expectedStatus;
  if (attach === 'off' || (attach === 'retain-on-failure' && !hasFailed)) return;
  if (failures.length > 0) {
    await testInfo.attach('websockets: failures', { body: failures.join('\n') });
  }
  if (connections.length === 0) return;
  const recorded = connections.map((connection) => ({
    name: connection.redacted(connection.url()),
    url: connection.redacted(connection.url()),
    startedAt: connection.startedAt.toISOString(),
    timeline: connection.redactedTimeline(),
  }));
  const text = connections.map((connection) => connection.annotated()).join('\n\n');
  await testInfo.attach('websockets.txt', { body: text, contentType: 'text/plain' });
  await testInfo.attach('websockets.html', {
    body: await renderConversations(testInfo.titlePath.slice(1).join(' › '), connections),
    contentType: 'text/html',
  });
  await testInfo.attach('websockets.har', {
    body: renderHar(recorded),
    contentType: 'application/json',
  });
  await testInfo.attach('websockets.pcapng', {
    body: renderPcapng(recorded),
    contentType: 'application/vnd.tcpdump.pcap',
  });
}
