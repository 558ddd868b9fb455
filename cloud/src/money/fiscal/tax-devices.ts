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

const keyContext = (providerId: string): string => `tax-device/${providerId}`;

/** Undefined: the provider has none. */
export const findDevice = (tx: Tx, providerId: string): Promise<TaxDeviceRow | undefined> =>
  tx.selectFrom("tax_devices").selectAll().where("provider_id", "=", providerId).executeTakeFirst();

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
    tax_pin: device.taxPin,
    branch: device.branch,
    environment: device.environment,
    serial: device.serial,
    key_sealed: envelope.seal(Buffer.from(device.key), keyContext(providerId)),
    control_unit: device.controlUnit,
    next_number: device.nextNumber,
    busy_until_ms: 0,
    opened_at_ms: world.clock.wall().atMs,
  };
  const before = await findDevice(tx, providerId);
  if (before?.tax_pin !== device.taxPin || before.environment !== device.environment)
    await tx.updateTable("tax_items").set({ told_as: null }).where("provider_id", "=", providerId).execute();
  const triedOut = tx
    .updateTable("fiscal_submissions")
    .where("provider_id", "=", providerId)
    .where("authority", "=", device.authority)
    .where("told_by", "like", "%/sandbox")
    .where("told_by", "!=", deviceName(device));
  await triedOut
    .where("state", "=", "accepted")
    .set({
      state: "waiting",
      changed_at_ms: world.clock.wall().atMs,
      answered_at_ms: null,
      reason: null,
      control_unit: null,
      fiscal_number: null,
      signature: null,
      qr_text: null,
      typed_by: null,
    })
    .execute();
  await triedOut.set({ told_number: null, told_by: null }).execute();
  await tx
    .insertInto("tax_devices")
    .values({ provider_id: providerId, ...columns })
    .onConflict((on) => on.column("provider_id").doUpdateSet(columns))
    .execute();
}

/** @returns whether there is a device */
export async function setNextNumber(tx: Tx, providerId: string, nextNumber: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("tax_devices")
    .set({ next_number: nextNumber })
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Its documents wait from now on, and people type the replies. */
export async function removeDevice(tx: Tx, providerId: string): Promise<void> {
  await tx.deleteFrom("tax_devices").where("provider_id", "=", providerId).execute();
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
  const { provider_id: providerId, authority, data } = row;
  const nowMs = world.clock.wall().atMs;
  const device = await tx
    .selectFrom("tax_devices")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("authority", "=", authority)
    .forUpdate()
    .executeTakeFirst();
  // Later than that is of a clock that was ahead when its process died.
  const isBusy = device !== undefined && device.busy_until_ms > nowMs && device.busy_until_ms <= nowMs + busyMs;
  if (device === undefined || isBusy) return { kind: "waits" };
  if ((await nextDocument(tx, row))?.document_id !== row.document_id) return { kind: "waits" };
  if (device.tax_pin !== data.seller.taxPin || device.branch !== data.seller.branch)
    return { kind: "refused", reason: "it was issued under another PIN or branch than the device is of" };
  const of = { taxPin: device.tax_pin, branch: device.branch, environment: device.environment };
  const name = deviceName(of);
  if (row.told_by !== null && row.told_by !== name)
    return {
      kind: "refused",
      reason: "another device told it and got no answer: look into the tax authority's portal",
    };
  const original = data.refersTo === null ? null : await findBySequence(tx, row, data.refersTo.sequence);
  if (
    original !== null &&
    (original?.state !== "accepted" || original.told_number === null || original.told_by !== name)
  )
    return { kind: "refused", reason: "what it takes back was not told by this device" };
  const number = row.told_number ?? device.next_number;
  await tx
    .updateTable("fiscal_submissions")
    .set({ told_number: number, told_by: name })
    .where("document_id", "=", row.document_id)
    .execute();
  await tx
    .updateTable("tax_devices")
    .set({ busy_until_ms: nowMs + busyMs })
    .where("provider_id", "=", providerId)
    .execute();
  const key = envelope.open(device.key_sealed, keyContext(providerId)).toString("utf8");
  return {
    kind: "told-by",
    told: {
      device: { ...of, key, controlUnit: device.control_unit },
      number,
      isAgain: row.told_number !== null,
      refersTo: original?.told_number ?? 0,
      items: await itemsOf(tx, providerId, data),
    },
  };
}

/** In the transaction that notes the outcome. */
export async function endTurn(tx: Tx, row: SubmissionRow, told: ToldBy, outcome: FiscalOutcome): Promise<void> {
  const { provider_id: providerId, document_id: documentId, data } = row;
  const isUsed = outcome.kind === "accepted" || (outcome.kind === "refused" && outcome.isTaken === true);
  // An older document that is submitted again is told under its own number: the count never goes back by that.
  const next = outcome.expects ?? (isUsed ? atLeast(told.number + 1) : undefined);
  const { numUpdatedRows } = await tx
    .updateTable("tax_devices")
    .set({ busy_until_ms: 0, ...(next === undefined ? {} : { next_number: next }) })
    .where("provider_id", "=", providerId)
    .where("tax_pin", "=", told.device.taxPin)
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
      .set({ told_number: null, told_by: null })
      .where("document_id", "=", documentId)
      .where("told_by", "=", deviceName(told.device))
      .execute();
  // Another one that was put in its place meanwhile has told of no items.
  if (numUpdatedRows === 0n) return;
  for (const itemCode of outcome.itemsTold ?? [])
    await tx
      .updateTable("tax_items")
      .set({ told_as: toldAs(data, itemCode) })
      .where("provider_id", "=", providerId)
      .where("item_code", "=", itemCode)
      .execute();
}

const atLeast = (number: number) => sql<number>`greatest(next_number, ${number}::bigint)`;

/** A person found it in the authority's portal: its number is used. */
export async function noteTyped(
  tx: Tx,
  { provider_id: providerId, told_number: number }: Pick<SubmissionRow, "provider_id" | "told_number">,
): Promise<void> {
  if (number === null) return;
  await tx
    .updateTable("tax_devices")
    .set({ next_number: atLeast(number + 1) })
    .where("provider_id", "=", providerId)
    .execute();
}

/** The oldest that waits. Undefined: none does. */
export const nextDocument = (
  tx: Tx,
  { provider_id: providerId, authority }: Pick<SubmissionRow, "provider_id" | "authority">,
) =>
  tx
    .selectFrom("fiscal_submissions")
    .select("document_id")
    .where("provider_id", "=", providerId)
    .where("authority", "=", authority)
    .where("state", "=", "waiting")
    .orderBy("sequence")
    .limit(1)
    .executeTakeFirst();

const findBySequence = (tx: Tx, { provider_id: providerId, authority }: SubmissionRow, sequence: number) =>
  tx
    .selectFrom("fiscal_submissions")
    .select(["state", "told_number", "told_by"])
    .where("provider_id", "=", providerId)
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
    .where("provider_id", "=", providerId)
    .where("item_code", "in", codes)
    .execute();
  return new Map(
    rows.map((row) => [
      row.item_code,
      { number: Number(row.number), isKnown: row.told_as === toldAs(data, row.item_code) },
    ]),
  );
}

/** A plan that is called or taxed otherwise from now on is told of again. */
function toldAs({ lines, seller }: FiscalDocument, itemCode: string): string {
  const line = lines.find((one) => one.itemCode === itemCode) as FiscalLine;
  return JSON.stringify([line.text, line.treatment, line.vatBp, seller.vatRegistered !== false]);
}
