/** What the hub has of somebody by their phone number, whether they are a customer or only bought once: for who helps them. */

import { accountGrantId, bridgePrefix, voucherGrantId } from "@karibu/protocol/grant-id";
import type { Log } from "@karibu/protocol/world";
import { sql } from "kysely";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import { isStill } from "../../catalogue/grants/paused-time.ts";
import { type LinkState, linkState } from "../../fleet/link/site-state.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { askApart } from "../../ground/db/ask-apart.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Right } from "./offline-policy.ts";

/** Of each kind: who asks wants the last ones. */
export const shownMax = 10;
const rightsMax = 50;
const refusedWithinMs = 86_400_000;

export interface PersonRows {
  readonly customer: { readonly customerId: string; readonly name: string; readonly isActive: boolean } | null;
  readonly payments: Awaited<ReturnType<typeof readPayments>>;
  readonly cashSales: Awaited<ReturnType<typeof readCashSales>>;
  readonly rights: readonly (Right & { readonly origin: "purchase" | "cash-sale" | "voucher" | "account" })[];
  readonly sessions: Awaited<ReturnType<typeof readSessions>>;
  readonly refused: { readonly atMs: number; readonly reason: string; readonly siteId: string } | null;
  readonly messages: Awaited<ReturnType<typeof readMessages>>;
  /** Null: this hub has no tickets, or they could not be asked. */
  readonly tickets: readonly PersonTicket[] | null;
  readonly sites: ReadonlyMap<string, KnownSite>;
}

export interface KnownSite {
  readonly name: string;
  readonly state: LinkState;
  /** When its link ended; null: it is open, or there was none. */
  readonly awaySinceMs: number | null;
}

export interface PersonTicket {
  readonly ticketId: string;
  readonly number: number;
  readonly subject: string;
  readonly state: string;
  readonly changedAtMs: number;
}

/** The newest tickets of these customers: there is one at least. */
export type ReadTickets = (tx: Tx, customerIds: readonly string[], limit: number) => Promise<readonly PersonTicket[]>;

/** The module that has tickets. */
export interface TicketsOf {
  readonly module: string;
  readonly read: ReadTickets;
}

interface Asked {
  readonly log: Log;
  readonly providerId: string;
  /** Null: this hub has no tickets. */
  readonly ticketsOf: TicketsOf | null;
  readonly party: Party;
  readonly nowMs: number;
}

/**
 * One person, by the number that they have now. The page reads it again whenever anything happens: so everything is found by an index, and not as an
 * export of all that is known of a person finds it.
 */
export async function readPersonRows(tx: Tx, { log, providerId, ticketsOf, party, nowMs }: Asked): Promise<PersonRows> {
  const customers = await tx
    .selectFrom("customers")
    .select(["customer_id", "name", "active"])
    .where("phone_hash", "=", party)
    .where("deleted_at_ms", "is", null)
    .execute();
  const ids = customers.map(({ customer_id: id }) => id);
  const payments = await readPayments(tx, party);
  const cashSales = await readCashSales(tx, party);
  const vouchers = await readVouchers(tx, ids, nowMs);
  const accounts = await readAccounts(tx, ids);
  const grantIds = [
    ...(await readBoughtNames(tx, providerId, party)),
    ...[...cashSales.map((sale) => sale.grant_id), ...vouchers.map(({ grantId }) => grantId)],
    ...(await readPeriods(tx, providerId, accounts)),
  ];
  // A voucher may have been another person's before.
  const since = new Map(vouchers.map(({ grantId, createdAtMs }) => [grantId, createdAtMs]));
  const sessions = await readSessions(tx, grantIds, since);
  const rights = [
    ...(await readBought(tx, party)),
    ...(await readSold(tx, cashSales)),
    ...vouchers,
    ...accounts.map((account) => rightOf(account, sessions)),
  ];
  const [first] = customers;
  return {
    customer: first === undefined ? null : { customerId: first.customer_id, name: first.name, isActive: first.active },
    payments,
    cashSales,
    rights,
    sessions,
    refused: await readRefused(tx, sessions, accounts, nowMs),
    messages: await readMessages(tx, party),
    tickets: ticketsOf === null ? null : ids.length === 0 ? [] : await readTickets(ticketsOf),
    sites: await readSites(tx, [
      ...rights.flatMap(({ siteId }) => (siteId === null ? [] : [siteId])),
      ...[...payments, ...cashSales, ...sessions].map((row) => row.site_id),
    ]),
  };

  async function readTickets({ module, read }: TicketsOf) {
    const found = await askApart(log, tx, module, () => read(tx, ids, shownMax));
    return found === null ? null : found.answer;
  }
}

