/**
 * Rules that apply to every conversation, regardless of its case. Each has the level of the
 * sentence that it is based on, so that the same violation has the same verdict in every case.
 */
import type { Rule } from '../format/rule.ts';

/** Two handshakes of one client, on separate connections, have the same key. */
export const repeatedKey: Rule = {
  name: 'repeated-key',
  level: 'must',
  document: 'RFC 6455',
  section: '4.1',
  requirement: 'the key of each handshake is chosen at random',
};

/** The Host of a request, beside the address and port that its connection has arrived at. */
export const wrongHost: Rule = {
  name: 'wrong-host',
  level: 'must',
  document: 'RFC 6455',
  section: '4.1',
  requirement: 'Host is the host of the URL, with its port unless that is the default',
};

export const openingRefusedByServer: Rule = {
  name: 'handshake-failed',
  level: 'must',
  document: 'RFC 6455',
  section: '4.2.2',
  requirement: 'a request that has what a handshake needs is accepted',
};

export const openingRefusedByClient: Rule = {
  name: 'handshake-failed',
  level: 'must',
  document: 'RFC 6455',
  section: '4.1',
  requirement: 'a client opens the handshake, and takes a response that has what is needed',
};

export const foreignUpgrade: Rule = {
  name: 'upgrade-header',
  level: 'must',
  document: 'RFC 6455',
  section: '4.2.2',
  requirement: 'the Upgrade header of the response is websocket',
};

export const unansweredHandshake: Rule = {
  name: 'handshake-unanswered',
  level: 'must',
  document: 'RFC 6455',
  section: '4.2.1',
  requirement: 'a handshake that is not accepted gets an HTTP response with an error code',
};

/** Before §7.1.7 can apply, a connection has to be established: until then there are no frames. */
export const closeFrameBeforeOpen: Rule = {
  name: 'close-frame-before-open',
  level: 'should',
  document: 'RFC 6455',
  section: '7.1.7',
  requirement: 'a Close frame is sent where the connection was established',
};

export const secondResponse: Rule = {
  name: 'second-response',
  level: 'must',
  document: 'RFC 9110',
  section: '15.2.2',
  requirement: 'after the empty line of a 101 the server speaks the new protocol',
};

export const notAlive: Rule = {
  name: 'not-alive',
  level: 'must',
  document: 'RFC 6455',
  section: '6.2',
  requirement: 'what arrives is read as frames, and a valid message is received',
};

export const latePong: Rule = {
  name: 'late-pong',
  level: 'should',
  document: 'RFC 6455',
  section: '5.5.2',
  requirement: 'a pong is sent as soon as is practical',
};

export const windowNotKept: Rule = {
  name: 'window-not-kept',
  level: 'must',
  document: 'RFC 7692',
  section: '7.2.2',
  requirement: 'with context takeover a message is inflated with the window of those before it',
};

export const noCloseFrame: Rule = {
  name: 'no-close-frame',
  level: 'must',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'a Close frame is answered with a Close frame',
};

export const lateClose: Rule = {
  name: 'late-close',
  level: 'should',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'a Close frame is answered as soon as practical',
};

/** §5.5.1 says "typically": any code that may be sent is legal. */
export const wrongCodeInAnswer: Rule = {
  name: 'wrong-close-code',
  level: 'should',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'the answer to a Close typically has the code that was received',
};

export const wrongCodeOfFailure: Rule = {
  name: 'wrong-close-code',
  level: 'should',
  document: 'RFC 6455',
  section: '7.1.7',
  requirement: 'the Close of a connection that fails has an appropriate code',
};

export const failedWithoutClose: Rule = {
  name: 'failed-without-close-frame',
  level: 'should',
  document: 'RFC 6455',
  section: '7.1.7',
  requirement: 'an established connection that fails is closed with a Close frame first',
};

export const tcpLeftOpenByServer: Rule = {
  name: 'tcp-left-open',
  level: 'must',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'after a Close each way the server closes TCP immediately',
};

export const tcpLeftOpenByClient: Rule = {
  name: 'tcp-left-open',
  level: 'must',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'after a Close each way an endpoint closes TCP',
};

export const tcpNotEndedByServerYet: Rule = {
  name: 'tcp-left-open',
  level: 'should',
  document: 'RFC 6455',
  section: '5.5.1',
  requirement: 'a client waits for the server to close TCP, and for no longer than a while',
};

export const lostTransport: Rule = {
  name: 'tcp-left-open',
  level: 'must',
  document: 'RFC 6455',
  section: '7.2.1',
  requirement: 'a client whose TCP connection was lost fails the WebSocket connection',
};

export const wrongEvents: Rule = {
  name: 'wrong-events',
  level: 'must',
  document: 'WHATWG WebSockets',
  section: '4',
  requirement: 'a program learns how its connection opened, failed or closed',
};

export const noLongerServed: Rule = {
  name: 'no-longer-served',
  level: 'must',
  document: 'RFC 6455',
  section: '10.4',
  requirement: 'an implementation protects itself against what is beyond its limits',
};

/** Whatever a client sends, the others go on being served. */
export const targetEndedRule: Rule = { ...noLongerServed, name: 'target-ended' };

export const memoryOverBudget: Rule = { ...noLongerServed, name: 'memory-over-budget' };
