/** The record of claims: each one is a row, with what came of it. It also bounds them: guessing must not pay. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lockInTurn, lockNameInTurn, lockNamesInTurn } from "../evidence/money-locks.ts";

export type ClaimRow = Selectable<Schema["payment_claims"]>;

export interface ClaimBy {
  readonly providerId: string;
  /** An MSISDN. */
  readonly phone: string | null;
  /** Of that phone. */
  readonly party: Party | null;
  readonly siteId: string | null;
  /** Null: the customer, who must show that the money is theirs. */
  readonly userId: string | null;
  /** The purchase that the customer means. */
  readonly purchaseId: string | null;
}

/** How long a claim by phone and amount can mean money: later, the next payment of that sum would be taken for it. */
export const amountMeantMs = 48 * 3_600_000;

/** A channel that does not know a receipt now may know it later: such a claim is settled all the same when it comes. */
export const notKnownThere = "the channel does not know this receipt";

export interface ClaimParts {
  readonly world: World;
  readonly envelope: Envelope;
}

/** Nobody has decided about it or reviewed it; what an amount meant two days ago, no money will settle. */
export const isWaitingSql = (nowMs: number) => sql<boolean>`(state in ('open', 'asked') and seen_at_ms is null
  and (receipt is not null or created_at_ms > ${nowMs - amountMeantMs}::bigint))`;

/** How many wait, of all providers that the transaction sees: a part of a `select`. */
export const waitingCountSql = (nowMs: number) =>
  sql<number>`(select count(*) from payment_claims where ${isWaitingSql(nowMs)})`;

const anHourMs = 3_600_000;
const byPhoneMax = 5;
const bySiteMax = 60;
const byUserMax = 300;

/** A person said no, and nobody opened it again. */
export const isTurnedDown = (claim: Pick<ClaimRow, "state" | "turnedDownAtMs">): boolean =>
  claim.state === "refused" && claim.turnedDownAtMs !== null;
export const isTurnedDownSql = sql<boolean>`(state = 'refused' and turned_down_at_ms is not null)`;

/**
 * The same claim once more (the page asks again while the channel is being asked, or the customer does): the row that is there. A
 * receipt stays the same claim for as long as nothing came of it, and when a person turned it down or said which money it means.
 */
function findSame(
  tx: Tx,
  world: World,
  by: ClaimBy,
  what: { readonly receipts: readonly string[] } | { readonly amountCents: number },
): Promise<ClaimRow | undefined> {
  let rows = tx
    .selectFrom("payment_claims")
    .selectAll()
    .where("providerId", "=", by.providerId)
    .where("phoneHash", by.party === null ? "is" : "=", by.party)
    .where("siteId", by.siteId === null ? "is" : "=", by.siteId)
    .where("userId", by.userId === null ? "is" : "=", by.userId)
    .orderBy("createdAtMs", "desc");
  const sinceMs = world.clock.wall().atMs - anHourMs;
  rows =
    "receipts" in what
      ? rows
          .where((where) =>
            where.or([where("receipt", "in", [...what.receipts]), where("linkedReceipt", "in", [...what.receipts])]),
          )
          .where((where) =>
            where.or([
              where("state", "in", ["open", "asked"]),
              where("linkedReceipt", "is not", null),
              isTurnedDownSql,
              where.and([where("createdAtMs", ">", sinceMs), isAboutSql(by)]),
            ]),
          )
      : rows
          .where("receipt", "is", null)
          .where("amountCents", "=", what.amountCents)
          .where((where) =>
            where.and([
              where(sql`coalesce(said_at_ms, created_at_ms)`, ">", sinceMs),
              where.or([where("state", "in", ["open", "asked"]), isAboutSql(by)]),
            ]),
          );
  return lockInTurn(tx, "claim", "same", (noWait) =>
    rows
      .forUpdate()
      .$if(noWait, (query) => query.noWait())
      .executeTakeFirst(),
  );
}

/** It names the purchase that the row names, or none where the row names none. */
const isAboutSql = ({ purchaseId }: ClaimBy) => sql<boolean>`purchase_id is not distinct from ${purchaseId}`;

/** The page repeats a claim by itself, once a minute at least: what comes later, a person has said again. */
const repeatsWithinMs = 2 * 60_000;

export interface SameClaim {
  readonly claim: ClaimRow;
  /** Nobody has been asked about it within the hour. */
  readonly isNew: boolean;
}

