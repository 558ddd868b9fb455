/**
 * Rows that belong to a phone number, as a person types it into a list: the whole of it, or half. By half a number, who may read customers finds what
 * belongs to a customer who has it; everybody finds by the end that the mask shows, and learns no other digit (`ground/amounts/phone-parts.ts`).
 */
import { normalisePhone } from "@karibu/protocol/phone-number";
import { type RawBuilder, sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import { readPhonePart, shownEnd } from "../../ground/amounts/phone-parts.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { partiesWithPart } from "./customers-by-part.ts";

export interface PhoneReader {
  readonly providerId: string;
  readonly actor: Pick<Actor, "may">;
}

/** A condition on a row's columns of its party and its mask. Null: no number, nor part of one. */
export async function ofPhone(
  parties: Parties,
  tx: Tx,
  { providerId, actor }: PhoneReader,
  columns: { readonly party: string; readonly masked: string },
  typed: string,
): Promise<RawBuilder<boolean> | null> {
  const country = await countryOfProvider(tx, providerId);
  const whole = normalisePhone(typed, country);
  const [party, masked] = [sql.ref(columns.party), sql.ref(columns.masked)];
  if (whole !== null) return sql<boolean>`${party} = ${parties.ofPhone(providerId, whole)}`;
  const part = readPhonePart(typed, country);
  if (part === null) return null;
  const owners = actor.may("customers.read") ? partiesWithPart(parties, providerId, part) : null;
  const end = shownEnd(part);
  const ways = [
    ...(owners === null ? [] : [sql<boolean>`${party} in ${owners}`]),
    ...(end === null ? [] : [sql<boolean>`${masked} like ${`%${end}`}`]),
  ];
  return ways.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(ways, sql` or `)})`;
}
