/** What the hub under load has booked, read from its tables. */
import type { Database } from "@karibu/cloud/ground/db/database";
import { sql } from "kysely";

export interface BookedState {
  readonly paid: number;
  readonly ledgerCents: number;
  readonly messagesSent: number;
}

/** Of one payment: when its callback was kept, and when its booking was committed; on the embedded engine, which keeps no such time, when its grant was made. */
export interface Booking {
  readonly purchaseId: string;
  readonly cameMs: number;
  readonly bookedMs: number;
}

export async function stateOf(database: Database): Promise<BookedState> {
  const { rows } = await database.asPlatform("bench", (tx) =>
    sql<{ paid: string; cents: string | null; sent: string }>`select (select count(*) from receipts) as paid,
      (select sum(amount_cents) from ledger_postings where account like 'clearing:%') as cents,
      (select count(*) from messages where state = 'accepted') as sent`.execute(tx),
  );
  const [row] = rows;
  return { paid: Number(row?.paid), ledgerCents: Number(row?.cents ?? 0), messagesSent: Number(row?.sent) };
}

/** Of all callbacks that opened a grant: the grant is in the feed of its site by the same transaction. */
export async function bookingsOf(database: Database): Promise<Booking[]> {
  const bookedAt =
    database.engine === "postgresql"
      ? sql`extract(epoch from pg_xact_commit_timestamp(g.xmin))::float8 * 1000`
      : sql`g.created_at_ms::float8`;
  const { rows } = await database.asPlatform("bench", (tx) =>
    sql<{ id: string; came: number; booked: number }>`
      select g.purchase_id as id, e.received_at_ms::float8 as came, ${bookedAt} as booked
      from grants g join evidence e using (provider_id, purchase_id) where e.source = 'stk-callback'`.execute(tx),
  );
  return rows.map(({ id, came, booked }) => ({ purchaseId: id, cameMs: came, bookedMs: booked }));
}
