/** The rows of purchases (`purchases`), and what the rooms above need to change them. Every change of a row is made in this room. */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql, type Updateable } from "kysely";
import type { OpenGrants } from "../../catalogue/grants/open-grants.ts";
import type { PurchaseGrants } from "../../catalogue/grants/purchase-grant.ts";
import type { VerifyGrants } from "../../catalogue/grants/verify-grants.ts";
import { siteIsDeleted } from "../../fleet/sites/site-is-there.ts";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { Announce } from "../../ground/db/announce.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { rowsInJson } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { EmitMany } from "../../ground/events/record.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { failsCustomersIn } from "../channel-health/troubles.ts";
import type { ChannelDefinition } from "../channels/channel-contract.ts";
import type { Channels } from "../channels/channels.ts";
import { lockInTurn } from "../evidence/money-locks.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { openStates } from "./transition/purchase-facts.ts";

/** Looks whether there is anything to ask about a purchase now: `questions/looks.ts` does the job. */
export const askJob = "payments.ask";
/** Of one where a look found that there may be something to ask or to judge, or where its channel says that there is news: `questions/ask.ts`. */
export const askNowJob = "payments.ask-now";
/** Of one that came back after a restore: money that came before it, and names it, joins it (`matching/named-money.ts`). */
export const namedMoneyJob = "payments.named-money";

export type PurchaseRow = Selectable<Schema["purchases"]>;

const givenBack = "restored/";
const byHand = "inflow/";
/** Of a purchase that no phone asked for: a site gave its package back after a restore. */
export const givenBackKey = (id: string): string => `${givenBack}${id}`;
/** Of a purchase that money made which nobody was asked for: paid by hand, at an account number or claimed. */
export const inflowKey = ({ rail, receipt }: { readonly rail: string; readonly receipt: string }): string =>
  `${byHand}${rail}/${receipt}`;
export const isByHand = (idempotencyKey: string): boolean => idempotencyKey.startsWith(byHand);
export const isGivenBack = ({ idempotencyKey }: Pick<PurchaseRow, "idempotencyKey">): boolean =>
  idempotencyKey.startsWith(givenBack);

/** A paid purchase, and what it brought. */
export interface PaidPurchase<Purchase extends PurchaseRow = PurchaseRow> {
  readonly purchase: Purchase;
  /** What proves it to the customer; null: it has none. */
  readonly receipt: string | null;
  /** What opens it on any device. */
  readonly codes: readonly string[];
  /** When its time ends, where its site has told it. */
  readonly endsAtMs: number | null;
}

/** A purchase, with the channel that it goes through. */
export type LoadedPurchase = PurchaseRow & {
  readonly kind: string;
  /** The channel's: see its table. */
  readonly requestAcceptedAtMs: number | null;
  /** See `failsCustomersIn`. */
  readonly channelFails: boolean;
  readonly siteIsDeleted: boolean;
  readonly channel: ChannelDefinition;
};

export interface PurchaseParts {
  readonly world: World;
  readonly jobs: JobQueue;
  readonly emit: Emit;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly channels: Channels;
  readonly ledger: Ledger;
  readonly grants: PurchaseGrants;
  /** Those of a batch. */
  readonly openGrants: OpenGrants;
  readonly verifyGrants: VerifyGrants;
  /** The hourly limit of unverified money, minor units, of providers that have set none: see `unverified-limit.ts`. */
  readonly unverifiedCentsMax: number;
  /** How much of a purchase our refunds have paid back, each by its entry, minor units. */
  readonly refundedCents: (tx: Tx, providerId: string, purchaseId: string) => Promise<number>;
  /** In the transaction that opens a purchase's grant. */
  readonly onPaid: (tx: Tx, purchase: LoadedPurchase) => Promise<void>;
  /** The same for those of a batch, by sets. @returns those that need `onPaid` still; and how many messages wait: wake the jobs after the commit */
  readonly onPaidTogether: (
    tx: Tx,
    paid: readonly PaidPurchase<LoadedPurchase>[],
  ) => Promise<{ readonly alone: readonly LoadedPurchase[]; readonly messages: number }>;
  /** Events without NOTIFY, and what wakes their listeners after the commit. */
  readonly quietEmitMany: EmitMany;
  readonly announce: Announce;
}

/**
 * Locks the row until the transaction ends, and hinders nobody to store a fact that refers to it. The receipts that may follow from it are locked before: see
 * `money-locks.ts`.
 */
