// What the page was given: the overview at once, the conversations of one case when it is opened.
import { byId } from '../elements.js';

/** @typedef {import('../../conformance/report/html-shape.ts').Overview} Overview */
/** @typedef {import('../../conformance/report/html-shape.ts').ReportCase} ReportCase */
/** @typedef {import('../../conformance/report/html-shape.ts').Detail} Detail */

/** @type {Overview} */
export const overview = JSON.parse(byId('overview', HTMLScriptElement).text);

/** @type {string[] | undefined} */
let packedDetails;

/**
 * Per target, in the order of the overview; null where the case was not played.
 * @param {ReportCase} reportCase
 * @returns {Promise<(Detail | null)[]>}
 */
export async function readDetails(reportCase) {
  packedDetails ??= byId('conversations', HTMLScriptElement).text.split('\n');
  const packed = packedDetails[overview.cases.indexOf(reportCase)] ?? '';
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(unpacked).text());
}
