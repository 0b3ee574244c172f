/** All cases. Its version changes with every case that is added, corrected or re-levelled. */
import type { Case, Volume } from '../format/case.ts';
import { browserAuth } from './cases/browser-auth.ts';
import { browserClose } from './cases/browser-close.ts';
import { requestCookies } from './cases/browser-cookies.ts';
import { browserEvents } from './cases/browser-events.ts';
import { browserLeaving } from './cases/browser-leaving.ts';
import { browserReceive } from './cases/browser-receive.ts';
import { requests } from './cases/browser-request.ts';
import { browserSend } from './cases/browser-send.ts';
import { browserStates } from './cases/browser-state.ts';
import { websocketStream } from './cases/browser-stream.ts';
import { browserSubprotocols } from './cases/browser-subprotocol.ts';
import { browserUrls } from './cases/browser-url.ts';
import { browserWorkers } from './cases/browser-worker.ts';
import { clientClosing } from './cases/client-closing.ts';
import { clientExtensions } from './cases/client-extensions.ts';
import { clientMasks } from './cases/client-masks.ts';
import { clientSend } from './cases/client-send.ts';
import { clientSubprotocol } from './cases/client-subprotocol.ts';
import { closeFrames } from './cases/close.ts';
import { closeCodes } from './cases/close-code/codes.ts';
import { moreCloseCodes } from './cases/close-code/more-codes.ts';
import { closeReasons } from './cases/close-reason.ts';
import { endings } from './cases/closing.ts';
import { controlFrames } from './cases/control-frames.ts';
import { compressedContent } from './cases/deflate/content.ts';
import { compressionParameters } from './cases/deflate/parameters.ts';
import { compressionBit } from './cases/deflate-bit.ts';
import { deflateBlocks } from './cases/deflate-block.ts';
import { deflateOffers } from './cases/deflate-offer.ts';
import { extensionNegotiation } from './cases/extensions.ts';
import { manyFragments } from './cases/fragmentation/many-fragments.ts';
import { fragmentation } from './cases/fragmentation/messages.ts';
import { accept } from './cases/handshake/accept.ts';
import { host } from './cases/handshake/host.ts';
import { key } from './cases/handshake/key.ts';
import { requestLine } from './cases/handshake/request-line.ts';
import { openingResponse } from './cases/handshake/response.ts';
import { upgradeAndConnection } from './cases/handshake/upgrade-and-connection.ts';
import { version13 } from './cases/handshake/version.ts';
import { requestBody } from './cases/handshake-body.ts';
import { delivery } from './cases/handshake-delivery.ts';
import { headerGrammar } from './cases/handshake-grammar.ts';
import { clientProfiles } from './cases/handshake-profile.ts';
import { refusedHandshakes } from './cases/handshake-refused.ts';
import { repeatedHandshakes } from './cases/handshake-repeated.ts';
import { interleavings } from './cases/interleaving.ts';
import { lengthForms } from './cases/length/forms.ts';
import { payloadLength } from './cases/length/sizes.ts';
import { compressionLimits } from './cases/limits/compression.ts';
import { openingLimits } from './cases/limits/opening.ts';
import { resourceLimits } from './cases/limits/resources.ts';
import { maskedServerFrames } from './cases/masked-server.ts';
import { maskingKeys } from './cases/masking/keys.ts';
import { unmaskedFrames } from './cases/masking/unmasked-frames.ts';
import { reservedOpcodes } from './cases/opcodes/opcodes.ts';
import { reservedOpcodePositions } from './cases/opcodes/positions.ts';
import { origin } from './cases/origin.ts';
import { manyPings } from './cases/ping/many-pings.ts';
import { pings } from './cases/ping/payloads.ts';
import { pongs } from './cases/pong.ts';
import { reservedBits } from './cases/reserved-bits/bits.ts';
import { reservedBitPositions } from './cases/reserved-bits/positions.ts';
import { serverResponse } from './cases/response.ts';
import { responseGrammar } from './cases/response-grammar.ts';
import { segments } from './cases/segments.ts';
import { subprotocol } from './cases/subprotocol.ts';
import { utf8 } from './cases/utf8/messages.ts';
import { utf8Sequences } from './cases/utf8/sequences.ts';
import { utf8Split } from './cases/utf8-split.ts';
import { volume } from './cases/volume.ts';

/**
 * The version of the catalogue: changes with every case that is added, corrected or given another
 * level.
 */
export const catalogueVersion = '0.1.0';

/** By topic, roughly in the order of the documents: a topic is a file of `cases/`, or a folder. */
const cases: readonly (readonly Case[] | ((volume: Volume) => readonly Case[]))[] = [
  clientProfiles,
  serverResponse,
  clientSubprotocol,
  requestLine,
  upgradeAndConnection,
  key,
  version13,
  accept,
  openingResponse,
  host,
  delivery,
  repeatedHandshakes,
  subprotocol,
  unmaskedFrames,
  maskingKeys,
  segments,
  maskedServerFrames,
  clientMasks,
  clientSend,
  payloadLength,
  lengthForms,
  reservedBits,
  reservedBitPositions,
  reservedOpcodes,
  reservedOpcodePositions,
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
  moreCloseCodes,
  closeReasons,
  endings,
  utf8,
  utf8Sequences,
  utf8Split,
  extensionNegotiation,
  clientExtensions,
  origin,
  responseGrammar,
  headerGrammar,
  requestBody,
  refusedHandshakes,
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
  browserUrls,
  browserSubprotocols,
  browserAuth,
  browserSend,
  browserClose,
  browserStates,
  browserEvents,
  browserReceive,
  browserWorkers,
  browserLeaving,
  websocketStream,
];

/**
 * All cases, in the order of the documents.
 * @param volume - with `full`, cases about large messages send as much as Autobahn's
 */
export function catalogue(volume: Volume = 'default'): readonly Case[] {
  return cases.flatMap((part) => (typeof part === 'function' ? part(volume) : part));
}
