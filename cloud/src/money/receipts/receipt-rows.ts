/** The rows of receipts: one row for one real inflow, unique on its rail, whichever channel or source reported it. */

import { type Insertable, type Selectable, sql, type Updateable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { rowsInJson } from "../../ground/db/json.ts";
import { recordsetInColumns } from "../../ground/db/recordset.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { enteredSource } from "../evidence/entered.ts";
import { lockInTurn, lockNameInTurn, repeatTransaction } from "../evidence/money-locks.ts";
import { spellings } from "./spellings.ts";

export type ReceiptRow = Selectable<Schema["receipts"]>;
export type ReceiptId = Pick<ReceiptRow, "providerId" | "rail" | "receipt">;

const receiptColumns = [
  "providerId",
  "rail",
  "receipt",
  "entryId",
  "channelId",
  "purchaseId",
  "amountCents",
  "planCents",
  "creditCents",
  "suspenseCents",
  "currency",
  "bookedAtMs",
  "state",
  "source",
  "corroborated",
  "provedBy",
  "party",
  "payerHash",
  "payerMasked",
  "accountText",
  "paidAtMs",
  "note",
] as const;
/** All of it is named, because a list knows no defaults. */
export type NewReceipt = Pick<ReceiptRow, (typeof receiptColumns)[number]>;

/** Notes of money in suspense whose owner is known. The owner gets it when the channel itself confirms it. */
export const tooMuchUnverified = "too much is unverified";
/** It is proved, and held for a purchase: would the prompt be paid beside it, it were the owner's credit. */
export const waitsForPrompt = "it waits for the prompt";
export const couldNotBeGiven = "it could not be given";
/** Note of a receipt that came as another one is entered, but for O and 0 or I and 1: it may be the same money. */
export const likeAnEntered = "a receipt that looks the same was entered";
/** Note of money of which two sources disagree. */
export const twoAmounts = "two sources name two amounts";

/** Reported by a callback alone, while too much was unverified: a claim alone does not give it to anybody. */
export function awaitsVerification({ state, corroborated, note }: ReceiptRow): boolean {
  return state === "suspense" && !corroborated && note === tooMuchUnverified;
}

/** Its owner is known, and gets it with the next word of the channel. */
export const isForItsOwner = ({ note }: Pick<ReceiptRow, "note">): boolean =>
  note === tooMuchUnverified || note === waitsForPrompt || note === couldNotBeGiven;

/** On any rail, and as the index of codes has them: the key begins with the rail, and by it all receipts of the provider would be read. */
const named = (receipts: readonly string[]) => sql<boolean>`receipt collate "C" = any(${receipts}::text[])`;

/** Without a lock: it may change meanwhile. For who only looks; null when it is not in the books. */
export async function peekReceipt(tx: Tx, providerId: string, receipt: string): Promise<ReceiptRow | null> {
  const row = await tx
    .selectFrom("receipts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where(named([receipt]))
    .orderBy("rail")
    .executeTakeFirst();
  return row ?? null;
}

/** Locked until the transaction ends; null when it is not in the books. */
export async function readReceipt(tx: Tx, providerId: string, receipt: string): Promise<ReceiptRow | null> {
  const found = await tx
    .selectFrom("receipts")
    .select("rail")
    .where("providerId", "=", providerId)
    .where(named([receipt]))
    .orderBy("rail")
    .executeTakeFirst();
  if (found === undefined) return null;
  return (await readReceiptOnRail(tx, { providerId, rail: found.rail, receipt })) ?? null;
}

/** Is it in the books, by what is committed now? Locks nothing. */
export async function isInBooks(tx: Tx, providerId: string, receipt: string): Promise<boolean> {
  const found = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where(named([receipt]))
    .executeTakeFirst();
  return found !== undefined;
}

/** The same, on one rail. */
export async function readReceiptOnRail(tx: Tx, id: ReceiptId): Promise<ReceiptRow | undefined> {
  await lockReceipt(tx, id);
  return lockInTurn(tx, "receipt", receiptName(id), (noWait) =>
    tx
      .selectFrom("receipts")
      .selectAll()
      .where("providerId", "=", id.providerId)
      .where("rail", "=", id.rail)
      .where("receipt", "=", id.receipt)
      .forUpdate()
      .$if(noWait, (rows) => rows.noWait())
      .executeTakeFirst(),
  );
}

/** By what it is locked, and told from all others. */
export const receiptName = ({ providerId, rail, receipt }: ReceiptId): string => `${providerId}/${rail}/${receipt}`;

export async function insertReceipt(tx: Tx, row: Insertable<Schema["receipts"]>): Promise<void> {
  await tx.insertInto("receipts").values(row).execute();
}

/** Many new ones, of several providers, in one statement. Each names the same columns. */
export async function insertReceipts(tx: Tx, rows: readonly NewReceipt[]): Promise<void> {
  const columns = sql.join(receiptColumns.map((name) => sql.ref(name)));
  await sql`insert into receipts (${columns})
    select ${columns} from jsonb_populate_recordset(null::receipts, ${rowsInJson(rows)}::jsonb)`.execute(tx);
}

/** Those that are in the books, by what is committed now: of several providers, each on its rail. Their names are locked. */
export async function namesInBooks(tx: Tx, ids: readonly ReceiptId[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<ReceiptId>`
    select provider_id, rail, receipt from receipts
    join ${recordsetInColumns("asked", ids, { providerId: "text", rail: "text", receipt: "text" })}
      using (provider_id, rail, receipt)`.execute(tx);
  return new Set(rows.map(receiptName));
}

/** How a source shows who paid, for what and when: another one may know more. */
export type ReceiptDetails = Pick<ReceiptRow, "payerName" | "payerHash" | "payerMasked" | "paidAtMs" | "accountText">;

const provedColumns = [
  "corroborated",
  "provedBy",
  "payerName",
  "payerHash",
  "payerMasked",
  "paidAtMs",
  "accountText",
] as const;

/** Many that are proved now, or whose payer another source shows, of several providers, in one statement. */
export async function setReceipts(
  tx: Tx,
  proved: readonly (ReceiptId & Pick<ReceiptRow, (typeof provedColumns)[number]>)[],
): Promise<void> {
  if (proved.length === 0) return;
  const settings = provedColumns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`proved.${name}`)}`);
  await sql`update receipts set ${sql.join(settings)}
    from jsonb_populate_recordset(null::receipts, ${rowsInJson(proved)}::jsonb) as proved
    where receipts.provider_id = proved.provider_id and receipts.rail = proved.rail and receipts.receipt = proved.receipt`.execute(
    tx,
  );
}

/** All receipts of these purchases. Locks nothing: who holds a purchase holds what becomes of its receipts. */
export async function receiptsOfPurchases(
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly purchaseId: string }[],
): Promise<(ReceiptId & { readonly purchaseId: string })[]> {
  const { rows } = await sql<ReceiptId & { purchaseId: string }>`
    select provider_id, rail, receipt, purchase_id from receipts
    join unnest(${purchases.map(({ providerId }) => providerId)}::text[], ${purchases.map(({ purchaseId }) => purchaseId)}::text[])
      as asked (provider_id, purchase_id) using (provider_id, purchase_id)`.execute(tx);
  return rows;
}

/**
 * Of these, what is in the books and nobody holds: locked until the transaction ends. It waits for nobody. Their names are locked, so that none
 * comes into the books meanwhile. `held`: those that are in the books too.
 */
export async function lockFreeReceipts(
  tx: Tx,
  ids: readonly ReceiptId[],
): Promise<{
  readonly rows: readonly (ReceiptRow & { readonly isSpent: boolean })[];
  readonly held: ReadonlySet<string>;
}> {
  const names = await namesInBooks(tx, ids);
  if (names.size === 0) return { rows: [], held: names };
  const { rows } = await sql<ReceiptRow & { isSpent: boolean }>`
    select receipts.*, exists (select from told_credit_uses as uses where uses.provider_id = receipts.provider_id
      and uses.rail = receipts.rail and uses.receipt = receipts.receipt) as is_spent
    from receipts
    join ${recordsetInColumns("asked", ids, { providerId: "text", rail: "text", receipt: "text" })}
      using (provider_id, rail, receipt)
    for no key update of receipts skip locked`.execute(tx);
  const free = new Set(rows.map(receiptName));
  return { rows, held: new Set([...names].filter((name) => !free.has(name))) };
}

/** Without changes it does nothing. */
export async function setReceipt(tx: Tx, id: ReceiptId, changes: Updateable<Schema["receipts"]>): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await tx
    .updateTable("receipts")
    .set(changes)
    .where("providerId", "=", id.providerId)
    .where("rail", "=", id.rail)
    .where("receipt", "=", id.receipt)
    .execute();
}

/** Until the transaction ends, nobody else decides about this receipt. */
export function lockReceipt(tx: Tx, id: ReceiptId): Promise<void> {
  return lockNameInTurn(tx, "receipt", receiptName(id));
}

/** Several, in their order. */
export async function lockReceipts(
  tx: Tx,
  place: Pick<ReceiptId, "providerId" | "rail">,
  receipts: readonly string[],
): Promise<void> {
  for (const receipt of [...new Set(receipts)].sort()) await lockReceipt(tx, { ...place, receipt });
}

/**
 * Two purchases may claim one receipt at the same moment. The second one to take its lock repeats its transaction (the error
 * code is PostgreSQL's for that) and then finds the receipt in the books.
 */
export async function lockNewReceipt(tx: Tx, id: ReceiptId): Promise<void> {
  await lockReceipt(tx, id);
  if ((await readReceiptOnRail(tx, id)) === undefined) return;
  throw repeatTransaction("the receipt was booked meanwhile");
}

/** Stores the channel's own time of receipts that have none, or one that a person typed: days are compared by it. */
export async function fillPaidTimes(
  tx: Tx,
  place: { readonly providerId: string; readonly rail: string },
  times: readonly { readonly receipt: string; readonly paidAtMs: number }[],
): Promise<void> {
  const rows = times.map(({ receipt, paidAtMs }) => ({ receipt, paidAtMs }));
  await sql`
    update receipts set paid_at_ms = line.paid_at_ms
    from ${recordsetInColumns("line", rows, { receipt: "text", paidAtMs: "bigint" })}
    where receipts.provider_id = ${place.providerId} and receipts.rail = ${place.rail}
      and receipts.receipt = line.receipt
      and (receipts.paid_at_ms is null or (receipts.source = ${enteredSource} and not receipts.corroborated))`.execute(
    tx,
  );
}

/** A statement whose day and month were taken for each other is read anew: times that came from it follow. */
export async function movePaidTimes(
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  moved: readonly { readonly receipt: string; readonly wasMs: number; readonly isMs: number }[],
): Promise<void> {
  await sql`
    update receipts set paid_at_ms = line.is_ms
    from ${recordsetInColumns("line", moved, { receipt: "text", wasMs: "bigint", isMs: "bigint" })}
    where receipts.provider_id = ${providerId} and receipts.channel_id = ${channelId}
      and receipts.receipt = line.receipt and receipts.paid_at_ms = line.was_ms`.execute(tx);
}

/** A person accepts the sum in the books: the money needs an owner from then on. A statement still shows the difference. */
export async function unfreeze(tx: Tx, providerId: string, receipt: string): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update receipts set state = 'suspense',
      note = case when returned_cents > 0 or note = ${likeAnEntered} then note else ${twoAmounts} end
    where provider_id = ${providerId} and receipt = ${receipt} and state = 'frozen' and suspense_cents > 0`.execute(tx);
  return numAffectedRows > 0n;
}

/** A person accepts the sum that is in a customer's credit. A statement still shows the difference. */
export async function acceptAmount(tx: Tx, providerId: string, receipt: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("receipts")
    .set({ note: null })
    .where("providerId", "=", providerId)
    .where("receipt", "=", receipt)
    .where("state", "=", "credit")
    .where("note", "=", twoAmounts)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** A person typed it, its time and its payer, and no channel has confirmed it yet. */
export const isOnlyEntered = ({ source, corroborated }: ReceiptRow): boolean =>
  source === enteredSource && !corroborated;

/** Of these receipts, those under which only a person has seen money of this channel. */
export async function onlyEnteredAmong(
  tx: Tx,
  place: Place,
  receipts: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await onlyEntered(tx, place, receipts).execute();
  return new Set(rows.map(({ receipt }) => receipt));
}

interface Place {
  readonly providerId: string;
  readonly channelId: string;
}

const onlyEntered = (tx: Tx, { providerId, channelId }: Place, receipts: readonly string[]) =>
  tx
    .selectFrom("receipts")
    .select("receipt")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where(named(receipts))
    .where("source", "=", enteredSource)
    .where("corroborated", "=", false)
    .where("state", "not in", ["reversed", "disproved"]);

/** Is there money of this channel and amount that only a person has seen, under a receipt that looks like this one? */
export async function isLikeEntered(
  tx: Tx,
  place: Place,
  { receipt, amountCents }: { readonly receipt: string; readonly amountCents: number },
): Promise<boolean> {
  const alike = spellings(receipt).filter((each) => each !== receipt);
  if (alike.length === 0) return false;
  const row = await onlyEntered(tx, place, alike).where("amountCents", "=", amountCents).executeTakeFirst();
  return row !== undefined;
}
