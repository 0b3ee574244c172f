/** `node --import ./ws-as-global.mjs client-loop.mjs`: the package `ws` as the global WebSocket. */
import { WebSocket } from 'ws';

globalThis.WebSocket = WebSocket;
