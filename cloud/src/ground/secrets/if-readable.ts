import { Fault } from "@karibu/protocol/fault";

/** `otherwise` when what `read` opens can't be opened (a back-up under another master key): a page shows the rest. Other errors are thrown. */
export function ifReadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return otherwise;
    throw error;
  }
}
