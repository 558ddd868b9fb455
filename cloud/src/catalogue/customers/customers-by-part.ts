/**
 * Customers by half a phone number. Who may read customers reads their whole numbers, so trying digits teaches them nothing; nobody else may be
 * answered by these (`ground/amounts/phone-parts.ts`).
 */
import { type RawBuilder, sql } from "kysely";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { PhonePart, PhonePartKeys } from "../../ground/amounts/phone-parts.ts";
import type { Tx } from "../../ground/db/database.ts";
import { beginsWith } from "../../ground/lists/search.ts";

/** Customers with that end (or beginning) of a number, by an index. */
export function withPart(tx: Tx, providerId: string, end: keyof PhonePartKeys, key: string) {
  const column = end === "tail" ? "phoneTailKey" : "phoneHeadKey";
  return tx
    .selectFrom("customers")
    .where("providerId", "=", providerId)
    .where(column, "is not", null)
    .where(beginsWith(sql.ref(column), key))
    .where("deletedAtMs", "is", null)
    .orderBy(column)
    .orderBy("customerId");
}

/** A query of whose numbers have this part, as the books name them. Null: too few digits. Only for who may read customers. */
export function partiesWithPart(parties: Parties, providerId: string, part: PhonePart): RawBuilder<Party> | null {
  const { tail, head } = parties.keysWithPart(providerId, part);
  const ends = [
    ...(tail === null ? [] : [beginsWith(sql.ref("c.phoneTailKey"), tail)]),
    ...(head === null ? [] : [beginsWith(sql.ref("c.phoneHeadKey"), head)]),
  ];
  if (ends.length === 0) return null;
  return sql<Party>`(select c.phone_hash from customers c where c.provider_id = ${providerId} and c.deleted_at_ms is null
    and c.phone_hash is not null and (${sql.join(ends, sql` or `)}))`;
}
