/**
 * The `Idempotency-Key` of a request that may be sent several times. A form gets a key when it opens and sends it with every
 * try. A try whose answer was lost is so never done twice. The hub keeps a refusal under the key too: a corrected form gets a
 * new key.
 */
import { ApiError } from "./api.ts";

export interface IdempotencyKey {
  /** The key of the next try. */
  now(): string;
  /** Call it after each try, with its error; undefined: the try succeeded. */
  settle(error: unknown): void;
}

/** `make` returns a new UUID. */
export function createIdempotencyKey(make: () => string = newUuid): IdempotencyKey {
  let key = make();
  return {
    now: () => key,
    settle(error) {
      if (!isUndecided(error)) key = make();
    },
  };
}

/** The hub may still have done it: it did not answer, it failed (5xx), or it says to try again later. */
export function isUndecided(error: unknown): boolean {
  if (error === undefined) return false;
  if (!(error instanceof ApiError)) return true;
  return error.status === 0 || error.status >= 500 || error.status === 401 || error.retryAfterSeconds !== null;
}

/** A random UUID (version 4). `crypto.randomUUID` is missing where the hub is reached without TLS. @see RFC 9562 §5.4 */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