function readPayments(tx: Tx, party: Party) {
  return tx
    .selectFrom("purchases")
    .select(["purchase_id", "site_id", "plan_name", "amount_cents", "currency", "state", "reason", "receipt"])
    .select(["reference", "created_at_ms"])
    .select((from) =>
      from
        .selectFrom("grants")
        .select(sql<string | null>`right(grants.code, 4)`.as("end"))
        .whereRef("grants.provider_id", "=", "purchases.provider_id")
        .whereRef("grants.purchase_id", "=", "purchases.purchase_id")
        .as("code_end"),
    )
    .where("phone_hash", "=", party)
    .orderBy("created_at_ms", "desc")
    .limit(shownMax)
    .execute();
}

function readCashSales(tx: Tx, party: Party) {
  return tx
    .selectFrom("cash_sales")
    .select(["sale_id", "site_id", "grant_id", "plan_name", "price_cents", "currency", "code_end"])
    .select(["sold_at_ms", "disabled_at_ms"])
    .where("phone_hash", "=", party)
    .orderBy("sold_at_ms", "desc")
    .limit(shownMax)
    .execute();
}

async function readBought(tx: Tx, party: Party): Promise<PersonRows["rights"]> {
  const rows = await tx
    .selectFrom("grants as bought")
    .leftJoin("grant_leases as lease", (join) =>
      join.onRef("lease.provider_id", "=", "bought.provider_id").onRef("lease.grant_id", "=", "bought.grant_id"),
    )
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.provider_id", "=", "bought.provider_id")
        .on("start.grant_id", "=", sql<string>`coalesce(lease.lease_id, bought.grant_id)`)
        .on("start.site_id", "=", sql<string>`coalesce(lease.site_id, bought.site_id)`),
    )
    .leftJoin("grant_changes as change", (join) =>
      join
        .onRef("change.provider_id", "=", "bought.provider_id")
        .on("change.grant_id", "=", sql<string>`coalesce(lease.lease_id, bought.grant_id)`)
        .on("change.site_id", "=", sql<string>`coalesce(lease.site_id, bought.site_id)`),
    )
    .select(["bought.plan_name", "bought.created_at_ms", "bought.revoked_at_ms", "bought.suspended_at_ms"])
    .select(["start.started_at_ms", "change.paused_at_ms"])
    .select(sql<string>`coalesce(lease.lease_id, bought.grant_id)`.as("held_id"))
    .select(sql<string>`coalesce(lease.site_id, bought.site_id)`.as("held_at"))
    .select(sql<number | null>`coalesce(start.ends_at_ms, lease.ends_at_ms)`.as("ends_at_ms"))
    .select(sql<number | null>`(bought.terms->>'validUntilMs')::bigint`.as("valid_until_ms"))
    .select(sql<string | null>`coalesce(bought.purchase_id, bought.bundle_purchase_id)`.as("payment_id"))
    .where("bought.phone_hash", "=", party)
    .orderBy("bought.created_at_ms", "desc")
    .limit(rightsMax)
    .execute();
  return rows.map((row) => ({
    origin: "purchase",
    grantId: row.held_id,
    siteId: row.held_at,
    planName: row.plan_name,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endsAtMs: row.ends_at_ms ?? row.valid_until_ms,
    revokedAtMs: row.revoked_at_ms,
    isPaused: isStill(row),
    isSuspended: row.suspended_at_ms !== null,
    paymentId: row.payment_id,
  }));
}

async function readSold(tx: Tx, sales: PersonRows["cashSales"]): Promise<PersonRows["rights"]> {
  const uses = await readUses(
    tx,
    sales.map((sale) => sale.grant_id),
  );
  return sales.map((sale) => ({
    origin: "cash-sale",
    grantId: sale.grant_id,
    siteId: sale.site_id,
    planName: sale.plan_name,
    createdAtMs: sale.sold_at_ms,
    ...useOf(uses.get(sale.grant_id)),
    revokedAtMs: sale.disabled_at_ms,
    isSuspended: false,
    paymentId: null,
  }));
}

