/** What the hub has of somebody by their phone number, whether they are a customer or only bought once: for who helps them. */

import { accountGrantId, bridgePrefix, voucherGrantId } from "@karibu/protocol/grant-id";
import type { Log } from "@karibu/protocol/world";
import { sql } from "kysely";
import { customersOf } from "../../catalogue/customers/customers.ts";
import { grantsAsHeld, heldAt, heldId } from "../../catalogue/grants/grants-of-party.ts";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import { isStill } from "../../catalogue/grants/paused-time.ts";
import { type LinkState, linkState, sitesWithLinks } from "../../fleet/link/site-state.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { askApart } from "../../ground/db/ask-apart.ts";
import type { Tx } from "../../ground/db/database.ts";
import { selectMessages } from "../../messaging/message-rows.ts";
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
  const customers = await customersOf(tx, providerId, [party]);
  const ids = customers.map(({ customerId: id }) => id);
  const payments = await readPayments(tx, party);
  const cashSales = await readCashSales(tx, party);
  const vouchers = await readVouchers(tx, ids, nowMs);
  const accounts = await readAccounts(tx, ids);
  const grantIds = [
    ...(await readBoughtNames(tx, providerId, party)),
    ...[...cashSales.map((sale) => sale.grantId), ...vouchers.map(({ grantId }) => grantId)],
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
    customer: first === undefined ? null : { customerId: first.customerId, name: first.name, isActive: first.active },
    payments,
    cashSales,
    rights,
    sessions,
    refused: await readRefused(tx, sessions, accounts, nowMs),
    messages: await readMessages(tx, providerId, party),
    tickets: ticketsOf === null ? null : ids.length === 0 ? [] : await readTickets(ticketsOf),
    sites: await readSites(tx, [
      ...rights.flatMap(({ siteId }) => (siteId === null ? [] : [siteId])),
      ...[...payments, ...cashSales, ...sessions].map((row) => row.siteId),
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
    .select(["purchaseId", "siteId", "planName", "amountCents", "currency", "state", "reason", "receipt"])
    .select(["reference", "createdAtMs"])
    .select((from) =>
      from
        .selectFrom("grants")
        .select(sql<string | null>`right(grants.code, 4)`.as("end"))
        .whereRef("grants.providerId", "=", "purchases.providerId")
        .whereRef("grants.purchaseId", "=", "purchases.purchaseId")
        .as("codeEnd"),
    )
    .where("phoneHash", "=", party)
    .orderBy("createdAtMs", "desc")
    .limit(shownMax)
    .execute();
}

function readCashSales(tx: Tx, party: Party) {
  return tx
    .selectFrom("cash_sales")
    .select(["saleId", "siteId", "grantId", "planName", "priceCents", "currency", "codeEnd"])
    .select(["soldAtMs", "disabledAtMs"])
    .where("phoneHash", "=", party)
    .orderBy("soldAtMs", "desc")
    .limit(shownMax)
    .execute();
}

async function readBought(tx: Tx, party: Party): Promise<PersonRows["rights"]> {
  const rows = await grantsAsHeld(tx)
    .leftJoin("grant_changes as change", (join) =>
      join
        .onRef("change.providerId", "=", "grants.providerId")
        .on("change.grantId", "=", heldId)
        .on("change.siteId", "=", heldAt),
    )
    .select(["grants.planName", "grants.createdAtMs", "grants.revokedAtMs", "grants.suspendedAtMs"])
    .select(["grant_starts.startedAtMs", "change.pausedAtMs"])
    .select([heldId.as("heldId"), heldAt.as("heldAt")])
    .select(sql<number | null>`coalesce(grant_starts.ends_at_ms, lease.ends_at_ms)`.as("endsAtMs"))
    .select(sql<number | null>`(grants.terms->>'validUntilMs')::bigint`.as("validUntilMs"))
    .select(sql<string | null>`coalesce(grants.purchase_id, grants.bundle_purchase_id)`.as("paymentId"))
    .where("grants.phoneHash", "=", party)
    .orderBy("grants.createdAtMs", "desc")
    .limit(rightsMax)
    .execute();
  return rows.map((row) => ({
    origin: "purchase",
    grantId: row.heldId,
    siteId: row.heldAt,
    planName: row.planName,
    createdAtMs: row.createdAtMs,
    startedAtMs: row.startedAtMs,
    endsAtMs: row.endsAtMs ?? row.validUntilMs,
    revokedAtMs: row.revokedAtMs,
    isPaused: isStill(row),
    isSuspended: row.suspendedAtMs !== null,
    paymentId: row.paymentId,
  }));
}

async function readSold(tx: Tx, sales: PersonRows["cashSales"]): Promise<PersonRows["rights"]> {
  const uses = await readUses(
    tx,
    sales.map((sale) => sale.grantId),
  );
  return sales.map((sale) => ({
    origin: "cash-sale",
    grantId: sale.grantId,
    siteId: sale.siteId,
    planName: sale.planName,
    createdAtMs: sale.soldAtMs,
    ...useOf(uses.get(sale.grantId)),
    revokedAtMs: sale.disabledAtMs,
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
      join.onRef("batch.providerId", "=", "owner.providerId").onRef("batch.batchId", "=", "owner.batchId"),
    )
    .leftJoin("voucher_exceptions as exception", (join) =>
      join
        .onRef("exception.providerId", "=", "owner.providerId")
        .onRef("exception.batchId", "=", "owner.batchId")
        .onRef("exception.serial", "=", "owner.serial"),
    )
    .select(["owner.sinceMs", "batch.planName", "batch.homeSiteId", "batch.active", "batch.expiresAtMs"])
    .select(["batch.switchedAtMs", "exception.state", "exception.atMs"])
    .select(["owner.batchId", "owner.serial"])
    .where("owner.customerId", "in", [...ids])
    .orderBy("owner.sinceMs", "desc")
    .limit(rightsMax)
    .execute();
  const rows = owned.map((row) => ({
    ...row,
    grantId: voucherGrantId({ batchId: row.batchId, serial: row.serial }),
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
      siteId: use?.siteId ?? row.homeSiteId,
      planName: row.planName,
      createdAtMs: row.sinceMs,
      ...useOf(use, row.expiresAtMs),
      revokedAtMs: isOff ? (row.atMs ?? row.switchedAtMs ?? nowMs) : null,
      isSuspended: false,
      paymentId: null,
    };
  });
}

interface Use {
  readonly grantId: string;
  readonly siteId: string;
  readonly startedAtMs: number;
  readonly endsAtMs: number | null;
  readonly pausedAtMs: number | null;
}

/** Where each began; of several sites, the last. */
async function readUses(tx: Tx, grantIds: readonly string[]): Promise<ReadonlyMap<string, Use>> {
  if (grantIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("grant_starts as start")
    .leftJoin("grant_changes as change", (join) =>
      join
        .onRef("change.providerId", "=", "start.providerId")
        .onRef("change.grantId", "=", "start.grantId")
        .onRef("change.siteId", "=", "start.siteId"),
    )
    .select(["start.grantId", "start.siteId", "start.startedAtMs", "start.endsAtMs", "change.pausedAtMs"])
    .where("start.grantId", "in", [...grantIds])
    .orderBy("start.startedAtMs")
    .execute();
  return new Map(rows.map((row) => [row.grantId, row]));
}

const useOf = (use: Use | undefined, unusedUntilMs: number | null = null) => ({
  startedAtMs: use?.startedAtMs ?? null,
  endsAtMs: use === undefined ? unusedUntilMs : use.endsAtMs,
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
    .select(["accountId", "username", "planName", "standing", "active", "billing", "createdAtMs"])
    .select((from) =>
      from
        .selectFrom("account_sites as place")
        .select((of) => of.fn.min<string | null>("place.siteId").as("siteId"))
        .whereRef("place.providerId", "=", "accounts.providerId")
        .whereRef("place.accountId", "=", "accounts.accountId")
        .as("firstSiteId"),
    )
    .where("customerId", "in", [...ids])
    .where("deletedAtMs", "is", null)
    .limit(rightsMax)
    .execute();
}

/** The grants of an account's periods, of which anything was used, or with which somebody is online: a period's name follows after a point, which stands just before the slash. */
async function readPeriods(tx: Tx, providerId: string, accounts: readonly Account[]): Promise<readonly string[]> {
  if (accounts.length === 0) return [];
  const mine = accounts.map((account) => accountGrantId(account.accountId, undefined));
  // One by one: joined to a list of them, the server reads the uses of all.
  const used = mine.map(
    (id) => sql`select u.grant_id from usage_days u where u.provider_id = ${providerId} and u.grant_id is not null
      and u.grant_id collate "C" >= ${id} and u.grant_id collate "C" < ${`${id}/`} and (u.grant_id = ${id} or starts_with(u.grant_id, ${`${id}.`}))`,
  );
  const { rows } = await sql<{ grantId: string }>`
    ${sql.join(used, sql` union `)}
    union
    select s.grant_id from sessions s where s.provider_id = ${providerId} and s.stopped_at_ms is null
      and exists (select from unnest(${mine}::text[]) as mine (id) where s.grant_id = mine.id or starts_with(s.grant_id, mine.id || '.'))`.execute(
    tx,
  );
  return rows.map((row) => row.grantId);
}

/** An account's right is what its subscription says. At the site each of its periods is a grant of its own, where its plan counts time or data. */
function rightOf(account: Account, sessions: PersonRows["sessions"]): PersonRows["rights"][number] {
  const { paidUntilMs, graceUntilMs, suspended, afterEnd } = account.standing;
  const grantId = accountGrantId(account.accountId, undefined);
  const last = sessions.find(({ grantId: id }) => id === grantId || id?.startsWith(`${grantId}.`) === true);
  const endsAtMs = paidUntilMs === null ? null : Math.max(paidUntilMs, graceUntilMs ?? 0);
  return {
    origin: "account",
    grantId,
    siteId: last?.siteId ?? account.firstSiteId,
    planName: account.planName,
    createdAtMs: account.createdAtMs,
    startedAtMs: last?.startedAtMs ?? null,
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
    .select(["siteId", "grantId", "mac", "startedAtMs", "stoppedAtMs", "begunAtMs"])
    .select(["why", "cause", "onlineSeconds"])
    .select(bounded(sql`input_bytes + output_bytes`).as("usedBytes"))
    .where("grantId", "in", [...grantIds])
    // An open one first: what it says is true now.
    .orderBy(sql`stopped_at_ms is not null`)
    .orderBy("begunAtMs", "desc")
    .limit(shownMax)
    .execute();
  return rows.filter((row) => row.begunAtMs >= (since.get(row.grantId ?? "") ?? 0));
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
    .select(["atMs", "reason", "siteId"])
    .where("atMs", ">", nowMs - refusedWithinMs)
    // A site whose clock is further ahead says nothing of now.
    .where("atMs", "<", nowMs + refusedWithinMs)
    .where(sql<boolean>`(mac = any (${devices}::text[]) or username = any (${usernames}::text[]))`)
    .orderBy("atMs", "desc")
    .executeTakeFirst();
  return row === undefined ? null : { atMs: row.atMs, reason: row.reason, siteId: row.siteId };
}

function readMessages(tx: Tx, providerId: string, party: Party) {
  return selectMessages(tx, providerId)
    .select(["messageId", "template", "channel", "state", "problem", "createdAtMs"])
    .where("toHash", "=", party)
    .orderBy("createdAtMs", "desc")
    .limit(shownMax)
    .execute();
}

async function readSites(tx: Tx, siteIds: readonly string[]): Promise<ReadonlyMap<string, KnownSite>> {
  const wanted = [...new Set(siteIds)];
  const { rows } = await sql<{ siteId: string; name: string; state: LinkState; since: number | null }>`
    select sites.site_id, sites.name, ${linkState} as state,
      case when site_links.process_id is null then site_links.disconnected_at_ms end as since
    from ${sitesWithLinks} where sites.site_id = any (${wanted}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.siteId, { name: row.name, state: row.state, awaySinceMs: row.since }]));
}
