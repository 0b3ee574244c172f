/**
 * Cases of your own, in the words of the case format, against a server. Exits with 1 if one fails.
 */
import process from 'node:process';
import { explainResult, runServerCases, serverTarget } from 'framewright';
import {
  answered,
  binary,
  type Case,
  continuation,
  eachInItsOwnSegment,
  echoOf,
  failed,
  ping,
  pongOf,
  serverOnly,
  text,
} from 'framewright/cases';
import { startEchoServer } from './echo-server.ts';

const order = text('{"order":1}');
const image = binary(Uint8Array.of(0x89, 0x50, 0x4e, 0x47));

const cases: readonly Case[] = [
  {
    id: 'shop/ping-between-orders',
    title: 'a ping between two messages is answered in its place',
    level: 'should',
    document: 'RFC 6455',
    section: '5.5.2',
    requirement: 'a ping is answered as soon as is practical',
    against: serverOnly,
    steps: [order, ping('still there?'), image],
    expect: answered([echoOf(order), pongOf('still there?'), echoOf(image)]),
  },
  {
    id: 'shop/second-half-alone',
    title: 'a continuation frame that continues no message fails the connection',
    level: 'must',
    document: 'RFC 6455',
    section: '5.4',
    requirement: 'a continuation frame continues a message that was begun',
    against: serverOnly,
    steps: [eachInItsOwnSegment(order, continuation('{"order":2}'))],
    expect: failed(1002, { events: [echoOf(order)] }),
  },
];

const server = await startEchoServer();
for await (const result of runServerCases(cases, serverTarget(server.url))) {
  console.log(`${result.verdict}  ${result.case.id}`);
  if (result.verdict === 'pass') continue;
  console.log(explainResult(result));
  process.exitCode = 1;
}
await server.close();
