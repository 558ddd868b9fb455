/**
 * Customers' accounts in the database and in the feeds of their sites. The password itself is kept only where CHAP is switched on; else its
 * NT hash, which is as good as the password to who wants to log in, so both are sealed here and in the feed's table, and go to those sites
 * alone where the account may log in. A stolen router gives the hashes of its own site's accounts away, and no other's.
 */

import { timingSafeEqual } from "node:crypto";
import type { AccountAddress, AccountService } from "@karibu/protocol/accounts/customer-account";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { deletedSites, readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { namesById } from "../../ground/db/names-by-id.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readCustomer, readLockedState } from "../customers/customers.ts";
import { readKeptPlan, readPlan } from "../plans/plans.ts";
import {
  type AccountRow,
  accountStateOf,
  awaitingStanding,
  feedBodyOf,
  freeStanding,
  termsOf,
  termsWith,
} from "./account-row.ts";
import type { OwnLimits, Standing } from "./account-standing.ts";
import { type GivenPassword, ntHashOfGiven, weaknessOfGiven } from "./given-password.ts";
import { weaknessOf } from "./password-strength.ts";

export interface AccountParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly publish: Publish;
}

/** In the transaction that deletes it, and before its row is locked: what is paid for it ends. */
export type BeforeAccountGoes = (tx: Tx, accountId: string) => Promise<void>;

export interface NewAccount {
  readonly customerId: string;
  readonly username: string;
  readonly password: GivenPassword;
  /** The clear password is kept too, and told to the sites: never where only its hash is given. */
  readonly chap: boolean;
  readonly service: AccountService;
  readonly planId: string;
  readonly siteIds: readonly string[];
  readonly own: OwnLimits;
  readonly address: AccountAddress | null;
  readonly macs: readonly string[];
  /** Why nobody pays for it. Left out or null: it is billed, and waits for its subscription. */
  readonly freeReason?: string | null;
  /** Left out: it is on. */
  readonly active?: boolean;
}

export interface AccountChange {
  readonly username?: string | undefined;
  readonly service?: AccountService | undefined;
  readonly siteIds?: readonly string[] | undefined;
  readonly own?: Partial<OwnLimits> | undefined;
  readonly address?: AccountAddress | null | undefined;
  readonly macs?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
}