/** The same claim once more: it is noted with the row that is there, which is locked. Null: nobody has made this claim. */
export async function sayAgain(
  parts: ClaimParts,
  tx: Tx,
  by: ClaimBy,
  what: { readonly receipts: readonly string[] } | { readonly amountCents: number },
  amountCents: number | null,
): Promise<SameClaim | null> {
  const { world } = parts;
  const row = await findSame(tx, world, by, what);
  if (row === undefined) return null;
  const nowMs = world.clock.wall().atMs;
  const sinceMs = nowMs - (row.saidAtMs ?? row.createdAtMs);
  const isOpen = row.state === "open" || row.state === "asked";
  const isSaidAgain = sinceMs > repeatsWithinMs;
  const changes = {
    saidAtMs: nowMs,
    purchaseId: isOpen ? (by.purchaseId ?? row.purchaseId) : row.purchaseId,
    amountCents: row.amountCents ?? amountCents,
    ...(row.phoneSealed === null ? sealedPhone(parts.envelope, row, by.phone) : {}),
    // A person has looked at it, and the customer is here again.
    ...(isSaidAgain ? { times: row.times + 1, seenAtMs: null } : {}),
  };
  await tx
    .updateTable("payment_claims")
    .set(changes)
    .where("providerId", "=", row.providerId)
    .where("claimId", "=", row.claimId)
    .execute();
  return { claim: { ...row, ...changes }, isNew: isOpen && sinceMs > anHourMs };
}

