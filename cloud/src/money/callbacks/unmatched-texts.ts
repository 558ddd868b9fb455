/** Texts of callbacks that name no channel: sealed, for they may name payers as well as any. */
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";

const contextOf = (unmatchedId: string) => `unmatched/${unmatchedId}`;

export const sealUnmatched = (envelope: Envelope, unmatchedId: string, body: string): Buffer =>
  envelope.seal(Buffer.from(body), contextOf(unmatchedId));

/** Empty when the hub has no longer the key under which it was sealed. */
export function openUnmatched(
  envelope: Envelope,
  { unmatchedId: id, bodySealed: sealed }: { readonly unmatchedId: string; readonly bodySealed: Buffer },
): string {
  return ifReadable(() => envelope.open(sealed, contextOf(id)).toString("utf8"), "");
}
