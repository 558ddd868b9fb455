/**
 * Until when a person may be answered by WhatsApp in words of our own: a day after they last wrote to the provider's number. Who attacks: nobody from
 * outside, for Meta signs what it tells.
 */
import type { World } from "@karibu/protocol/world";
import type { Party } from "../ground/amounts/parties.ts";
import type { Tx } from "../ground/db/database.ts";

/** A little less than the day that Meta counts: the clocks differ, and a message may wait for its turn. */
const openMs = 24 * 3_600_000 - 10 * 60_000;

interface Person {
  readonly providerId: string;
  readonly to: Party;
}

/** They wrote: it is open from now on. */
export async function openWindow({ clock }: Pick<World, "clock">, tx: Tx, { providerId, to }: Person): Promise<void> {
  const untilMs = clock.wall().atMs + openMs;
  await tx
    .insertInto("whatsapp_windows")
    .values({ providerId, toHash: to, untilMs })
    .onConflict((on) => on.columns(["providerId", "toHash"]).doUpdateSet({ untilMs }))
    .execute();
}

/** Meta says that it is closed. */
export async function closeWindow(tx: Tx, { providerId, to }: Person): Promise<void> {
  await tx.deleteFrom("whatsapp_windows").where("providerId", "=", providerId).where("toHash", "=", to).execute();
}

export async function isWindowOpen(
  { clock }: Pick<World, "clock">,
  tx: Tx,
  { providerId, to }: Person,
): Promise<boolean> {
  const row = await tx
    .selectFrom("whatsapp_windows")
    .select("untilMs")
    .where("providerId", "=", providerId)
    .where("toHash", "=", to)
    .executeTakeFirst();
  return row !== undefined && row.untilMs > clock.wall().atMs;
}
