/** All cases. Its version changes with every case that is added, corrected or re-levelled. */
import type { Case, Section, Volume } from '../format/case.ts';
import { requestCookies } from './cases/browser-api/2-cookies.ts';
import { requests } from './cases/browser-api/2-requests.ts';
import { constructors } from './cases/browser-api/3.1-constructor.ts';
import { sendAndClose } from './cases/browser-api/3.1-send-and-close.ts';
import { events } from './cases/browser-api/4-events.ts';
import { leavingPrograms } from './cases/browser-api/7-leaving.ts';
import { websocketStream } from './cases/browser-api/websocket-stream.ts';
import { serverResponse } from './cases/client/4.1-response.ts';
import { responseGrammar } from './cases/client/4.1-response-grammar.ts';
import { clientSubprotocol } from './cases/client/4.1-subprotocol.ts';
import { clientFrames } from './cases/client/5-frames.ts';
import { clientClosing } from './cases/client/7-closing.ts';
import { clientExtensions } from './cases/client/9.1-extensions.ts';
import { compressionLimits } from './cases/limits/compression.ts';
import { openingLimits } from './cases/limits/opening.ts';
import { resourceLimits } from './cases/limits/resources.ts';
import { clientProfiles } from './cases/rfc6455/4.1-profiles.ts';
import { delivery } from './cases/rfc6455/4.2.1-delivery.ts';
import { key } from './cases/rfc6455/4.2.1-key.ts';
import { requestLine } from './cases/rfc6455/4.2.1-request-line.ts';
import { upgradeAndConnection } from './cases/rfc6455/4.2.1-upgrade-and-connection.ts';
import { version13 } from './cases/rfc6455/4.2.1-version.ts';
import { accept } from './cases/rfc6455/4.2.2-accept.ts';
import { repeatedHandshakes } from './cases/rfc6455/4.2.2-repeated-handshakes.ts';
import { openingResponse } from './cases/rfc6455/4.2.2-response.ts';
import { subprotocol } from './cases/rfc6455/4.2.2-subprotocol.ts';
import { unmaskedFrames } from './cases/rfc6455/5.1-unmasked-frames.ts';
import { lengthForms } from './cases/rfc6455/5.2-length-forms.ts';
import { reservedOpcodes } from './cases/rfc6455/5.2-opcodes.ts';
import { payloadLength } from './cases/rfc6455/5.2-payload-length.ts';
import { reservedBits } from './cases/rfc6455/5.2-reserved-bits.ts';
import { reservedPositions } from './cases/rfc6455/5.2-reserved-positions.ts';
import { segments } from './cases/rfc6455/5.2-segments.ts';
import { maskingKeys } from './cases/rfc6455/5.3-masking-keys.ts';
import { fragmentation } from './cases/rfc6455/5.4-fragmentation.ts';
import { interleavings } from './cases/rfc6455/5.4-interleaving.ts';
import { manyFragments } from './cases/rfc6455/5.4-many-fragments.ts';
import { closeFrames } from './cases/rfc6455/5.5.1-close.ts';
import { manyPings } from './cases/rfc6455/5.5.2-many-pings.ts';
import { pings } from './cases/rfc6455/5.5.2-ping.ts';
import { pongs } from './cases/rfc6455/5.5.3-pong.ts';
import { controlFrames } from './cases/rfc6455/5.5-control-frames.ts';
import { volume } from './cases/rfc6455/5.6-volume.ts';
import { endings } from './cases/rfc6455/7.1-endings.ts';
import { closeBodies } from './cases/rfc6455/7.4-close-bodies.ts';
import { closeCodes } from './cases/rfc6455/7.4-close-codes.ts';
import { utf8 } from './cases/rfc6455/8.1-utf8.ts';
import { utf8Sequences } from './cases/rfc6455/8.1-utf8-sequences.ts';
import { utf8Split } from './cases/rfc6455/8.1-utf8-split.ts';
import { extensionNegotiation } from './cases/rfc6455/9.1-extensions.ts';
import { origin } from './cases/rfc6455/10.2-origin.ts';
import { compressionBit } from './cases/rfc7692/6-rsv1.ts';
import { deflateOffers } from './cases/rfc7692/7.1-offers.ts';
import { compressionParameters } from './cases/rfc7692/7.1-parameters.ts';
import { deflateBlocks } from './cases/rfc7692/7.2.3-blocks.ts';
import { compressedContent } from './cases/rfc7692/7.2-content.ts';
import { host } from './cases/rfc9112/3.2-host.ts';
import { headerGrammar } from './cases/rfc9112/5-header-grammar.ts';
import { requestBody } from './cases/rfc9112/6-request-body.ts';
import { tearDown } from './cases/rfc9112/9.6-tear-down.ts';

export const catalogueVersion = '0.1.0';

/** In the order of the documents; a report groups by them. */
export const sections: readonly Section[] = [
  clientProfiles,
  serverResponse,
  clientSubprotocol,
  requestLine,
  upgradeAndConnection,
  key,
  version13,
  delivery,
  accept,
  openingResponse,
  repeatedHandshakes,
  subprotocol,
  unmaskedFrames,
  segments,
  clientFrames,
  payloadLength,
  lengthForms,
  reservedBits,
  reservedOpcodes,
  reservedPositions,
  maskingKeys,
  fragmentation,
  manyFragments,
  interleavings,
  controlFrames,
  closeFrames,
  pings,
  manyPings,
  pongs,
  volume,
  clientClosing,
  closeCodes,
  closeBodies,
  endings,
  utf8,
  utf8Sequences,
  utf8Split,
  extensionNegotiation,
  clientExtensions,
  origin,
  host,
  responseGrammar,
  headerGrammar,
  requestBody,
  tearDown,
  compressionBit,
  deflateOffers,
  compressionParameters,
  compressedContent,
  deflateBlocks,
  openingLimits,
  resourceLimits,
  compressionLimits,
  requests,
  requestCookies,
  constructors,
  sendAndClose,
  events,
  leavingPrograms,
  websocketStream,
];

export function catalogue(asked: Volume = 'default'): readonly Case[] {
  return sections.flatMap(({ document, at, cases }) =>
    (typeof cases === 'function' ? cases(asked) : cases).map((testCase) => ({
      document,
      section: at,
      ...testCase,
    })),
  );
}