export async function writeClaim(
  { world, envelope }: ClaimParts,
  tx: Tx,
  by: ClaimBy,
  what: { readonly receipt: string | null; readonly amountCents: number | null },
): Promise<ClaimRow> {
  const nowMs = world.clock.wall().atMs;
  const ids = { providerId: by.providerId, claimId: newId(world) };
  return tx
    .insertInto("payment_claims")
    .values({
      ...ids,
      ...sealedPhone(envelope, ids, by.phone),
      receipt: what.receipt,
      amountCents: what.amountCents,
      phoneHash: by.party,
      phoneMasked: by.phone === null ? null : maskPhone(by.phone),
      siteId: by.siteId,
      userId: by.userId,
      purchaseId: by.purchaseId,
      state: "open",
      outcome: null,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

type ClaimId = Pick<ClaimRow, "providerId" | "claimId">;
const phoneContext = (id: ClaimId): string => `claim/${id.providerId}/${id.claimId}`;

function sealedPhone(envelope: Envelope, id: ClaimId, phone: string | null): { readonly phoneSealed?: Buffer } {
  return phone === null ? {} : { phoneSealed: envelope.seal(Buffer.from(phone), phoneContext(id)) };
}

/** The number that was typed, MSISDN; null: none was. */
export function claimPhone(envelope: Envelope, claim: ClaimId & Pick<ClaimRow, "phoneSealed">): string | null {
  return claim.phoneSealed === null ? null : envelope.open(claim.phoneSealed, phoneContext(claim)).toString("utf8");
}

/** A person says that this money is what the claim means. Null: no longer. */
export async function noteLinked(tx: Tx, claim: ClaimId, receipt: string | null): Promise<void> {
  await tx
    .updateTable("payment_claims")
    .set({ linkedReceipt: receipt })
    .where("providerId", "=", claim.providerId)
    .where("claimId", "=", claim.claimId)
    .execute();
}

/** What is no longer refused is no longer turned down. */
export async function closeClaim(
  tx: Tx,
  world: World,
  claim: ClaimId,
  state: ClaimRow["state"],
  outcome: string,
): Promise<void> {
  await tx
    .updateTable("payment_claims")
    .set({
      state,
      outcome,
      changedAtMs: world.clock.wall().atMs,
      ...(state === "refused" ? {} : { turnedDownReason: null, turnedDownBy: null, turnedDownAtMs: null }),
    })
    .where("providerId", "=", claim.providerId)
    .where("claimId", "=", claim.claimId)
    .execute();
}

/**
 * By phone, and by site (customers) or by user (staff). Claims of staff and claims of customers count apart: who has tried five times at the Wi-Fi page can still be helped.
 * A site's agent lets no device use up the site's (`visitor-limits.ts`); many could, and then a receipt that proves its owner still counts.
 */
export async function tooManyClaims(tx: Tx, world: World, by: ClaimBy): Promise<boolean> {
  const isAtDesk = by.userId !== null;
  const count = async (column: "phoneHash" | "siteId" | "userId", value: string | null, max: number) => {
    if (value === null) return false;
    const { times } = await tx
      .selectFrom("payment_claims")
      .select((select) => select.fn.countAll<number>().as("times"))
      .where("providerId", "=", by.providerId)
      .where("createdAtMs", ">", world.clock.wall().atMs - anHourMs)
      .where(column, "=", value)
      .where("userId", isAtDesk ? "is not" : "is", null)
      .executeTakeFirstOrThrow();
    return Number(times) >= max;
  };
  if (await count("phoneHash", by.party, byPhoneMax)) return true;
  return isAtDesk ? count("userId", by.userId, byUserMax) : count("siteId", by.siteId, bySiteMax);
}

/** Claims that `tooManyClaims` counts together follow each other: at once, none would count the others. Whoever answers a claim holds it already. */
export async function lockClaimant(tx: Tx, { providerId, party, siteId, userId }: ClaimBy): Promise<void> {
  const where = userId === null ? `site/${siteId}` : `user/${userId}`;
  const counted = party === null ? [where] : [`phone/${party}`, where];
  for (const one of counted) await lockNameInTurn(tx, "payer", `claimant/${providerId}/${one}`);
}

/** Claims that money can settle: about its receipt, or about its payer's phone and its amount. */
export interface ClaimsAbout {
  readonly providerId: string;
  /** With its look-alikes. */
  readonly receipts: readonly string[];
  /** By phone and amount; null: no payer is known. */
  readonly paid: { readonly payer: Party; readonly amountCents: number } | null;
}

/**
 * A claim by phone and amount, and the fact that shows whose the money is, come one after the other: at once, neither would see the other, and the claim would
 * wait for what is there.
 */
export const lockPayer = (tx: Tx, providerId: string, payer: Party): Promise<void> =>
  lockNameInTurn(tx, "payer", payerName(providerId, payer));

/** Waits for nobody. @returns those that are locked now */
export async function lockFreePayers(
  tx: Tx,
  providerId: string,
  payers: readonly Party[],
): Promise<ReadonlySet<Party>> {
  const names = payers.map((payer) => payerName(providerId, payer));
  const free = await lockNamesInTurn(tx, "payer", names, { noWait: true });
  return new Set(payers.filter((payer) => free.has(payerName(providerId, payer))));
}

const payerName = (providerId: string, payer: Party): string => `payer/${providerId}/${payer}`;

/** The oldest first, after those whose money a person named. Locked until the transaction ends: before the money that may settle them. */
export async function lockClaims(
  tx: Tx,
  { providerId, receipts, paid }: ClaimsAbout,
): Promise<{ readonly byReceipt: ClaimRow[]; readonly byAmount: ClaimRow[] }> {
  if (paid !== null) await lockPayer(tx, providerId, paid.payer);
  const claims = await lockInTurn(tx, "claim", `${receipts[0]}/${paid?.payer ?? ""}`, (noWait) =>
    tx
      .selectFrom("payment_claims")
      .selectAll()
      .where("providerId", "=", providerId)
      .where((where) => {
        const isOpen = where("state", "in", ["open", "asked"]);
        const named = where.or([
          where.and([where("receipt", "in", [...receipts]), where.or([isOpen, where("outcome", "=", notKnownThere)])]),
          where.and([where("linkedReceipt", "in", [...receipts]), isOpen]),
        ]);
        if (paid === null) return named;
        const { payer, amountCents } = paid;
        const of = [
          where("receipt", "is", null),
          where("phoneHash", "=", payer),
          where("amountCents", "=", amountCents),
        ];
        return where.or([named, where.and([...of, isOpen])]);
      })
      .orderBy("claimId")
      .forUpdate()
      .$if(noWait, (query) => query.noWait())
      .execute(),
  );
  const isLinked = ({ linkedReceipt: linked }: ClaimRow) => linked !== null && receipts.includes(linked);
  return {
    // Whose it is by a person's word gets it first.
    byReceipt: [...claims.filter(isLinked), ...claims.filter((claim) => claim.receipt !== null && !isLinked(claim))],
    byAmount: claims.filter((claim) => claim.receipt === null && !isLinked(claim)),
  };
}

/**
 * What claims are about that any of this money can settle; without a lock. `payers`: claims by phone, whatever their amount.
 * @param money `receipts`: with their look-alikes
 */
export async function claimedAmong(
  tx: Tx,
  money: { readonly providerId: string; readonly receipts: readonly string[]; readonly payers: readonly Party[] },
): Promise<{ readonly receipts: ReadonlySet<string>; readonly payers: ReadonlySet<Party> }> {
  const { providerId, receipts, payers } = money;
  const { rows } = await sql<Pick<ClaimRow, "receipt" | "linkedReceipt" | "phoneHash">>`
    select receipt, linked_receipt, phone_hash from payment_claims
    where provider_id = ${providerId} and (
      (receipt = any(${receipts}::text[]) and (state in ('open', 'asked') or outcome = ${notKnownThere}))
      or (linked_receipt = any(${receipts}::text[]) and state in ('open', 'asked'))
      or (receipt is null and phone_hash = any(${payers}::text[]) and state in ('open', 'asked')))`.execute(tx);
  return {
    receipts: new Set(rows.flatMap((row) => [row.receipt, row.linkedReceipt].filter((each) => each !== null))),
    payers: new Set(rows.flatMap((row) => (row.receipt === null ? (row.phoneHash ?? []) : []))),
  };
}

/** The channel is asked about this receipt now. */
export async function noteAsked(tx: Tx, world: World, providerId: string, receipt: string): Promise<void> {
  await tx
    .updateTable("payment_claims")
    .set({ state: "asked", outcome: "the channel is asked", changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("receipt", "=", receipt)
    .where("state", "=", "open")
    .execute();
}

/** A person has reviewed it. It stays open, and is settled all the same when its money comes. @returns false: there is none to review */
export async function markClaimReviewed(tx: Tx, providerId: string, claimId: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("payment_claims")
    .set({ seenAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("claimId", "=", claimId)
    .where("state", "in", ["open", "asked"])
    .where("seenAtMs", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Claims of a receipt since then that nobody has answered, to go on with. */
export const selectOpenClaims = (tx: Tx, providerId: string, sinceMs: number) =>
  tx
    .selectFrom("payment_claims")
    .where("providerId", "=", providerId)
    .where("receipt", "is not", null)
    .where("state", "in", ["open", "asked"])
    .where("createdAtMs", ">", sinceMs);
