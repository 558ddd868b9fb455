/** What codes that log a customer in and codes for a free trial have in common, beside their policy. */
import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { codeOf } from "./code-policy.ts";

/** Six digits. */
export function newCode(world: World): string {
  for (;;) {
    const code = codeOf(world.random.bytes(4));
    if (code !== null) return code;
  }
}

/** In the same time for every code that is typed. */
export const isSameCode = (known: string, typed: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(known)), Buffer.from(sha256Hex(typed)));

interface CodeTimes {
  readonly used_at_ms: number | null;
  readonly expires_at_ms: number;
}

/**
 * A text's turn may come late, or a person sends it again: nobody pays for one that opens nothing. Before the queue starts.
 * @param eventStart how the causes of these codes begin; the code's id follows
 */
export function judgeCodes(
  { world, messaging }: { readonly world: World; readonly messaging: Pick<Messaging, "judge"> },
  eventStart: string,
  read: (tx: Tx, codeId: string) => Promise<CodeTimes | undefined>,
): void {
  messaging.judge("log-in-code", async (tx, event) => {
    if (!event.startsWith(eventStart)) return null;
    const code = await read(tx, event.slice(eventStart.length));
    const isGood = code !== undefined && code.used_at_ms === null && world.clock.wall().atMs < code.expires_at_ms;
    return isGood ? null : "the code is used or too old";
  });
}