export async function loadPurchase(
  parts: Pick<PurchaseParts, "channels">,
  tx: Tx,
  providerId: string,
  purchaseId: string,
): Promise<LoadedPurchase> {
  return lockInTurn(tx, "purchase", purchaseId, async (noWait) => {
    const row = await loadedRows(tx, providerId, purchaseId)
      .forNoKeyUpdate("purchases")
      .$if(noWait, (rows) => rows.noWait())
      .executeTakeFirstOrThrow();
    return withChannel(parts, row);
  });
}

/** Without a lock: it may change until it is loaded. */
export async function peekPurchase(
  parts: Pick<PurchaseParts, "channels">,
  tx: Tx,
  providerId: string,
  purchaseId: string,
): Promise<LoadedPurchase> {
  return withChannel(parts, await loadedRows(tx, providerId, purchaseId).executeTakeFirstOrThrow());
}

function withChannel<Row extends { readonly kind: string }>({ channels }: Pick<PurchaseParts, "channels">, row: Row) {
  return { ...row, channel: channels.kinds.definitionOf(row.kind) };
}

function loadedRows(tx: Tx, providerId: string, purchaseId: string) {
  return tx
    .selectFrom("purchases")
    .innerJoin("channels", (join) =>
      join
        .onRef("channels.providerId", "=", "purchases.providerId")
        .onRef("channels.channelId", "=", "purchases.channelId"),
    )
    .selectAll("purchases")
    .select(["channels.kind", "channels.requestAcceptedAtMs", failsCustomersIn("channels").as("channelFails")])
    .select(siteIsDeleted("purchases").as("siteIsDeleted"))
    .where("purchases.providerId", "=", providerId)
    .where("purchases.purchaseId", "=", purchaseId);
}

/** Without a lock, for who only looks; undefined: there is none. */
export function readPurchase(tx: Tx, providerId: string, purchaseId: string): Promise<PurchaseRow | undefined> {
  return tx
    .selectFrom("purchases")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
}

/** For how long a prompt may stand on a phone: no second one is sent to it meanwhile. */
export const promptOpenMs = 60_000;

/** When what may still stand on a phone was asked. What a clock that was ahead dated is over long before that time comes. */
export const promptSpan = (nowMs: number): [fromMs: number, untilMs: number] => [
  nowMs - promptOpenMs + 1,
  nowMs + processClockSlackMs,
];

