/** `node --import ./ws-as-global.mjs client-loop.mjs`: uses the package `ws` as the global WebSocket. */
import { WebSocket } from 'ws';

globalThis.WebSocket = WebSocket;
