/** Whose rows a transaction sees: a setting of it, which ends with it. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "./database.ts";

/** Who a transaction is, until it ends. */
export const asRole = (role: string, providerId: string): RawBuilder<unknown> =>
  sql`set_config('role', ${role}, true), set_config('karibu.provider_id', ${providerId}, true)`;

/**
 * A part of a booker's transaction that sees the rows of one of its providers only, with all the rights of `asProvider`: for what a booking
 * causes and does not write by itself. When it throws, the transaction is over. No entry of the books is posted in it: from PostgreSQL 18 on what is
 * asked at commit is asked as who wrote it, who is nobody's provider by then.
 */
export async function asProviderWithin<T>(tx: Tx, providerId: string, work: () => Promise<T>): Promise<T> {
  await sql`select ${asRole("karibu_app", providerId)}`.execute(tx);
  const result = await work();
  await sql`select ${asRole("karibu_booker", "")}`.execute(tx);
  return result;
}
