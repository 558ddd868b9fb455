/**
 * Everything that the hub holds about one person. The catalog says which tables name a customer or a phone; a few more hang below those. Secrets
 * (passwords, tokens, their hashes) and codes, which are cash or log in, never leave, also not within the text of a message. At most `rowsMax` rows
 * of a table: `cut` names those with more. Reads slices by primary key: memory stays small, also where a customer sent many pictures.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { phoneOf } from "../../catalogue/customers/customers.ts";
import { readCatalog, type Table } from "../../ground/db/catalog.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { contextOf as messageContext } from "../../messaging/message-rows.ts";
import { hashOlderLeads, type InstallationParts } from "../installations/installations.ts";
import { partiesOfPerson, readPerson } from "./erase-person.ts";

const rowsMax = 10_000;
const sliceRows = 1000;
/** Of tables with files: one is up to a quarter of a megabyte, and twice that as text. */
const fileRows = 20;
const partyColumns = ["party", "to_party", "phone_hash", "payer_hash", "to_hash"];
const secretName = /_sealed$|_hash$|_hashes$|token|secret|password|^pin$|^party$|^to_party$|^code$|_key$|^reference$/;
/** The hub's own machinery: no data of a person that is not elsewhere. */
const machinery = new Set([
  "customer_codes",
  "trial_codes",
  "opt_out_links",
  "person_erasures",
  "app_budgets",
  "event_counters",
]);

/** Tables without a customer of their own. `$ids` and `$party` as in the functions below. */
const below: readonly (readonly [table: string, where: (of: Person) => RawBuilder<unknown>])[] = [
  ["subscription_log", (of) => sql`subscription_id in ${subscriptionsOf(of)}`],
  ["subscription_items", (of) => sql`subscription_id in ${subscriptionsOf(of)}`],
  ["subscriptions", (of) => sql`subscription_id in ${subscriptionsOf(of)}`],
  [
    "ticket_entries",
    (of) => sql`ticket_id in (select ticket_id from tickets where customer_id = any (${of.ids}::text[]))`,
  ],
  [
    "ticket_pictures",
    (of) => sql`ticket_id in (select ticket_id from tickets where customer_id = any (${of.ids}::text[]))`,
  ],
  ["installation_pictures", (of) => sql`installation_id in ${installationsOf(of)}`],
  ["account_sites", (of) => sql`account_id in ${accountsOf(of)}`],
  [
    "sessions",
    (of) =>
      sql`grant_id in (select grant_id from grants where phone_hash = any (${of.parties}::text[])) or split_part(grant_id, '.', 2) in ${accountsOf(of)}`,
  ],
  [
    "grant_starts",
    (of) => sql`grant_id in (select grant_id from grants where phone_hash = any (${of.parties}::text[]))`,
  ],
  [
    "ledger_entries",
    (of) => sql`entry_id in (select entry_id from ledger_postings where party = any (${of.parties}::text[]))`,
  ],
  ["mail_outbox", (of) => sql`lower(to_address) = any (${of.mails}::text[])`],
  [
    "audit",
    (
      of,
    ) => sql`target = any (${of.ids}::text[]) or target in ${accountsOf(of)} or target in ${subscriptionsOf(of)} or target in ${installationsOf(of)}
      or target in (select purchase_id from purchases where phone_hash = any (${of.parties}::text[])) or via = any (${of.ids.map((id) => `customer ${id}`)}::text[])`,
  ],
];
const subscriptionsOf = ({
  ids,
  parties,
}: Person) => sql`(select subscription_id from subscriptions where customer_id = any (${ids}::text[])
  union select subscription_id from subscription_packages where party = any (${parties}::text[]))`;
/** Also who asked for a line and became no customer by that. */
const installationsOf = ({ ids, parties, installationId }: Person) => sql`(select installation_id from installations
  where customer_id = any (${ids}::text[]) or (customer_id is null and (phone_hash = any (${parties}::text[]) or installation_id = ${installationId})))`;
const accountsOf = ({ ids }: Person) => sql`(select account_id from accounts where customer_id = any (${ids}::text[]))`;

/** Instead of what names the person by the columns' names: another customer may have had the number, or be the one whose house it was about. */
const narrower: Readonly<Record<string, (of: Person) => RawBuilder<unknown>>> = {
  customer_numbers: ({ ids }) => sql`customer_id = any (${ids}::text[])`,
  installations: (of) => sql`installation_id in ${installationsOf(of)}`,
};

export interface Person {
  readonly providerId: string;
  /** The head of the file: whose it is, and the number, for a customer `customerId`, else `installationId`. */
  readonly head: Readonly<Record<string, string | null>>;
  /** Who only asked for a line: that job. Null: a customer. */
  readonly installationId: string | null;
  readonly ids: readonly string[];
  readonly mails: readonly string[];
  /** The numbers that are theirs. */
  readonly parties: readonly string[];
}

/** @param wanted ids of numbers they had before; null: those that are theirs (`numbers.ts`). Throws Problems 404 */
export async function findPerson(
  parts: Pick<InstallationParts, "envelope" | "parties">,
  tx: Tx,
  customerId: string,
  wanted: readonly string[] | null,
): Promise<Person> {
  const row = await readPerson(tx, customerId);
  await hashOlderLeads(parts, tx, row.provider_id);
  const mails = row.email === null ? [] : [row.email.toLowerCase()];
  const { ids, parties } = await partiesOfPerson(tx, row, wanted);
  const head = { customerId, phone: phoneOf(parts.envelope, row) };
  return { providerId: row.provider_id, head, installationId: null, ids, mails, parties };
}

