/** What messages cost a provider in a month of its calendar. The cap holds however many are sent at once: what one will cost is taken before. */

import { sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";
import { recordsetInColumns } from "../ground/db/recordset.ts";
import type { SmsOutcome } from "./sender-contract.ts";

export type Accepted = Extract<SmsOutcome, { kind: "accepted" }>;

/** What was taken for it before the gateway is asked. */
export interface Begun {
  readonly month: string;
  readonly millicents: number;
  /** The provider's. */
  readonly currency: string;
}

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
    .values({ providerId, month, costMillicents: 0 })
    .onConflict((on) => on.doNothing())
    .execute();
  const taken = await tx
    .updateTable("message_months")
    .set({ costMillicents: sql<number>`cost_millicents + ${millicents}` })
    .where("providerId", "=", providerId)
    .where("month", "=", month)
    .$if(capMillicents !== null, (is) => is.where(sql<number>`cost_millicents + ${millicents}`, "<=", capMillicents))
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}

/** The same for several, of any providers, without a cap, in one statement. */
export async function takeOfMonths(tx: Tx, all: readonly OfMonth[]): Promise<void> {
  const sums = sumsOf(all);
  if (sums.length === 0) return;
  await sql`
    insert into message_months (provider_id, month, cost_millicents)
    select provider_id, month, millicents from ${recordsOf(sums)} order by provider_id, month
    on conflict (provider_id, month) do update set cost_millicents = message_months.cost_millicents + excluded.cost_millicents`.execute(
    tx,
  );
}

/** As `correctMonth`, for several, of any providers. */
export async function correctMonths(tx: Tx, all: readonly OfMonth[]): Promise<void> {
  const sums = sumsOf(all).filter(({ millicents }) => millicents !== 0);
  if (sums.length === 0) return;
  await sql`
    update message_months set cost_millicents = greatest(message_months.cost_millicents + sums.millicents, 0)
    from ${recordsOf(sums)} where message_months.provider_id = sums.provider_id and message_months.month = sums.month`.execute(
    tx,
  );
}

const recordsOf = (sums: readonly object[]) =>
  sql`${recordsetInColumns("sums", sums, { providerId: "text", month: "text", millicents: "bigint" })}`;

/** Sorted, as all lock them. */
function sumsOf(all: readonly OfMonth[]) {
  const sums = new Map<string, { providerId: string; month: string; millicents: number }>();
  for (const { providerId, month, millicents } of all) {
    const name = `${providerId}/${month}`;
    const sum = sums.get(name)?.millicents ?? 0;
    sums.set(name, { providerId, month, millicents: sum + millicents });
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}

/** After the gateway said what it took, or took nothing. */
export async function correctMonth(tx: Tx, { providerId, month, millicents }: OfMonth): Promise<void> {
  if (millicents === 0) return;
  await tx
    .updateTable("message_months")
    .set({ costMillicents: sql<number>`greatest(cost_millicents + ${millicents}, 0)` })
    .where("providerId", "=", providerId)
    .where("month", "=", month)
    .execute();
}

export async function readMonth(tx: Tx, providerId: string, month: string): Promise<number> {
  const row = await tx
    .selectFrom("message_months")
    .select("costMillicents")
    .where("providerId", "=", providerId)
    .where("month", "=", month)
    .executeTakeFirst();
  return row?.costMillicents ?? 0;
}

/** What a message becomes that its gateway took, and by how much its month was told wrong before. */
export function acceptedOf({ millicents, currency }: Begun, { remoteId, cost: told }: Accepted) {
  const cost = told ?? { millicents, currency };
  const isKnown = told !== undefined || millicents > 0;
  return {
    // A bill in another currency stands at its message; the month goes on with the provider's own price.
    correctionMillicents: cost.currency === currency ? cost.millicents - millicents : 0,
    changes: {
      remoteId,
      costMillicents: isKnown ? cost.millicents : null,
      costCurrency: isKnown ? cost.currency : null,
      costTold: told !== undefined,
    },
  };
}
