/** Customers in the database. A phone number is stored sealed; its party finds it and links it to purchases and grants. */

import { newId } from "@karibu/protocol/identifiers";
import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";

export type CustomerRow = Selectable<Schema["customers"]>;

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
  readonly parties: Parties;
}

/** Throws Problems that name the field. */
export async function insertCustomer(
  parts: CustomerParts,
  tx: Tx,
  providerId: string,
  fields: CustomerFields,
): Promise<CustomerRow> {
  const ids = { providerId, customerId: newId(parts.world) };
  const nowMs = parts.world.clock.wall().atMs;
  const { name, phone, email, siteId, note, active } = fields;
  if (siteId !== null) await readSite(tx, siteId, "siteId");
  return tx
    .insertInto("customers")
    .values({
      ...ids,
      name,
      email,
      siteId,
      note,
      active,
      ...phoneColumns(parts, ids, phone, await countryOfProvider(tx, ids.providerId)),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      deletedAtMs: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(phoneTaken));
}

/** Fields that are left out stay, even if somebody else changes them now. */
export async function updateCustomer(
  parts: CustomerParts,
  tx: Tx,
  customerId: string,
  change: { readonly [Field in keyof CustomerFields]?: CustomerFields[Field] | undefined },
): Promise<CustomerRow> {
  const ids = await readCustomer(tx, customerId);
  const { name, phone, email, siteId, note, active } = change;
  if (siteId != null) await readSite(tx, siteId, "siteId");
  const row = await tx
    .updateTable("customers")
    .set({
      name,
      email,
      siteId,
      note,
      active,
      ...(phone === undefined ? {} : phoneColumns(parts, ids, phone, await countryOfProvider(tx, ids.providerId))),
      updatedAtMs: parts.world.clock.wall().atMs,
    })
    .where("customerId", "=", customerId)
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(onCollision(phoneTaken));
  if (row.phoneHash !== ids.phoneHash) await keepNumber(parts, tx, ids, row);
  return row;
}

/** What was bought with a number that somebody gave up is still theirs: whoever asks for their data is asked about it, too. */
async function keepNumber({ world }: CustomerParts, tx: Tx, before: CustomerRow, now: CustomerRow): Promise<void> {
  const { providerId, customerId, phoneSealed, phoneHash, phoneMasked } = before;
  await tx
    .deleteFrom("customer_numbers")
    .where("customerId", "=", customerId)
    .where(
      "phoneHash",
      "in",
      [phoneHash, now.phoneHash].filter((party) => party !== null),
    )
    .execute();
  if (phoneSealed === null || phoneHash === null) return;
  await tx
    .insertInto("customer_numbers")
    .values({
      providerId,
      customerId,
      numberId: newId(world),
      phoneSealed,
      phoneHash,
      phoneMasked: phoneMasked ?? "",
      untilMs: now.updatedAtMs,
    })
    .execute();
}

/** A soft delete: the row stays, but no search finds it, and another customer may use the number. */
export async function deleteCustomer(parts: CustomerParts, tx: Tx, customerId: string): Promise<CustomerRow> {
  await readCustomer(tx, customerId);
  const nowMs = parts.world.clock.wall().atMs;
  return tx
    .updateTable("customers")
    .set({ active: false, deletedAtMs: nowMs, updatedAtMs: nowMs })
    .where("customerId", "=", customerId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @param isLocked until the transaction ends: what follows of a change is judged by the row as it was just before */
export async function readCustomer(tx: Tx, customerId: string, isLocked = false): Promise<CustomerRow> {
  let rows = tx
    .selectFrom("customers")
    .selectAll()
    .where("customerId", "=", customerId)
    .where("deletedAtMs", "is", null);
  if (isLocked) rows = rows.forNoKeyUpdate();
  const row = await rows.executeTakeFirst();
  if (row === undefined) throw notFound("customer");
  return row;
}

/** Null: there is none, or none any more. */
export async function findCustomer(
  tx: Tx,
  { providerId, customerId }: Pick<CustomerRow, "providerId" | "customerId">,
): Promise<CustomerRow | null> {
  const row = await tx
    .selectFrom("customers")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("customerId", "=", customerId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** Customers with these numbers who were not deleted: one number may stand with two of them. */
export async function customersOf(
  tx: Tx,
  providerId: string,
  parties: readonly Party[],
): Promise<readonly CustomerRow[]> {
  if (parties.length === 0) return [];
  return tx
    .selectFrom("customers")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("phoneHash", "in", parties)
    .where("deletedAtMs", "is", null)
    .execute();
}

/** The customer with a row's number, as `customer_id`, `name` and `phone_masked`. Stands after `lateral`, with a name. @param table has `provider_id` and `party` */
export const customerOfParty = (table: string): RawBuilder<unknown> => sql`(
  select customer_id, name, phone_masked from customers
  where provider_id = ${sql.ref(`${table}.providerId`)} and phone_hash = ${sql.ref(`${table}.party`)} and deleted_at_ms is null limit 1)`;

/** Of these, those without a number and an address for which the condition on `customers` holds. */
export async function customersWithoutContact(
  tx: Tx,
  customerIds: readonly string[],
  condition: RawBuilder<boolean>,
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("customers")
    .select("customerId")
    .where("customerId", "in", ["", ...customerIds])
    .where("deletedAtMs", "is", null)
    .where("phoneHash", "is", null)
    .where("email", "is", null)
    .where(condition)
    .execute();
  return rows.map(({ customerId }) => customerId);
}

/** Is a customer switched off, or deleted? Who is being switched at this moment is waited for. Undefined: there was none. */
export const readLockedState = (tx: Tx, customerId: string) =>
  tx
    .selectFrom("customers")
    .select(["active", "deletedAtMs"])
    .where("customerId", "=", customerId)
    .forShare()
    .executeTakeFirst();

/** Who they are, also those that were deleted; found by provider and id. Stands after `join`, with a name. */
export const keptCustomers: RawBuilder<Pick<CustomerRow, "providerId" | "customerId" | "name" | "phoneMasked">> =
  sql`(select provider_id, customer_id, name, phone_masked from customers)`;

/** How many the provider has, as a column. */
export const customersThere = (providerId: string): RawBuilder<number> =>
  sql`(select count(*) from customers where provider_id = ${providerId} and deleted_at_ms is null)`;

/**
 * Is this the number of a customer who is switched off? Null: of nobody who is known.
 * @param isLocked until the transaction ends nobody switches them
 */
export async function isSuspended(tx: Tx, party: Party | null, isLocked = false): Promise<boolean> {
  if (party === null) return false;
  let rows = tx
    .selectFrom("customers")
    .select("active")
    .where("phoneHash", "=", party)
    .where("deletedAtMs", "is", null);
  if (isLocked) rows = rows.forShare();
  return (await rows.executeTakeFirst())?.active === false;
}

/** The same for many, as a query: the customers with these numbers. Nobody switches them until the transaction ends. @param rows have `provider_id` and `phone_hash` */
export const customersLockedFor = (rows: string): RawBuilder<unknown> => sql`
  select customers.provider_id, customers.phone_hash, customers.active from customers
  join ${sql.ref(rows)} on customers.provider_id = ${sql.ref(`${rows}.provider_id`)} and customers.phone_hash = ${sql.ref(`${rows}.phone_hash`)}
  where customers.deleted_at_ms is null for share of customers`;

/** An MSISDN, or null. */
export function phoneOf(
  envelope: Envelope,
  row: Pick<CustomerRow, "providerId" | "customerId" | "phoneSealed">,
): string | null {
  return row.phoneSealed === null ? null : envelope.open(row.phoneSealed, contextOf(row)).toString();
}

function phoneColumns(
  { envelope, parties }: CustomerParts,
  ids: { readonly providerId: string; readonly customerId: string },
  phone: string | null,
  country: Country,
) {
  const none = { phoneSealed: null, phoneHash: null, phoneMasked: null, phoneTailKey: null, phoneHeadKey: null };
  if (phone === null) return none;
  const digits = normalisePhone(phone, country);
  if (digits === null) throw refusal("bad-phone", { field: "phone" });
  const { tail, head } = parties.partKeys(ids.providerId, digits);
  return {
    phoneTailKey: tail,
    phoneHeadKey: head,
    phoneSealed: envelope.seal(Buffer.from(digits), contextOf(ids)),
    phoneHash: parties.ofPhone(ids.providerId, digits),
    phoneMasked: maskPhone(digits),
  };
}

function phoneTaken(): Problem {
  return refusal("phone-taken", { field: "phone" });
}

function contextOf(row: { providerId: string; customerId: string }): string {
  return `customer/${row.providerId}/${row.customerId}`;
}