/** Writes one JSON object, a table at a time. Ends early when `write` says that the reader left. */
export async function exportPerson(
  { database, envelope }: { readonly database: Database; readonly envelope: Envelope },
  person: Person,
  { atMs }: { readonly atMs: number },
  write: (text: string) => Promise<boolean>,
): Promise<void> {
  const { providerId } = person;
  const tables = (await database.asProvider(providerId, readCatalog)).filter(
    (table) => table.isTenant && !machinery.has(table.name),
  );
  const head = { ...person.head, madeAtMs: atMs, rowsMax };
  if (!(await write(`${JSON.stringify(head).slice(0, -1)},"tables":{`))) return;
  const cut: string[] = [];
  let isFirst = true;
  for (const table of tables) {
    const where = whereOf(table, person);
    if (where === null) continue;
    let count = 0;
    for (let after: readonly string[] | null = null; ; ) {
      const slice = await readSlice(database, providerId, table, { where, after });
      const rows = slice.slice(0, rowsMax - count).map(({ row }) => JSON.stringify(readable(envelope, table, row)));
      if (count + slice.length > rowsMax) cut.push(table.name);
      if (count === 0 && rows.length > 0) {
        if (!(await write(`${isFirst ? "" : ","}\n${JSON.stringify(table.name)}:[`))) return;
        isFirst = false;
      }
      if (rows.length > 0 && !(await write(`${count === 0 ? "" : ","}${rows.join(",")}`))) return;
      count += slice.length;
      if (slice.length < sliceOf(table) || count > rowsMax) break;
      after = (slice.at(-1) as Slice).key;
    }
    if (count > 0 && !(await write("]"))) return;
  }
  await write(`\n},"cut":${JSON.stringify(cut)}}\n`);
}

interface Slice {
  readonly row: Record<string, unknown>;
  readonly key: readonly string[];
}

const holdsFiles = ({ columns }: Table): boolean =>
  columns.some(({ name, type }) => type === "bytea" && (!name.endsWith("_sealed") || name === "attachment_sealed"));
const sliceOf = (table: Table): number => (holdsFiles(table) ? fileRows : sliceRows);

function readSlice(
  database: Database,
  providerId: string,
  table: Table,
  { where, after }: { readonly where: RawBuilder<unknown>; readonly after: readonly string[] | null },
): Promise<Slice[]> {
  const key = sql.join(table.key.map(({ name }) => sql.ref(name)));
  const values = after?.map((part, at) => sql`${part}::${sql.raw((table.key[at] as { type: string }).type)}`);
  const behind = values === undefined ? sql`` : sql`and (${key}) > (${sql.join(values)})`;
  return database.asProvider(providerId, async (tx) => {
    const { rows } = await sql<Slice>`
      select to_jsonb(t) as row, array[${sql.join(table.key.map(({ name }) => sql`t.${sql.ref(name)}::text`))}] as key
      from ${sql.table(table.name)} t where (${where}) ${behind} order by ${key} limit ${sliceOf(table)}`.execute(tx);
    return rows;
  });
}

/** Null: it says nothing of anybody. */
function whereOf(table: Table, person: Person): RawBuilder<unknown> | null {
  const narrow = narrower[table.name]?.(person);
  if (narrow !== undefined) return narrow;
  const named = below.find(([name]) => name === table.name)?.[1](person);
  const own = table.columns.flatMap(({ name }) => {
    if (name === "customer_id") return [sql`customer_id = any (${person.ids}::text[])`];
    return partyColumns.includes(name) && person.parties.length > 0
      ? [sql`${sql.ref(name)} = any (${person.parties}::text[])`]
      : [];
  });
  const all = named === undefined ? own : [...own, sql`(${named})`];
  return all.length === 0 ? null : sql.join(all, sql` or `);
}

function readable(envelope: Envelope, table: Table, row: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !secretName.test(name))
      .map(([name, value]) => [name, isBytes(table, name) ? base64Of(value) : withoutCodes(value)]),
  );
  const open = (column: string, context: string) => {
    const sealed = row[column];
    return typeof sealed === "string" ? envelope.open(Buffer.from(sealed.slice(2), "hex"), context).toString() : null;
  };
  const { provider_id, message_id } = row;
  if (table.name === "customer_numbers")
    return { ...shown, phone: open("phone_sealed", `customer/${provider_id}/${row.customer_id}`) };
  if (table.name !== "messages") return shown;
  const context = messageContext({ provider_id: String(provider_id), message_id: String(message_id) });
  return {
    ...shown,
    text: textWithoutCodes(
      row.template,
      open("text_sealed", `${context}/text`),
      open("values_sealed", `${context}/values`),
    ),
    ...(row.is_hash === true ? {} : { to: open("to_sealed", `${context}/to`) }),
  };
}

/** As the hub's own list shows it: who reads a log-in code is logged in as the customer, and a voucher's is cash. */
function textWithoutCodes(template: unknown, text: string | null, values: string | null): string | null {
  if (text === null || template === "log-in-code") return text?.replaceAll(/\d/g, "*") ?? null;
  const said = secretValues.parse(readJson(values ?? "{}"));
  const secrets = [said.code, said.pin].filter((secret) => secret != null && secret !== "") as string[];
  // Of another release there are no values to find a code by.
  if (values === null && (template === "voucher" || template === "paid")) return null;
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
}
const secretValues = z.object({ code: z.string().nullish(), pin: z.string().nullish() }).catch({});

const isBytes = (table: Table, name: string) =>
  table.columns.some((column) => column.name === name && column.type === "bytea");
const base64Of = (value: unknown) =>
  typeof value === "string" ? Buffer.from(value.slice(2), "hex").toString("base64") : null;

function withoutCodes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCodes);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !/^(code|password|pin|phoneHash)$/.test(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutCodes(inner)]));
}