/** Those that staff gave them by name. */
async function readVouchers(tx: Tx, ids: readonly string[], nowMs: number): Promise<PersonRows["rights"]> {
  if (ids.length === 0) return [];
  const owned = await tx
    .selectFrom("voucher_owners as owner")
    .innerJoin("voucher_batches as batch", (join) =>
      join.onRef("batch.provider_id", "=", "owner.provider_id").onRef("batch.batch_id", "=", "owner.batch_id"),
    )
    .leftJoin("voucher_exceptions as exception", (join) =>
      join
        .onRef("exception.provider_id", "=", "owner.provider_id")
        .onRef("exception.batch_id", "=", "owner.batch_id")
        .onRef("exception.serial", "=", "owner.serial"),
    )
    .select(["owner.since_ms", "batch.plan_name", "batch.home_site_id", "batch.active", "batch.expires_at_ms"])
    .select(["batch.switched_at_ms", "exception.state", "exception.at_ms"])
    .select(["owner.batch_id", "owner.serial"])
    .where("owner.customer_id", "in", [...ids])
    .orderBy("owner.since_ms", "desc")
    .limit(rightsMax)
    .execute();
  const rows = owned.map((row) => ({
    ...row,
    grantId: voucherGrantId({ batchId: row.batch_id, serial: row.serial }),
  }));
  const uses = await readUses(
    tx,
    rows.map((row) => row.grantId),
  );
  return rows.map((row) => {
    const use = uses.get(row.grantId);
    const isOff = row.state === "disabled" || !row.active;
    return {
      origin: "voucher",
      grantId: row.grantId,
      siteId: use?.site_id ?? row.home_site_id,
      planName: row.plan_name,
      createdAtMs: row.since_ms,
      ...useOf(use, row.expires_at_ms),
      revokedAtMs: isOff ? (row.at_ms ?? row.switched_at_ms ?? nowMs) : null,
      isSuspended: false,
      paymentId: null,
    };
  });
}

interface Use {
  readonly grant_id: string;
  readonly site_id: string;
  readonly started_at_ms: number;
  readonly ends_at_ms: number | null;
  readonly paused_at_ms: number | null;
}

