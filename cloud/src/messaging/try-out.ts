/** One text message, so that a person sees whether the sender works. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../ground/db/database.ts";
import { refuseBeyondDay } from "../ground/quotas/quotas.ts";
import type { Senders } from "./senders.ts";

/** `taken`: by the gateway. `keys-refused`: nothing leaves until the sender's keys are changed. `no-answer`: it may have left all the same. */
export type TriedSms = "taken" | "no-sender" | "number-refused" | "later" | "keys-refused" | "no-answer";

const outcomes = {
  accepted: "taken",
  failed: "number-refused",
  later: "later",
  "config-error": "keys-refused",
} as const;

export async function tryOut(
  world: World,
  senders: Pick<Senders, "newestActive" | "open">,
  tx: Tx,
  { providerId, phone, text }: { readonly providerId: string; readonly phone: string; readonly text: string },
): Promise<() => Promise<TriedSms>> {
  const sender = await senders.newestActive(tx, providerId, "sms");
  if (sender === null) return async () => "no-sender";
  await refuseBeyondDay(tx, { providerId, kind: "messages", more: 1, nowMs: world.clock.wall().atMs });
  return async () => {
    try {
      const { kind } = await senders.open(sender)({ phone, text, reportUrl: null });
      return outcomes[kind];
    } catch (error) {
      world.log.warn("sender-not-tried", { senderId: sender.senderId, error: (error as Error).name });
      return "no-answer";
    }
  };
}
