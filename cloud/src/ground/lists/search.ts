/**
 * The search over everything (`GET /api/v1/search`): each room that has something to find contributes a finder, and the reports
 * join them. A finder reads a few rows by an index, by equality or by a beginning; never by a part in the middle, which would read
 * all rows of a large provider.
 */

import type { Country } from "@karibu/protocol/phone-number";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { Party } from "../amounts/parties.ts";
import type { PhonePart } from "../amounts/phone-parts.ts";
import type { Tx } from "../db/database.ts";
import type { Actor } from "../http/actor.ts";
import type { Permission } from "../http/permissions.ts";

/** What was typed, read in each way that it may be meant. Null: it can't be meant so. */
export interface SearchTerm {
  readonly providerId: string;
  /** As typed, without spaces around it. */
  readonly text: string;
  /** `AA:BB:CC:DD:EE:FF`, however it was typed. */
  readonly mac: string | null;
  /** Part of one: its signs in capitals, with `:` between bytes where they were typed apart. */
  readonly macPart: string | null;
  /** An IPv4 address. */
  readonly address: string | null;
  /** Of who has this phone number, as the provider's books name them. */
  readonly party: Party | null;
  /** Half a phone number, of the provider's country. Null also where a whole one was typed. */
  readonly phonePart: PhonePart | null;
  readonly country: Country;
}

/** Most hits of one kind. */
export const hitsMax = 5;

export const hitView = z.object({
  kind: z.enum([
    "voucher",
    "payment",
    "cash-sale",
    "receipt",
    "customer",
    "session",
    "site",
    "plan",
    "invoice",
    "seller",
    "ticket",
    /** Whoever has the whole phone number that was typed, known or not. */
    "person",
  ]),
  /** Of the thing itself, as its own routes take it. A session's is `<siteId>/<sessionKey>`. */
  id: z.string(),
  /** What people call it: a code, a name, a receipt, a number. */
  title: z.string(),
  /** What was typed is the whole of what it was found by, and not its beginning only. */
  isExact: z.boolean(),
  /** The facts under the title. Null: a thing of this kind has none, or it is not known. */
  state: z.string().nullable(),
  amountCents: z.int().nullable(),
  currency: z.string().nullable(),
  planName: z.string().nullable(),
  phone: z.string().nullable(),
  siteId: z.string().nullable(),
  /** The payment that a receipt belongs to. */
  paymentId: z.string().nullable(),
  /** Whose credit a receipt became, where it belongs to no payment. Null also for who may not read customers. */
  customerId: z.string().nullable(),
  /** When it was made, paid, or began. */
  atMs: z.int().nullable(),
});
export type Hit = z.output<typeof hitView>;

export interface Finder {
  /** Who lacks it, is not told that there is something. */
  readonly permission: Permission;
  /** The module that it is of; left out: the hub's own. One of a module that fails takes nobody's search away. */
  readonly module?: string;
  /** At most `hitsMax`, best first. `reader`: whose eyes the hits are for. */
  find(tx: Tx, term: SearchTerm, reader: Actor): Promise<readonly Hit[]>;
}

/** A hit with the facts that its kind has. */
export function hit(found: Pick<Hit, "kind" | "id" | "title" | "isExact"> & Partial<Hit>): Hit {
  const none = { state: null, amountCents: null, currency: null, planName: null, phone: null, siteId: null };
  return { ...none, paymentId: null, customerId: null, atMs: null, ...found };
}

/** A text column that begins so. Its collation is "C": then an index serves it, also under row-level security. */
export function beginsWith(column: RawBuilder<unknown>, beginning: string): RawBuilder<boolean> {
  return sql<boolean>`(${column} >= ${beginning}::text and ${column} < ${`${beginning}\u{10ffff}`}::text)`;
}