/** May a purchase's prompt be on this phone now? */
export async function promptIsOpen(
  { clock }: World,
  tx: Tx,
  { providerId, party }: { readonly providerId: string; readonly party: Party },
): Promise<boolean> {
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .where((is) => is.between("createdAtMs", ...promptSpan(clock.wall().atMs)))
    .where("state", "in", openStates)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many prompts may be on the phones of a site's customers now. */
export async function openPrompts(
  { clock }: World,
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
): Promise<number> {
  const { count } = await tx
    .selectFrom("purchases")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where((is) => is.between("createdAtMs", ...promptSpan(clock.wall().atMs)))
    .where("state", "in", openStates)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Did this customer ever pay for anything here? */
export async function hasBought(tx: Tx, providerId: string, party: Party): Promise<boolean> {
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .where("state", "in", ["paid", "paid_unreceipted"])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Locks the row until the transaction ends; undefined: there is none. */
export function findPurchase(tx: Tx, providerId: string, purchaseId: string): Promise<PurchaseRow | undefined> {
  return lockInTurn(tx, "purchase", purchaseId, (noWait) =>
    tx
      .selectFrom("purchases")
      .selectAll()
      .where("providerId", "=", providerId)
      .where("purchaseId", "=", purchaseId)
      .forNoKeyUpdate()
      .$if(noWait, (rows) => rows.noWait())
      .executeTakeFirst(),
  );
}

/** Without a lock; null: none has, or there is no such purchase. */
export async function receiptThatPaid(tx: Tx, providerId: string, purchaseId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return row?.receipt ?? null;
}

export async function setPurchase(
  tx: Tx,
  id: Pick<PurchaseRow, "providerId" | "purchaseId">,
  change: Updateable<Schema["purchases"]>,
): Promise<void> {
  await tx
    .updateTable("purchases")
    .set(change)
    .where("providerId", "=", id.providerId)
    .where("purchaseId", "=", id.purchaseId)
    .execute();
}

/** What evidence changes of a purchase. */
const changedColumns = [
  "state",
  "reason",
  "requestId",
  "requestIdFrom",
  "receipt",
  "unreceipted",
  "corroborated",
  "review",
  "heldCents",
  "pendingCents",
  "redirectUrl",
  "waitsSinceMs",
  "changedAtMs",
] as const;
export type ChangedFields = Pick<PurchaseRow, (typeof changedColumns)[number]>;

/** Many, of several providers, in one statement. */
export async function setPurchases(
  tx: Tx,
  changed: readonly (Pick<PurchaseRow, "providerId" | "purchaseId"> & ChangedFields)[],
): Promise<void> {
  if (changed.length === 0) return;
  const settings = changedColumns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`changed.${name}`)}`);
  await sql`update purchases set ${sql.join(settings)}
    from jsonb_populate_recordset(null::purchases, ${rowsInJson(changed)}::jsonb) as changed
    where purchases.provider_id = changed.provider_id and purchases.purchase_id = changed.purchase_id`.execute(tx);
}

/** Since when many, of several providers, wait for a question; null: no more. */
export async function setAllWaiting(
  tx: Tx,
  purchases: readonly Pick<PurchaseRow, "providerId" | "purchaseId">[],
  sinceMs: number | null,
): Promise<void> {
  if (purchases.length === 0) return;
  const [providerIds, ids] = [purchases.map((each) => each.providerId), purchases.map((each) => each.purchaseId)];
  await sql`update purchases set waits_since_ms = ${sinceMs}::bigint
    from unnest(${providerIds}::text[], ${ids}::text[]) as these (provider_id, purchase_id)
    where purchases.provider_id = these.provider_id and purchases.purchase_id = these.purchase_id`.execute(tx);
}

/**
 * Of these purchases of several providers, those that nobody holds: locked until the transaction ends, with their channels. It waits for nobody, so it
 * needs no turn among the locks of money.
 */
export async function lockFreePurchases(
  parts: Pick<PurchaseParts, "channels">,
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly purchaseId: string }[],
): Promise<LoadedPurchase[]> {
  // Not `for update`: a callback that comes meanwhile refers to its purchase, and is stored at once.
  const { rows } = await sql<Omit<LoadedPurchase, "channel">>`
    select purchases.*, channels.kind, channels.request_accepted_at_ms, ${failsCustomersIn("channels")} as channel_fails,
      ${siteIsDeleted("purchases")} as site_is_deleted from purchases
    join unnest(${purchases.map(({ providerId }) => providerId)}::text[], ${purchases.map(({ purchaseId }) => purchaseId)}::text[])
      as asked (provider_id, purchase_id) using (provider_id, purchase_id)
    join channels using (provider_id, channel_id)
    for no key update of purchases skip locked`.execute(tx);
  return rows.map((row) => withChannel(parts, row));
}

/** A status query about it is sent: it no longer waits for its turn. */
export async function countQuestion(tx: Tx, id: Pick<PurchaseRow, "providerId" | "purchaseId">): Promise<void> {
  await tx
    .updateTable("purchases")
    .set({ questions: sql<number>`questions + 1`, waitsSinceMs: null })
    .where("providerId", "=", id.providerId)
    .where("purchaseId", "=", id.purchaseId)
    .execute();
}

/** The payer's MSISDN; null: only a hash or a mask of them ever came, or the person was erased. */
export function payerPhone(
  envelope: Envelope,
  purchase: Pick<PurchaseRow, "providerId" | "purchaseId" | "phoneSealed">,
): string | null {
  if (purchase.phoneSealed === null) return null;
  const phone = envelope.open(purchase.phoneSealed, phoneContext(purchase)).toString("utf8");
  return phone === "" ? null : phone;
}

export function sealPhone(
  envelope: Envelope,
  purchase: Pick<PurchaseRow, "providerId" | "purchaseId">,
  phone: string,
): Buffer {
  return envelope.seal(Buffer.from(phone), phoneContext(purchase));
}

function phoneContext(purchase: Pick<PurchaseRow, "providerId" | "purchaseId">): string {
  return `phone/${purchase.providerId}/${purchase.purchaseId}`;
}

/** The payer of a sale that this user made over the counter. Throws a Problem 404 for anybody else's: whose sale it is does not change. */
export async function readOwnSale(
  tx: Tx,
  sale: { readonly providerId: string; readonly userId: string; readonly paymentId: string },
): Promise<{ readonly payer: Party | null }> {
  const own = await tx
    .selectFrom("purchases")
    .select("phoneHash")
    .where("providerId", "=", sale.providerId)
    .where("purchaseId", "=", sale.paymentId)
    .where("soldBy", "=", sale.userId)
    .executeTakeFirst();
  if (own === undefined) throw notFound("sale of yours");
  return { payer: own.phoneHash };
}