/** Throws Problems that name the field. */
export async function insertAccount(
  parts: AccountParts,
  tx: Tx,
  providerId: string,
  wanted: NewAccount,
): Promise<AccountRow> {
  const nowMs = parts.world.clock.wall().atMs;
  await readCustomer(tx, wanted.customerId);
  const plan = await readPlan(tx, wanted.planId, "planId");
  const ids = { providerId, accountId: newId(parts.world) };
  const row = await tx
    .insertInto("accounts")
    .values({
      ...ids,
      customerId: wanted.customerId,
      username: wanted.username,
      service: wanted.service,
      ...sealedPassword(parts, ids, wanted.password, wanted.chap),
      weakPassword: weaknessOfGiven(wanted.username, wanted.password),
      planId: plan.planId,
      planName: plan.name,
      terms: json(termsOf(plan.terms, wanted.own)),
      ownLimits: json(wanted.own),
      address: wanted.address === null ? null : json(wanted.address),
      macs: json([...wanted.macs]),
      ...billingColumns(wanted.freeReason ?? null),
      active: wanted.active ?? true,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      deletedAtMs: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(nameTaken));
  await setSites(tx, row, wanted.siteIds);
  await publishAccount(parts, tx, row);
  return row;
}

/** Fields that are left out stay. */
export async function updateAccount(
  parts: AccountParts,
  tx: Tx,
  accountId: string,
  change: AccountChange,
): Promise<AccountRow> {
  const before = await lockAccount(tx, accountId);
  const { username, service, siteIds, address, macs, active } = change;
  const limits = { before: before.ownLimits, own: { ...before.ownLimits, ...definedOf(change.own ?? {}) } };
  const plan = change.own === undefined ? null : await readKeptPlan(tx, before.planId);
  const row = await set(parts, tx, accountId, {
    username,
    service,
    active,
    ...(macs === undefined ? {} : { macs: json([...macs]) }),
    ...(address === undefined ? {} : { address: address === null ? null : json(address) }),
    ...(plan === null
      ? {}
      : {
          ownLimits: json(limits.own),
          terms: json(termsWith(before.terms, { plan: plan.terms, ...limits })),
        }),
  });
  if (siteIds !== undefined || address !== undefined)
    await setSites(tx, row, siteIds ?? (await sitesOf(tx, accountId)), parts);
  await publishAccount(parts, tx, row);
  return row;
}

export async function setPassword(
  parts: AccountParts,
  tx: Tx,
  accountId: string,
  { password, chap }: { readonly password: string; readonly chap: boolean },
): Promise<AccountRow> {
  const before = await readAccount(tx, accountId);
  const row = await set(parts, tx, accountId, {
    ...sealedPassword(parts, before, password, chap),
    weakPassword: weaknessOf(before.username, password),
  });
  await publishAccount(parts, tx, row);
  return row;
}

/** What its subscription says from now on; with a plan, also what it is worth. For the room of subscriptions. */
export async function setStanding(
  parts: AccountParts,
  tx: Tx,
  accountId: string,
  { standing, planId }: { readonly standing: Standing; readonly planId?: string },
): Promise<AccountRow> {
  const before = await lockAccount(tx, accountId);
  const plan = planId === undefined ? null : await readPlan(tx, planId);
  const row = await set(parts, tx, accountId, {
    billing: "subscription",
    freeReason: null,
    standing: json(standing),
    ...(plan === null
      ? {}
      : { planId: plan.planId, planName: plan.name, terms: json(termsOf(plan.terms, before.ownLimits)) }),
  });
  await publishAccount(parts, tx, row);
  return row;
}

/** Free from now on, with the reason; null: billed, and let in when it has a subscription. Throws Problem "has-subscription". */
export async function setBilling(
  parts: AccountParts,
  tx: Tx,
  accountId: string,
  freeReason: string | null,
): Promise<AccountRow> {
  const before = await lockAccount(tx, accountId);
  const state = accountStateOf(before);
  if (state === "subscribed") {
    if (freeReason === null) return before;
    throw refusal("has-subscription");
  }
  // What its subscription ended with stays true of one that is billed.
  const stays = freeReason === null && state !== "free";
  const row = stays ? before : await set(parts, tx, accountId, billingColumns(freeReason));
  await publishAccount(parts, tx, row);
  return row;
}

const billingColumns = (freeReason: string | null) =>
  freeReason === null
    ? { billing: "subscription" as const, freeReason: null, standing: json(awaitingStanding) }
    : { billing: "free" as const, freeReason, standing: json(freeStanding) };

/** A soft delete: its sites forget it, and its name is free. */
export async function deleteAccount(parts: AccountParts, tx: Tx, accountId: string): Promise<AccountRow> {
  await readAccount(tx, accountId);
  const row = await set(parts, tx, accountId, { active: false, deletedAtMs: parts.world.clock.wall().atMs });
  await setSites(tx, row, [], parts);
  return row;
}

/** Undefined: there is none, or none any more. */
export const findAccount = (tx: Tx, accountId: string, lock?: "lock"): Promise<AccountRow | undefined> =>
  tx
    .selectFrom("accounts")
    .selectAll()
    .where("accountId", "=", accountId)
    .where("deletedAtMs", "is", null)
    .$if(lock !== undefined, (row) => row.forUpdate())
    .executeTakeFirst();

/** Who has this user name. @param key the name as accounts are found by it */
export const accountCalled = (tx: Tx, providerId: string, key: string): Promise<AccountRow | undefined> =>
  tx
    .selectFrom("accounts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("usernameKey", "=", key)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();

export async function readAccount(tx: Tx, accountId: string, field?: string): Promise<AccountRow> {
  const row = await findAccount(tx, accountId);
  if (row === undefined) throw notFound("account", field);
  return row;
}

/** Locked until the transaction ends: another plan, other limits of its own or a subscription may be written at this moment. */
async function lockAccount(tx: Tx, accountId: string): Promise<AccountRow> {
  await readAccount(tx, accountId);
  return tx.selectFrom("accounts").selectAll().where("accountId", "=", accountId).forUpdate().executeTakeFirstOrThrow();
}

/** The accounts of a customer, the oldest first. */
export function accountsOfCustomer(tx: Tx, customerId: string): Promise<AccountRow[]> {
  return tx
    .selectFrom("accounts")
    .selectAll()
    .where("customerId", "=", customerId)
    .where("deletedAtMs", "is", null)
    .orderBy("accountId")
    .execute();
}

/** By id, the user names of those that are known, also of deleted ones. */
export const accountNames = (tx: Tx, providerId: string, accountIds: readonly string[]) =>
  namesById(accountIds, (ids) =>
    tx
      .selectFrom("accounts")
      .select(["accountId as id", "username as name"])
      .where("providerId", "=", providerId)
      .where("accountId", "in", ids)
      .execute(),
  );

export async function sitesOf(tx: Tx, accountId: string): Promise<string[]> {
  return (await sitesOfEach(tx, [accountId])).get(accountId) ?? [];
}

/** An account that is at no site is left out. */
export async function sitesOfEach(tx: Tx, accountIds: readonly string[]): Promise<ReadonlyMap<string, string[]>> {
  const rows = await tx
    .selectFrom("account_sites")
    .select(["accountId", "siteId"])
    .where("accountId", "in", accountIds)
    .orderBy("siteId")
    .execute();
  const byAccount = Map.groupBy(rows, ({ accountId }) => accountId);
  return new Map([...byAccount].map(([accountId, sites]) => [accountId, sites.map(({ siteId }) => siteId)]));
}

/** False: it is switched off, or all of its sites were deleted, so that no site lets it in. One that has no site yet may get one. */
export async function isServed(tx: Tx, accountId: string): Promise<boolean> {
  const account = await tx
    .selectFrom("accounts")
    .select("active")
    .where("accountId", "=", accountId)
    .executeTakeFirst();
  if (account?.active !== true) return false;
  const siteIds = await sitesOf(tx, accountId);
  return siteIds.length === 0 || (await deletedSites(tx, siteIds)).size < siteIds.length;
}

/**
 * Is this the account's password? Null, an account that nobody has, takes the same work.
 */
export function isPasswordOf(envelope: Envelope, row: AccountRow | null, password: string): boolean {
  const nobody = { providerId: "", accountId: "" };
  const sealed = row?.ntHashSealed ?? envelope.seal(Buffer.alloc(16), contextOf(nobody, "nt-hash"));
  const known = envelope.open(sealed, contextOf(row ?? nobody, "nt-hash"));
  const isSame = timingSafeEqual(known, Buffer.from(ntHashHex(password), "hex"));
  return isSame && row !== null;
}

/** Tells each of its sites what it is worth now. */
export async function publishAccount({ envelope, publish }: AccountParts, tx: Tx, row: AccountRow): Promise<void> {
  const { providerId, accountId } = row;
  // Who is being switched off at this moment is waited for: else the site would be told that the line is on.
  const customer = await readLockedState(tx, row.customerId);
  const ntHash = envelope.open(row.ntHashSealed, contextOf(row, "nt-hash")).toString("hex");
  const clearPassword =
    row.passwordSealed === null ? null : envelope.open(row.passwordSealed, contextOf(row, "password")).toString();
  const body = feedBodyOf(row, { ntHash, clearPassword }, customer?.active !== true);
  for (const siteId of await sitesOf(tx, accountId))
    await publish(tx, {
      providerId,
      target: { scope: "site", siteId },
      kind: "customer-account",
      key: accountId,
      body,
    });
}

async function set(parts: AccountParts, tx: Tx, accountId: string, change: object): Promise<AccountRow> {
  return tx
    .updateTable("accounts")
    .set({ ...change, updatedAtMs: parts.world.clock.wall().atMs })
    .where("accountId", "=", accountId)
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(nameTaken));
}

/** `parts`: sites that are left out now are told to forget it. Absent: it had none. */
async function setSites(tx: Tx, row: AccountRow, siteIds: readonly string[], parts?: AccountParts): Promise<void> {
  const { providerId, accountId } = row;
  const before = parts === undefined ? [] : await sitesOf(tx, accountId);
  const wanted = [...new Set(siteIds)].sort();
  for (const siteId of wanted) if (!before.includes(siteId)) await readSite(tx, siteId, "siteIds");
  await tx.deleteFrom("account_sites").where("accountId", "=", accountId).execute();
  const place = { providerId, accountId, staticAddress: row.address?.ip ?? null };
  if (wanted.length > 0)
    await tx
      .insertInto("account_sites")
      .values(wanted.map((siteId) => ({ ...place, siteId })))
      .execute()
      .catch(onCollision(addressTaken));
  for (const siteId of before.filter((one) => !wanted.includes(one)))
    await parts?.publish(tx, {
      providerId,
      target: { scope: "site", siteId },
      kind: "customer-account",
      key: accountId,
      body: null,
    });
}

function sealedPassword(
  { envelope }: AccountParts,
  ids: { readonly providerId: string; readonly accountId: string },
  password: GivenPassword,
  chap: boolean,
) {
  const clear = chap && typeof password === "string" ? Buffer.from(password) : null;
  return {
    ntHashSealed: envelope.seal(Buffer.from(ntHashOfGiven(password), "hex"), contextOf(ids, "nt-hash")),
    passwordSealed: clear === null ? null : envelope.seal(clear, contextOf(ids, "password")),
  };
}

const contextOf = (row: { readonly providerId: string; readonly accountId: string }, what: "nt-hash" | "password") =>
  `account/${what}/${row.providerId}/${row.accountId}`;

function definedOf<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}

const nameTaken = () => refusal("username-taken", { field: "username" });
const addressTaken = () => refusal("address-taken", { field: "address" });

/** Also of one that was deleted since. Undefined: there was none. */
export const readKeptTerms = (tx: Tx, accountId: string): Promise<Pick<AccountRow, "terms"> | undefined> =>
  tx.selectFrom("accounts").select("terms").where("accountId", "=", accountId).executeTakeFirst();

/** Accounts that are served at this site. A query. */
export const accountsAt = (siteId: string): RawBuilder<unknown> =>
  sql`select account_id from account_sites where site_id = ${siteId}`;

/** Has the customer of a row an account? @param table has `provider_id` and `customer_id` */
export const hasAccountFor = (table: string): RawBuilder<boolean> => sql`exists (select from accounts theirs
  where theirs.provider_id = ${sql.ref(`${table}.providerId`)} and theirs.customer_id = ${sql.ref(`${table}.customerId`)}
    and theirs.deleted_at_ms is null)`;

/** Each account at each of its sites, as `provider_id`, `site_id` and `key`. A query. */
export const accountPlaces: RawBuilder<unknown> = sql`select provider_id, site_id, account_id as key from account_sites`;
