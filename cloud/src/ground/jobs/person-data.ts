/**
 * What a room says of its tables that hold something of a person: which rows are theirs, what an erasure does with them and why, and how long they are
 * kept. Each room has it beside its `schema.sql`, in `personal-data.ts`. `operations/personal-data` lists the rooms and writes the database's function
 * that erases from them (`npm run schema-types`); `operations/maintenance` forgets what is old; `back-office/personal-data` takes it along for a person
 * who asks. An erasure changes a person's mark (`markColumns`) in all tables by itself: where nothing else is to be done, a table stands under `named`.
 *
 * SQL in these texts may name what is known of the person with a `$`: `$provider`, `$party` (the number that is erased; null: none), `$lead` (who only
 * asked for something and is no customer, by its id; null: a customer), `$now`, and the lists of `personThings`. `$named` are their things that the audit may name, together.
 */
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { ColumnInSql, Schema } from "../db/schema.ts";
import type { RetentionRule } from "./maintenance-job.ts";

/** What is found of a person, in this order: a query may use the lists before its own. */
export const personThings = [
  "customers",
  "mails",
  "accounts",
  "usernames",
  "tickets",
  "installations",
  /** With what the note of a movement of stock for their installations begins; behind it stands what they were called then. */
  "jobNotes",
  "subscriptions",
  "grants",
  /** Of grants that were theirs for a time: `<grant>/<from ms>/<until ms>`, without the last where it still is. Outside of it, it was somebody else's. */
  "grantSpans",
  /** MAC addresses. */
  "devices",
  /** Addresses that those had at a site for a time: `<site>/<address>/<from ms>/<until ms>`, without the last where they still do. */
  "addressSpans",
  "receipts",
  "purchases",
  "messages",
  /** Invoices, refunds, claims. */
  "papers",
  /** That were issued with a number. */
  "documents",
  /** Where sites told of cash that they paid: `<site>/<epoch>/<seq>`. */
  "saleRecords",
] as const;
export type PersonThing = (typeof personThings)[number];

const ofSpans = (where: string) => `select from unnest($grantSpans) span where ${where}`;
const grantOfSpan = "split_part(span, '/', 1)";

/** SQL: was this done with a grant of theirs, while it was theirs? @param atMs when it was done */
export const isOfTheirGrant = (grantId: string, atMs: string): string =>
  `${grantId} = any ($grants || array(select ${grantOfSpan} from unnest($grantSpans) span))
    and (not exists (${ofSpans(`${grantOfSpan} = ${grantId}`)})
      or exists (${ofSpans(`${grantOfSpan} = ${grantId} and ${atMs} >= split_part(span, '/', 2)::bigint
        and (split_part(span, '/', 3) = '' or ${atMs} < split_part(span, '/', 3)::bigint)`)}))`;

/** No clock is so far ahead of what it tells of when that is heard. */
const aheadMs = 86_400_000;

/** SQL: when something was, by the site's clock; where that can't be, its clock was not set, and it was about when the hub heard of it. */
export const plausibleTime = (siteMs: string, heardMs: string): string =>
  `(case when ${siteMs} between ${earliestPlausibleMs} and ${heardMs} + ${aheadMs} then ${siteMs} else ${heardMs} end)`;

/** SQL: does this name a device of theirs, by its MAC, or by the address that it had there at that time? */
export const isTheirDevice = (name: string, at: { readonly siteId: string; readonly atMs: string }): string =>
  `(${name} is not null and (${name} = any ($devices) or exists (select from unnest($addressSpans) span where split_part(span, '/', 1) = ${at.siteId}
    and split_part(span, '/', 2) = ${name} and ${at.atMs} >= split_part(span, '/', 3)::bigint
    and (split_part(span, '/', 4) = '' or ${at.atMs} < split_part(span, '/', 4)::bigint))))`;

/** The columns by which the books know a person. Their mark becomes the pseudonym; the row stays as it is otherwise. */
export const markColumns = ["party", "to_party", "phone_hash", "payer_hash", "to_hash"] as const;

/** What the audit may name as the target of an action. */
export const auditTargets: readonly PersonThing[] = [
  "customers",
  "accounts",
  "tickets",
  "installations",
  "subscriptions",
  "purchases",
  "messages",
  "papers",
];

/** Which rows a person takes along. Columns that are secret by their name never leave (`export-person.ts`). */
interface TakenRows<Table extends keyof Schema> {
  /** Instead of `$party` it may name `$parties`: all numbers that are theirs. */
  readonly rows: string;
  /** Columns that stay here, and why. */
  readonly without?: { readonly [Field in keyof Schema[Table] as ColumnInSql<Field>]?: string };
}
/** Why a person takes nothing of it along. */
interface NotTaken {
  readonly not: string;
}

/** What stands in the way of an erasure: codes of refusals, in the order in which they are told. */
export const erasureHurdles = [
  "person-subscribed",
  "person-has-deposit",
  "person-owes",
  "person-money-under-way",
] as const;
export type ErasureHurdle = (typeof erasureHurdles)[number];

interface SpokenOf<Table extends keyof Schema> {
  /** Columns that look as if they named a person and that no erasure changes, and why not. */
  readonly stays?: { readonly [Field in keyof Schema[Table] as ColumnInSql<Field>]?: string };
}

interface NamedTable<Table extends keyof Schema> extends SpokenOf<Table> {
  readonly exported: TakenRows<Table> | NotTaken;
}

interface PersonTable<Table extends keyof Schema> extends SpokenOf<Table> {
  /** Which rows are theirs. Those of other providers are never touched. */
  readonly theirs: string;
  /** What a person who asks for their data gets: the same rows, others, or nothing. */
  readonly exported: "theirs" | TakenRows<Table> | NotTaken;
  /** `delete`: the row goes. `keep`: it stays as it is, apart from its mark. Else it is needed, and these columns get these values. */
  readonly erased: "delete" | "keep" | { readonly [Field in keyof Schema[Table] as ColumnInSql<Field>]?: string };
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
  /** Of modules: columns that look as if they named a customer, and what they name instead. The hub's stand in `holds-no-person.ts`. */
  readonly namesNobody?: {
    readonly [Table in keyof Schema]?: { readonly [Field in keyof Schema[Table] as ColumnInSql<Field>]?: string };
  };
  /** Queries, of what stands in the way. They may name `$customers` and `$parties`, all numbers that are theirs. */
  readonly hurdles?: { readonly [Hurdle in ErasureHurdle]?: string };
  /** Query of when something was bought with, or paid from, the number of a row `number` of `customer_numbers`: one column, `at_ms`. */
  readonly boughtWithNumber?: string;
  /** SQL about a row `number` of `customer_numbers`: was something asked for with it since, by who is none of `$customers`? Then it is theirs no more. */
  readonly usesNumbers?: string;
  /** That name a person by a mark or an id alone, which says nothing once they are erased. */
  readonly named?: { readonly [Table in keyof Schema]?: NamedTable<Table> };
}

/** What goes by age, as maintenance takes it. */
export const retentionOf = ({ tables }: PersonalData): RetentionRule[] =>
  Object.entries(tables).flatMap(([table, { forgotten = [] }]) => forgotten.map((rule) => ({ ...rule, table })));
