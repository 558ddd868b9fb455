/**
 * The rows of tax devices, and whose turn it is. The authority counts what a device tells, without gaps and in turn: one document at a time, the oldest
 * first, each under the number that it keeps until it is answered.
 */
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { DeviceOrder, FiscalDocument, FiscalLine, FiscalOutcome, TaxDevice, ToldBy } from "./fiscal-contract.ts";

export type TaxDeviceRow = Selectable<Schema["tax_devices"]>;
type SubmissionRow = Selectable<Schema["fiscal_submissions"]>;

/** Longer than a document takes to be told, with all its items. */
const busyMs = 5 * 60_000;
/** A process whose clock is so far ahead still holds its device: told twice, a document's receipt would be lost. */
const clockSlackMs = 5 * 60_000;

/** SQL, where a device takes the place of one: its key is entered again, and it may be telling a document. */
const isSame = sql<boolean>`(tax_devices.tax_pin, tax_devices.branch, tax_devices.environment) = (excluded.tax_pin, excluded.branch, excluded.environment)`;

const keyContext = (providerId: string): string => `tax-device/${providerId}`;

/** Undefined: the provider has none. */
export const findDevice = (tx: Tx, providerId: string): Promise<TaxDeviceRow | undefined> =>
  tx.selectFrom("tax_devices").selectAll().where("providerId", "=", providerId).executeTakeFirst();

/** How a submission calls the device that told it (`told_by`): each counts by itself. */
export const deviceName = ({ taxPin, branch, environment }: Pick<TaxDevice, "taxPin" | "branch" | "environment">) =>
  `${taxPin}/${branch}/${environment}`;

/**
 * In place of one that was there; items are told anew where the branch is another one. A test server declares nothing: what another device told to one
 * has no number any more, and waits again where that had accepted it.
 */
export async function keepDevice(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  providerId: string,
  device: DeviceOrder & {
    readonly authority: SubmissionRow["authority"];
    readonly key: string;
    readonly controlUnit: string;
    readonly nextNumber: number;
  },
): Promise<void> {
  const columns = {
    authority: device.authority,
    taxPin: device.taxPin,
    branch: device.branch,
    environment: device.environment,
    serial: device.serial,
    keySealed: envelope.seal(Buffer.from(device.key), keyContext(providerId)),
    controlUnit: device.controlUnit,
    nextNumber: device.nextNumber,
    busyUntilMs: 0,
    openedAtMs: world.clock.wall().atMs,
  };
  const before = await findDevice(tx, providerId);
  if (before?.taxPin !== device.taxPin || before.environment !== device.environment)
    await tx.updateTable("tax_items").set({ toldAs: null }).where("providerId", "=", providerId).execute();
  const triedOut = tx
    .updateTable("fiscal_submissions")
    .where("providerId", "=", providerId)
    .where("authority", "=", device.authority)
    .where("toldBy", "like", "%/sandbox")
    .where("toldBy", "!=", deviceName(device));
  await triedOut
    .where("state", "=", "accepted")
    .set({
      state: "waiting",
      changedAtMs: world.clock.wall().atMs,
      answeredAtMs: null,
      reason: null,
      controlUnit: null,
      fiscalNumber: null,
      signature: null,
      qrText: null,
      typedBy: null,
    })
    .execute();
  await triedOut.set({ toldNumber: null, toldBy: null }).execute();
  await tx
    .insertInto("tax_devices")
    .values({ providerId, ...columns })
    .onConflict((on) =>
      on
        .column("providerId")
        .doUpdateSet({ ...columns, busyUntilMs: sql`case when ${isSame} then tax_devices.busy_until_ms else 0 end` }),
    )
    .execute();
}

