/** The one writer of the books. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { rowsInJson } from "../../ground/db/json.ts";
import { recordsetInColumns } from "../../ground/db/recordset.ts";
import { endHold } from "./credit-holds.ts";
import type { LedgerEntry } from "./entries.ts";
import type { ReceivedRow } from "./received-row.ts";
import { wasPosted } from "./repeated-post.ts";

/** Why an entry is posted. `party`: the customer whose credit or debt it changes; null: not known. */
export interface Cause {
  readonly providerId: string;
  readonly purchaseId: string | null;
  readonly party: Party | null;
}

export interface Ledger {
  /**
   * Posts an entry in the transaction of its cause. The database checks at commit that it sums to zero.
   * @param received its row in the list of money received; left out: the database finds out what it is
   * @returns the entry's id; throws when its key is in the books already (unique index)
   */
  post(tx: Tx, cause: Cause, entry: LedgerEntry, received?: ReceivedRow | null): Promise<string>;
  /** Posts it, unless it is in the books. Throws a Problem 409 where its key stands for another account, party, amount or currency. */
  postOnce(tx: Tx, cause: Cause, entry: LedgerEntry): Promise<void>;
  /** A purchase has ended: what it held of a customer's credit is free, or spent. What waits for credit looks again. */
  endHold(
    tx: Tx,
    hold: { readonly providerId: string; readonly purchaseId: string; readonly party: Party },
  ): Promise<void>;
  /** Posts many entries in one statement. They have ids already, and no customer's credit changes. */
  postMany(tx: Tx, providerId: string, entries: readonly ManyEntry[], atMs: number): Promise<void>;
  /** The same for entries of several providers, each with its cause. Throws RangeError for one that changes a customer's credit. */
  postAll(tx: Tx, entries: readonly CausedEntry[], atMs: number): Promise<void>;
}

export interface NumberedEntry {
  readonly entryId: string;
  readonly entry: LedgerEntry;
}

export interface ManyEntry extends NumberedEntry {
  /** Its row in the list of money received; left out: the database finds out what it is. */
  readonly received?: ReceivedRow;
}

export interface CausedEntry extends NumberedEntry {
  readonly cause: Cause;
  /** Its row in the list of money received; null: the database finds out what it is. */
  readonly received: ReceivedRow | null;
}

/** An entry put money into the credit of these customers. */
export interface CreditPosted {
  readonly providerId: string;
  readonly entryId: string;
  readonly parties: readonly Party[];
}

export interface LedgerParts {
  readonly world: World;
  /** In the transaction of the entry. */
  readonly onCredit: (tx: Tx, posted: CreditPosted) => Promise<void>;
}

export function createLedgerWriter({ world, onCredit }: LedgerParts): Ledger {
  async function post(tx: Tx, cause: Cause, entry: LedgerEntry, received: ReceivedRow | null = null): Promise<string> {
    const { providerId } = cause;
    const entryId = newId(world);
    await insert(tx, [{ cause, entryId, entry, received }], world.clock.wall().atMs);
    const parties = creditedParties(entry, cause.party);
    if (parties.length > 0) await onCredit(tx, { providerId, entryId, parties });
    return entryId;
  }
  return {
    post,
    async postOnce(tx, cause, entry) {
      if (!(await wasPosted(tx, cause.providerId, entry))) await post(tx, cause, entry);
    },
    async endHold(tx, { providerId, purchaseId, party }) {
      const held = await endHold(tx, providerId, purchaseId);
      if (held) await onCredit(tx, { providerId, entryId: `hold/${purchaseId}`, parties: [party] });
    },
    postMany: (tx, providerId, entries, atMs) => {
      const cause = { providerId, purchaseId: null, party: null };
      return insert(
        tx,
        entries.map((each) => ({ ...each, cause, received: each.received ?? null })),
        atMs,
      );
    },
    async postAll(tx, entries, atMs) {
      if (entries.some(({ entry, cause }) => creditedParties(entry, cause.party).length > 0))
        throw new RangeError("an entry of a batch changes credit");
      await insert(tx, entries, atMs);
    },
  };
}

async function insert(tx: Tx, caused: readonly CausedEntry[], atMs: number): Promise<void> {
  if (caused.length === 0) return;
  const entries = caused.map(({ cause, entryId, entry: { entryKey, kind } }) => ({
    providerId: cause.providerId,
    entryId,
    entryKey,
    kind,
    purchaseId: cause.purchaseId,
  }));
  const postings = caused.flatMap(({ cause, entryId, entry }) =>
    entry.postings.map(({ account, currency, amountCents, party }, index) => ({
      providerId: cause.providerId,
      entryId,
      line: index + 1,
      account,
      currency,
      amountCents,
      party: party ?? (account === "credit" || account === "debts" ? cause.party : null),
    })),
  );
  const received = caused.flatMap(({ cause, entryId, received: row }) =>
    row === null ? [] : [{ ...row, providerId: cause.providerId, entryId, atMs }],
  );
  // In the statement of the postings: its trigger then finds the row, and writes none.
  const receivedToo = sql`, received as (
      insert into money_received select * from jsonb_populate_recordset(null::money_received, ${rowsInJson(received)}::jsonb)
    )`;
  await sql`
    with entries as (
      insert into ledger_entries (provider_id, entry_id, entry_key, kind, purchase_id, at_ms)
      select provider_id, entry_id, entry_key, kind, purchase_id, ${atMs}::bigint
      from ${recordsetInColumns("entry", entries, {
        providerId: "text",
        entryId: "text",
        entryKey: "text",
        kind: "text",
        purchaseId: "text",
      })}
    )${received.length === 0 ? sql`` : receivedToo}
    insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
    select provider_id, entry_id, line, account, party, currency, amount_cents
    from ${recordsetInColumns("posting", postings, {
      providerId: "text",
      entryId: "text",
      line: "integer",
      account: "text",
      party: "text",
      currency: "text",
      amountCents: "bigint",
    })}
  `.execute(tx);
}

function creditedParties({ postings }: LedgerEntry, causeParty: Party | null): Party[] {
  return postings
    .filter(({ account, amountCents }) => account === "credit" && amountCents < 0)
    .map(({ party }) => party ?? causeParty)
    .filter((party) => party !== null);
}
