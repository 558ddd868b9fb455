import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { reconnectJob } from "../renewals/renewal-jobs.ts";
import { balanced, type LedgerEntry } from "./entries.ts";

/**
 * Writes an entry with its lines, in the transaction of its cause. The database asks again at commit whether it sums to zero.
 * @param party whose money the customer-credit lines are (a phone's hash); null when unknown
 * @returns the entry's id; throws when `entryKey` is in the books already (unique index): the same cause is written once
 */
export async function postEntry(
  tx: Tx,
  world: World,
  cause: { readonly providerId: string; readonly intentId: string | null; readonly party: string | null },
  entry: LedgerEntry,
): Promise<string> {
  const { entryKey, kind, lines } = balanced(entry);
  const entryId = newId(world);
  const postings = lines.map(({ account, currency, amountCents, party }, index) => ({
    line: index + 1,
    account,
    currency,
    amount_cents: amountCents,
    party: party ?? (account === "credit" || account === "debts" ? cause.party : null),
  }));
  await sql`
    with entry as (
      insert into ledger_entries (provider_id, entry_id, entry_key, kind, intent_id, at_ms)
      values (${cause.providerId}, ${entryId}, ${entryKey}, ${kind}, ${cause.intentId}, ${world.clock.wall().atMs})
      returning provider_id, entry_id
    )
    insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
    select provider_id, entry_id, line, account, party, currency, amount_cents
    from entry, jsonb_to_recordset(${JSON.stringify(postings)}::jsonb)
      as posting (line integer, account text, party text, currency text, amount_cents bigint)
  `.execute(tx);
  await wakeRenewals(tx, world, { ...cause, entryId }, lines);
  return entryId;
}

/**
 * Money came into a customer's credit: what waits for it is renewed at once, by a job of the same transaction. Also one that
 * does not wait yet, for at this moment it may be finding that the credit does not suffice; and each entry has a job of its
 * own, for one that is there already may be looking before this transaction can be seen.
 */
async function wakeRenewals(
  tx: Tx,
  world: World,
  cause: { readonly providerId: string; readonly party: string | null; readonly entryId: string },
  lines: LedgerEntry["lines"],
): Promise<void> {
  const parties = lines
    .filter(({ account, amountCents }) => account === "credit" && amountCents < 0)
    .map(({ party }) => party ?? cause.party)
    .filter((party) => party !== null);
  if (parties.length === 0) return;
  const waiting = await tx
    .selectFrom("renewals")
    .select(["renewal_id", "party"])
    .where("provider_id", "=", cause.providerId)
    .where("party", "in", parties)
    .where("active", "=", true)
    .orderBy(sql`suspended_at_ms nulls last`)
    .execute();
  const send = sendToOutbox(world);
  for (const { renewal_id: renewalId } of waiting) {
    const singletonKey = `${renewalId}/${cause.entryId}`;
    await send(tx, reconnectJob, { providerId: cause.providerId, renewalId }, { singletonKey });
  }
}

/** What a customer has with the provider, minor units; never below zero. */
export async function creditOf(tx: Tx, providerId: string, party: string, currency: string): Promise<number> {
  return Math.max(0, -(await balanceOf(tx, "credit", { providerId, party, currency })));
}

/**
 * The same, for who is about to take some of it: locked until the transaction ends, so that it is spent once. Whatever lowers
 * a customer's credit asks here first, and takes no more than this.
 */
export async function creditToSpend(tx: Tx, providerId: string, party: string, currency: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`credit/${providerId}/${party}`}, 0))`.execute(tx);
  return creditOf(tx, providerId, party, currency);
}

/** What a customer owes: reversed money that they had spent. Never below zero. */
export async function debtOf(tx: Tx, providerId: string, party: string, currency: string): Promise<number> {
  return Math.max(0, await balanceOf(tx, "debts", { providerId, party, currency }));
}

async function balanceOf(
  tx: Tx,
  account: "credit" | "debts",
  { providerId, party, currency }: { providerId: string; party: string; currency: string },
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_postings")
    .select((select) => select.fn.sum<number | null>("amount_cents").as("sum"))
    .where("provider_id", "=", providerId)
    .where("account", "=", account)
    .where("party", "=", party)
    .where("currency", "=", currency)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}
