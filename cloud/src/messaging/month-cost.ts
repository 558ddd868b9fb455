/** What messages cost a provider in a month of its calendar. The cap holds however many are sent at once: what one will cost is taken before. */
import { sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";

interface OfMonth {
  readonly providerId: string;
  /** `2026-11` */
  readonly month: string;
  /** Thousandths of a minor unit; below zero: it is given back. */
  readonly millicents: number;
}

/** @param capMillicents null: no cap @returns false: it does not fit, and nothing is taken */
export async function takeOfMonth(tx: Tx, { providerId, month, millicents }: OfMonth, capMillicents: number | null) {
  await tx
    .insertInto("message_months")
    .values({ provider_id: providerId, month, cost_millicents: 0 })
    .onConflict((on) => on.doNothing())
    .execute();
  const taken = await tx
    .updateTable("message_months")
    .set({ cost_millicents: sql<number>`cost_millicents + ${millicents}` })
    .where("provider_id", "=", providerId)
    .where("month", "=", month)
    .$if(capMillicents !== null, (is) => is.where(sql<number>`cost_millicents + ${millicents}`, "<=", capMillicents))
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** After the gateway said what it took, or took nothing. */
export async function correctMonth(tx: Tx, { providerId, month, millicents }: OfMonth): Promise<void> {
  if (millicents === 0) return;
  await tx
    .updateTable("message_months")
    .set({ cost_millicents: sql<number>`greatest(cost_millicents + ${millicents}, 0)` })
    .where("provider_id", "=", providerId)
    .where("month", "=", month)
    .execute();
}

export async function readMonth(tx: Tx, providerId: string, month: string): Promise<number> {
  const row = await tx
    .selectFrom("message_months")
    .select("cost_millicents")
    .where("provider_id", "=", providerId)
    .where("month", "=", month)
    .executeTakeFirst();
  return row?.cost_millicents ?? 0;
}
