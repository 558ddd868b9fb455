/**
 * What a room says of its tables that hold something of a person: which rows are theirs, what an erasure does with them and why, and how long they are
 * kept. Each room has it beside its `schema.sql`, in `personal-data.ts`. `operations/personal-data` lists the rooms and writes the database's function
 * that erases from them (`npm run schema-types`); `operations/maintenance` forgets what is old. Columns that hold a person's mark (`markColumns`) need no word here: an erasure changes the mark in all tables.
 *
 * SQL in these texts may name what is known of the person with a `$`: `$provider`, `$party` (the number that is erased; null: none), `$now`, and the
 * lists of `personThings`.
 */
import type { Schema } from "../db/schema.ts";
import type { RetentionRule } from "./maintenance-job.ts";

/** What is found of a person, in this order: a query may use the lists before its own. */
export const personThings = [
  "customers",
  "mails",
  "accounts",
  "usernames",
  "tickets",
  "installations",
  /** What movements of stock for their installations are noted with. */
  "jobNotes",
  "subscriptions",
  "grants",
  /** MAC addresses. */
  "devices",
  "receipts",
  "purchases",
  "messages",
  /** Invoices, refunds, claims. */
  "papers",
  /** Where sites told of cash that they paid: `<site>/<epoch>/<seq>`. */
  "saleRecords",
] as const;
export type PersonThing = (typeof personThings)[number];

/** The columns by which the books know a person. Their mark becomes the pseudonym; the row stays as it is otherwise. */
export const markColumns = ["party", "to_party", "phone_hash", "payer_hash", "to_hash"] as const;

interface PersonTable<Table extends keyof Schema> {
  /** Which rows are theirs. Those of other providers are never touched. */
  readonly theirs: string;
  /** `delete`: the row goes. `keep`: it stays as it is, apart from its mark. Else it is needed, and these columns get these values. */
  readonly erased: "delete" | "keep" | { readonly [Column in keyof Schema[Table]]?: string };
  /** Why the row stays, or goes. */
  readonly because: string;
  /** When rows go by age, erased or not. Left out: never. */
  readonly forgotten?: readonly Omit<RetentionRule, "table">[];
  /** Only rows that have something left to blank: twice is as once, also in what is counted. */
  readonly only?: string;
  /** Of tables that have no `provider_id`: which rows are the provider's. */
  readonly provider?: string;
}

export interface PersonalData {
  /** Queries of one column of text. Several rooms may find the same thing. */
  readonly finds?: { readonly [Thing in PersonThing]?: string };
  readonly tables: { readonly [Table in keyof Schema]?: PersonTable<Table> };
}

/** What goes by age, as maintenance takes it. */
export const retentionOf = ({ tables }: PersonalData): RetentionRule[] =>
  Object.entries(tables).flatMap(([table, { forgotten = [] }]) => forgotten.map((rule) => ({ ...rule, table })));
