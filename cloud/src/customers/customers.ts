/** Customers in the database. A phone number rests sealed; its hash finds it and joins it with purchases and grants. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { ColumnType, Selectable } from "kysely";
import type { Tx } from "../db/database.ts";
import { notFound, Problem } from "../http/problem.ts";
import { maskPhone, normalisePhone, phoneHash } from "../payments/phone.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { readSite } from "../sites/sites.ts";

export interface CustomerTables {
  customers: {
    provider_id: string;
    customer_id: string;
    name: string;
    phone_sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
    phone_hash: string | null;
    phone_masked: string | null;
    email: string | null;
    site_id: string | null;
    note: string | null;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
}

export type CustomerRow = Selectable<CustomerTables["customers"]>;

export interface CustomerFields {
  readonly name: string;
  /** As typed. */
  readonly phone: string | null;
  readonly email: string | null;
  readonly siteId: string | null;
  readonly note: string | null;
  readonly active: boolean;
}

export interface CustomerParts {
  readonly world: World;
  readonly envelope: Envelope;
}

/** Throws Problems that name the field. */
export async function insertCustomer(
  parts: CustomerParts,
  tx: Tx,
  providerId: string,
  fields: CustomerFields,
): Promise<CustomerRow> {
  const customerId = newId(parts.world);
  const nowMs = parts.world.clock.wall().atMs;
  const columns = await columnsOf(parts, tx, { providerId, customerId }, fields);
  await refuseTaken(tx, columns.phone_hash, customerId);
  return tx
    .insertInto("customers")
    .values({
      ...{ provider_id: providerId, customer_id: customerId, ...columns },
      ...{ created_at_ms: nowMs, updated_at_ms: nowMs, deleted_at_ms: null },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What is left out stays. */
export async function updateCustomer(
  parts: CustomerParts,
  tx: Tx,
  customerId: string,
  change: { readonly [Field in keyof CustomerFields]?: CustomerFields[Field] | undefined },
): Promise<CustomerRow> {
  const old = await readCustomer(tx, customerId);
  const { provider_id: providerId } = old;
  const now: CustomerFields = {
    ...{ name: old.name, phone: phoneOf(parts.envelope, old), email: old.email, siteId: old.site_id },
    ...{ note: old.note, active: old.active },
  };
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const columns = await columnsOf(parts, tx, { providerId, customerId }, { ...now, ...given });
  if (columns.phone_hash !== old.phone_hash) await refuseTaken(tx, columns.phone_hash, customerId);
  return tx
    .updateTable("customers")
    .set({ ...columns, updated_at_ms: parts.world.clock.wall().atMs })
    .where("customer_id", "=", customerId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Softly: the row stays for the books, without what names the person. */
export async function deleteCustomer(parts: CustomerParts, tx: Tx, customerId: string): Promise<void> {
  await readCustomer(tx, customerId);
  const nowMs = parts.world.clock.wall().atMs;
  await tx
    .updateTable("customers")
    .set({ active: false, deleted_at_ms: nowMs, updated_at_ms: nowMs })
    .where("customer_id", "=", customerId)
    .execute();
}

export async function readCustomer(tx: Tx, customerId: string): Promise<CustomerRow> {
  const row = await tx
    .selectFrom("customers")
    .selectAll()
    .where("customer_id", "=", customerId)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound("customer");
  return row;
}

/** 12 digits, or null. */
export function phoneOf(envelope: Envelope, row: CustomerRow): string | null {
  return row.phone_sealed === null ? null : envelope.open(row.phone_sealed, contextOf(row)).toString();
}

async function columnsOf(
  parts: CustomerParts,
  tx: Tx,
  ids: { readonly providerId: string; readonly customerId: string },
  fields: CustomerFields,
) {
  if (fields.siteId !== null) await readSite(tx, fields.siteId, "siteId");
  const { name, email, note, active } = fields;
  const digits = fields.phone === null ? null : normalisePhone(fields.phone);
  if (fields.phone !== null && digits === null)
    throw new Problem(400, "bad-phone", "phone: this is no mobile number.", { field: "phone" });
  const context = contextOf({ provider_id: ids.providerId, customer_id: ids.customerId });
  return {
    ...{ name, email, note, active, site_id: fields.siteId },
    phone_sealed: digits === null ? null : parts.envelope.seal(Buffer.from(digits), context),
    phone_hash: digits === null ? null : phoneHash(digits),
    phone_masked: digits === null ? null : maskPhone(digits),
  };
}

async function refuseTaken(tx: Tx, hash: string | null, mine: string): Promise<void> {
  if (hash === null) return;
  const other = await tx
    .selectFrom("customers")
    .select("customer_id")
    .where("phone_hash", "=", hash)
    .where("customer_id", "!=", mine)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  if (other !== undefined)
    throw new Problem(409, "phone-taken", "phone: There is a customer with this number already.", { field: "phone" });
}

function contextOf(row: { provider_id: string; customer_id: string }): string {
  return `customer/${row.provider_id}/${row.customer_id}`;
}
