/**
 * Which deed a request is. A form that moves money gets a key when it opens and sends it with every try, so that a try
 * whose answer was lost is never a second deed. The hub keeps its refusals under the key too: after one, the corrected form
 * is another deed and gets another key.
 */
import { ApiError } from "./api.ts";

export interface DeedKey {
  /** The key of the next try. */
  now(): string;
  /** After each try: undefined when it was done. */
  settle(error: unknown): void;
}

/** `make`: a fresh UUID. */
export function createDeedKey(make: () => string = newUuid): DeedKey {
  let key = make();
  return {
    now: () => key,
    settle(error) {
      if (!isOpen(error)) key = make();
    },
  };
}

/** Nobody can say yet what became of the deed: no answer, or the hub had a trouble of its own, or says to come again. */
function isOpen(error: unknown): boolean {
  if (error === undefined) return false;
  if (!(error instanceof ApiError)) return true;
  return error.status === 0 || error.status >= 500 || error.status === 401 || error.retryAfterSeconds !== null;
}

/** A random UUID (version 4); `crypto.randomUUID` is missing where the hub is reached without TLS. @see RFC 9562 §5.4 */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
