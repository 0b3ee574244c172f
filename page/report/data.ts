/**
 * The embedded data: the overview at once, the conversations of a case when it is opened.
 */
import type { Detail, Overview, ReportCase } from '../../conformance/report/html-shape.ts';
import { byId } from '../elements.js';

export const overview: Overview = JSON.parse(byId('overview', HTMLScriptElement).text);

let packedDetails: string[] | undefined;

/** Per target, in the order of the overview; null if the case was not run. */
export async function readDetails(reportCase: ReportCase): Promise<(Detail | null)[]> {
  packedDetails ??= byId('conversations', HTMLScriptElement).text.split('\n');
  const packed = packedDetails[overview.cases.indexOf(reportCase)] ?? '';
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(unpacked).text());
}
