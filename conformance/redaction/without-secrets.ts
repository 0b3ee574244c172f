/** Errors whose messages may repeat what an address, a header or a command had in it. */
import type { Redactor } from './redactor.ts';

/** What `action` resolves with, or its error with a message that has no secret. */
export async function withoutSecrets<T>(redactor: Redactor, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Error) error.message = redactor.text(error.message);
    throw error;
  }
}