/** @returns whether there is a device */
export async function setNextNumber(tx: Tx, providerId: string, nextNumber: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("tax_devices")
    .set({ nextNumber })
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Its documents wait from now on, and people type the replies. */
export async function removeDevice(tx: Tx, providerId: string): Promise<void> {
  await tx.deleteFrom("tax_devices").where("providerId", "=", providerId).execute();
}

export type Turn =
  | { readonly kind: "told-by"; readonly told: ToldBy }
  /** There is no device, or another document comes first. */
  | { readonly kind: "waits" }
  /** It can't be told by this device. */
  | { readonly kind: "refused"; readonly reason: string };

/** Locks the device for the document until `endTurn`, also where this process dies. */
export async function takeTurn(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  row: SubmissionRow,
): Promise<Turn> {
  const { providerId, authority, data } = row;
  const device = await tx
    .selectFrom("tax_devices")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("authority", "=", authority)
    .forUpdate()
    .executeTakeFirst();
  if (device === undefined) return { kind: "waits" };
  const nowMs = world.clock.wall().atMs;
  // Later than that is of a clock that was ahead when its process died.
  const isBusy = device.busyUntilMs > nowMs && device.busyUntilMs <= nowMs + busyMs + clockSlackMs;
  // As it is now: whoever held the device may have told it.
  const next = await nextDocument(tx, row);
  if (isBusy || next?.documentId !== row.documentId) return { kind: "waits" };
  if (device.taxPin !== data.seller.taxPin || device.branch !== data.seller.branch)
    return { kind: "refused", reason: "it was issued under another PIN or branch than the device is of" };
  const of = { taxPin: device.taxPin, branch: device.branch, environment: device.environment };
  const name = deviceName(of);
  if (next.toldBy !== null && next.toldBy !== name)
    return {
      kind: "refused",
      reason: "another device told it and got no answer: look into the tax authority's portal",
    };
  const original = data.refersTo === null ? null : await findBySequence(tx, row, data.refersTo.sequence);
  if (original !== null && (original?.state !== "accepted" || original.toldNumber === null || original.toldBy !== name))
    return { kind: "refused", reason: "what it takes back was not told by this device" };
  const number = next.toldNumber ?? device.nextNumber;
  await tx
    .updateTable("fiscal_submissions")
    .set({ toldNumber: number, toldBy: name })
    .where("documentId", "=", row.documentId)
    .execute();
  await tx
    .updateTable("tax_devices")
    .set({ busyUntilMs: nowMs + busyMs })
    .where("providerId", "=", providerId)
    .execute();
  const key = envelope.open(device.keySealed, keyContext(providerId)).toString("utf8");
  return {
    kind: "told-by",
    told: {
      device: { ...of, key, controlUnit: device.controlUnit },
      number,
      isAgain: next.toldNumber !== null,
      refersTo: original?.toldNumber ?? 0,
      items: await itemsOf(tx, providerId, data),
    },
  };
}

/** In the transaction that notes the outcome. */
export async function endTurn(tx: Tx, row: SubmissionRow, told: ToldBy, outcome: FiscalOutcome): Promise<void> {
  const { providerId, documentId, data } = row;
  const isUsed = outcome.kind === "accepted" || (outcome.kind === "refused" && outcome.isTaken === true);
  // An older document that is submitted again is told under its own number: the count never goes back by that.
  const next = outcome.expects ?? (isUsed ? atLeast(told.number + 1) : undefined);
  const { numUpdatedRows } = await tx
    .updateTable("tax_devices")
    .set({ busyUntilMs: 0, ...(next === undefined ? {} : { nextNumber: next }) })
    .where("providerId", "=", providerId)
    .where("taxPin", "=", told.device.taxPin)
    .where("branch", "=", told.device.branch)
    .where("environment", "=", told.device.environment)
    .executeTakeFirst();
  // Free again: whatever comes next is told under it. A try before, whose answer was lost, may have used it all the same.
  const isFree =
    (outcome.kind === "refused" && !isUsed) ||
    (outcome.kind === "later" && (outcome.expects !== undefined || (outcome.isUnsent === true && !told.isAgain)));
  if (isFree)
    await tx
      .updateTable("fiscal_submissions")
      .set({ toldNumber: null, toldBy: null })
      .where("documentId", "=", documentId)
      .where("toldBy", "=", deviceName(told.device))
      .execute();
  // Another one that was put in its place meanwhile has told of no items.
  if (numUpdatedRows === 0n) return;
  for (const itemCode of outcome.itemsTold ?? [])
    await tx
      .updateTable("tax_items")
      .set({ toldAs: toldAs(data, itemCode) })
      .where("providerId", "=", providerId)
      .where("itemCode", "=", itemCode)
      .execute();
}

const atLeast = (number: number) => sql<number>`greatest(next_number, ${number}::bigint)`;

/** A person found it in the authority's portal: its number is used. */
export async function noteTyped(
  tx: Tx,
  { providerId, toldNumber: number }: Pick<SubmissionRow, "providerId" | "toldNumber">,
): Promise<void> {
  if (number === null) return;
  await tx
    .updateTable("tax_devices")
    .set({ nextNumber: atLeast(number + 1) })
    .where("providerId", "=", providerId)
    .execute();
}

/** The oldest that waits. Undefined: none does. */
export const nextDocument = (tx: Tx, { providerId, authority }: Pick<SubmissionRow, "providerId" | "authority">) =>
  tx
    .selectFrom("fiscal_submissions")
    .select(["documentId", "toldNumber", "toldBy"])
    .where("providerId", "=", providerId)
    .where("authority", "=", authority)
    .where("state", "=", "waiting")
    .orderBy("sequence")
    .limit(1)
    .executeTakeFirst();

const findBySequence = (tx: Tx, { providerId, authority }: SubmissionRow, sequence: number) =>
  tx
    .selectFrom("fiscal_submissions")
    .select(["state", "toldNumber", "toldBy"])
    .where("providerId", "=", providerId)
    .where("authority", "=", authority)
    .where("sequence", "=", sequence)
    .executeTakeFirst();

/** Each has its number for good, counted up under the device's lock. */
async function itemsOf(tx: Tx, providerId: string, data: FiscalDocument): Promise<ToldBy["items"]> {
  const codes = [...new Set(data.lines.map(({ itemCode }) => itemCode))];
  for (const code of codes)
    await sql`insert into tax_items (provider_id, item_code, number)
      select ${providerId}, ${code}, coalesce(max(number), 0) + 1 from tax_items where provider_id = ${providerId}
      on conflict do nothing`.execute(tx);
  const rows = await tx
    .selectFrom("tax_items")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("itemCode", "in", codes)
    .execute();
  return new Map(
    rows.map((row) => [
      row.itemCode,
      { number: Number(row.number), isKnown: row.toldAs === toldAs(data, row.itemCode) },
    ]),
  );
}

/** A plan that is called or taxed otherwise from now on is told of again. */
function toldAs({ lines, seller }: FiscalDocument, itemCode: string): string {
  const line = lines.find((one) => one.itemCode === itemCode) as FiscalLine;
  return JSON.stringify([line.text, line.treatment, line.vatBp, seller.vatRegistered !== false]);
}
