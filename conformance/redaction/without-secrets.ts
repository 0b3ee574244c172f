/** Redacts errors whose messages may quote an address, a header or a command. */
import type { Redactor } from './redactor.ts';

/** The outcome of `action`; the message of an error is redacted. */
export async function withoutSecrets<T>(redactor: Redactor, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Error) error.message = redactor.text(error.message);
    throw error;
  }
}
