/**
 * Calls an endpoint's handlers. Errors, thrown or rejected, are reported to `onHandlerError`.
 */
import type { UpgradeRequest } from '../protocol/handshake.ts';
import type { Message } from '../protocol/message.ts';
import type { Behaviour } from './behaviour.ts';
import type { ServerWebSocket } from './server-web-socket.ts';

export class Handlers {
  readonly #behaviour: Behaviour;
  readonly #socket: ServerWebSocket;
  readonly #failed: (error: unknown) => void;

  constructor(behaviour: Behaviour, socket: ServerWebSocket, failed: (error: unknown) => void) {
    this.#behaviour = behaviour;
    this.#socket = socket;
    this.#failed = failed;
  }

  open(request: UpgradeRequest): void {
    this.#call(() => this.#behaviour.open?.(this.#socket, request));
  }

  /** Called for every message: a separate method, so that it needs no closure. */
  message(message: Message): void {
    try {
      const result = this.#behaviour.message?.(this.#socket, message);
      if (result instanceof Promise) result.catch(this.#failed);
    } catch (error) {
      this.#failed(error);
    }
  }

  ping(payload: Buffer): void {
    this.#call(() => this.#behaviour.ping?.(this.#socket, payload));
  }

  pong(payload: Buffer): void {
    this.#call(() => this.#behaviour.pong?.(this.#socket, payload));
  }

  drain(): void {
    this.#call(() => this.#behaviour.drain?.(this.#socket));
  }

  close(code: number, reason: string): void {
    this.#call(() => this.#behaviour.close?.(this.#socket, code, reason));
  }

  #call(handler: () => unknown): void {
    try {
      const result = handler();
      if (result instanceof Promise) result.catch(this.#failed);
    } catch (error) {
      this.#failed(error);
    }
  }
}