/** Where each began; of several sites, the last. */
async function readUses(tx: Tx, grantIds: readonly string[]): Promise<ReadonlyMap<string, Use>> {
  if (grantIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("grant_starts as start")
    .leftJoin("grant_changes as change", (join) =>
      join
        .onRef("change.provider_id", "=", "start.provider_id")
        .onRef("change.grant_id", "=", "start.grant_id")
        .onRef("change.site_id", "=", "start.site_id"),
    )
    .select(["start.grant_id", "start.site_id", "start.started_at_ms", "start.ends_at_ms", "change.paused_at_ms"])
    .where("start.grant_id", "in", [...grantIds])
    .orderBy("start.started_at_ms")
    .execute();
  return new Map(rows.map((row) => [row.grant_id, row]));
}

const useOf = (use: Use | undefined, unusedUntilMs: number | null = null) => ({
  startedAtMs: use?.started_at_ms ?? null,
  endsAtMs: use === undefined ? unusedUntilMs : use.ends_at_ms,
  isPaused: use !== undefined && isStill(use),
});

/** What sites have called what they bought: by itself, by each of its leases, and by its bridge. */
async function readBoughtNames(tx: Tx, providerId: string, party: Party): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select unnest(${namesAtSites(sql`${providerId}::text`, sql`bought.grant_id`)} || (${bridgePrefix}::text || bought.grant_id)) as name
    from (select grant_id from grants where phone_hash = ${party} order by created_at_ms desc limit ${rightsMax}) bought`.execute(
    tx,
  );
  return rows.map((row) => row.name);
}

type Account = Awaited<ReturnType<typeof readAccounts>>[number];

async function readAccounts(tx: Tx, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx
    .selectFrom("accounts")
    .select(["account_id", "username", "plan_name", "standing", "active", "billing", "created_at_ms"])
    .select((from) =>
      from
        .selectFrom("account_sites as place")
        .select((of) => of.fn.min<string | null>("place.site_id").as("site_id"))
        .whereRef("place.provider_id", "=", "accounts.provider_id")
        .whereRef("place.account_id", "=", "accounts.account_id")
        .as("first_site_id"),
    )
    .where("customer_id", "in", [...ids])
    .where("deleted_at_ms", "is", null)
    .limit(rightsMax)
    .execute();
}

/** The grants of an account's periods, of which anything was used, or with which somebody is online: a period's name follows after a point, which stands just before the slash. */
async function readPeriods(tx: Tx, providerId: string, accounts: readonly Account[]): Promise<readonly string[]> {
  if (accounts.length === 0) return [];
  const mine = accounts.map((account) => accountGrantId(account.account_id, undefined));
  // One by one: joined to a list of them, the server reads the uses of all.
  const used = mine.map(
    (id) => sql`select u.grant_id from usage_days u where u.provider_id = ${providerId} and u.grant_id is not null
      and u.grant_id collate "C" >= ${id} and u.grant_id collate "C" < ${`${id}/`} and (u.grant_id = ${id} or starts_with(u.grant_id, ${`${id}.`}))`,
  );
  const { rows } = await sql<{ grant_id: string }>`
    ${sql.join(used, sql` union `)}
    union
    select s.grant_id from sessions s where s.provider_id = ${providerId} and s.stopped_at_ms is null
      and exists (select from unnest(${mine}::text[]) as mine (id) where s.grant_id = mine.id or starts_with(s.grant_id, mine.id || '.'))`.execute(
    tx,
  );
  return rows.map((row) => row.grant_id);
}

/** An account's right is what its subscription says. At the site each of its periods is a grant of its own, where its plan counts time or data. */
function rightOf(account: Account, sessions: PersonRows["sessions"]): PersonRows["rights"][number] {
  const { paidUntilMs, graceUntilMs, suspended, afterEnd } = account.standing;
  const grantId = accountGrantId(account.account_id, undefined);
  const last = sessions.find(({ grant_id: id }) => id === grantId || id?.startsWith(`${grantId}.`) === true);
  const endsAtMs = paidUntilMs === null ? null : Math.max(paidUntilMs, graceUntilMs ?? 0);
  return {
    origin: "account",
    grantId,
    siteId: last?.site_id ?? account.first_site_id,
    planName: account.plan_name,
    createdAtMs: account.created_at_ms,
    startedAtMs: last?.started_at_ms ?? null,
    // Who goes on after the end, limited, is let in.
    endsAtMs: account.billing === "free" || afterEnd !== null ? null : endsAtMs,
    revokedAtMs: null,
    isPaused: false,
    isSuspended: !account.active || suspended !== null,
    paymentId: null,
  };
}

async function readSessions(tx: Tx, grantIds: readonly string[], since: ReadonlyMap<string, number>) {
  if (grantIds.length === 0) return [];
  const rows = await tx
    .selectFrom("sessions")
    .select(["site_id", "grant_id", "mac", "started_at_ms", "stopped_at_ms", "begun_at_ms"])
    .select(["why", "cause", "online_seconds"])
    .select(bounded(sql`input_bytes + output_bytes`).as("used_bytes"))
    .where("grant_id", "in", [...grantIds])
    // An open one first: what it says is true now.
    .orderBy(sql`stopped_at_ms is not null`)
    .orderBy("begun_at_ms", "desc")
    .limit(shownMax)
    .execute();
  return rows.filter((row) => row.begun_at_ms >= (since.get(row.grant_id ?? "") ?? 0));
}

async function readRefused(
  tx: Tx,
  sessions: PersonRows["sessions"],
  accounts: readonly Account[],
  nowMs: number,
): Promise<PersonRows["refused"]> {
  const devices = [...new Set(sessions.flatMap(({ mac }) => mac ?? []))];
  const usernames = accounts.map(({ username }) => username);
  if (devices.length + usernames.length === 0) return null;
  const row = await tx
    .selectFrom("refused_log_ins")
    .select(["at_ms", "reason", "site_id"])
    .where("at_ms", ">", nowMs - refusedWithinMs)
    // A site whose clock is further ahead says nothing of now.
    .where("at_ms", "<", nowMs + refusedWithinMs)
    .where(sql<boolean>`(mac = any (${devices}::text[]) or username = any (${usernames}::text[]))`)
    .orderBy("at_ms", "desc")
    .executeTakeFirst();
  return row === undefined ? null : { atMs: row.at_ms, reason: row.reason, siteId: row.site_id };
}

function readMessages(tx: Tx, party: Party) {
  return tx
    .selectFrom("messages")
    .select(["message_id", "template", "channel", "state", "problem", "created_at_ms"])
    .where("to_hash", "=", party)
    .orderBy("created_at_ms", "desc")
    .limit(shownMax)
    .execute();
}

async function readSites(tx: Tx, siteIds: readonly string[]): Promise<ReadonlyMap<string, KnownSite>> {
  const wanted = [...new Set(siteIds)];
  const { rows } = await sql<{ site_id: string; name: string; state: LinkState; since: number | null }>`
    select site.site_id, site.name, ${linkState} as state,
      case when site_links.process_id is null then site_links.disconnected_at_ms end as since
    from sites site
    left join agents on agents.provider_id = site.provider_id and agents.site_id = site.site_id
    left join site_links on site_links.provider_id = site.provider_id and site_links.site_id = site.site_id
    where site.site_id = any (${wanted}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.site_id, { name: row.name, state: row.state, awaySinceMs: row.since }]));
}
