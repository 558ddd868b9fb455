/**
 * Everything that the hub holds about one person. Each room says which rows of its tables are theirs (`ground/jobs/person-data.ts`). Secrets
 * (passwords, tokens, their hashes) and codes, which are cash or log in, never leave, also not within the text of a message. At most `rowsMax` rows
 * of a table: `cut` names those with more. Reads slices by primary key: memory stays small, also where a customer sent many pictures.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { phoneOf } from "../../catalogue/customers/customers.ts";
import { readCatalog, type Table } from "../../ground/db/catalog.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import { contextOf as messageContext } from "../../messaging/message-rows.ts";
import { partiesOfPerson, readPerson } from "./erase-person.ts";
import { findThings, type Person, takenTables } from "./person-rows.ts";

const rowsMax = 10_000;
const sliceRows = 1000;
/** Of tables with files: one is up to a quarter of a megabyte, and twice that as text. */
const fileRows = 20;
const secretName = /_sealed$|_hash$|_hashes$|token|secret|password|^pin$|^party$|^to_party$|^code$|_key$|^reference$/;

/** @param wanted ids of numbers they had before; null: those that are theirs (`numbers.ts`). Throws Problems 404 */
export async function findPerson(
  { envelope, personRooms }: Pick<ExportParts, "envelope" | "personRooms">,
  tx: Tx,
  customerId: string,
  wanted: readonly string[] | null,
): Promise<Person> {
  const row = await readPerson(tx, customerId);
  const mails = row.email === null ? [] : [row.email.toLowerCase()];
  const { ids, parties } = await partiesOfPerson(personRooms, tx, row, wanted);
  const head = { customerId, phone: ifReadable(() => phoneOf(envelope, row), null) };
  return { providerId: row.providerId, head, lead: null, ids, mails, parties };
}

interface ExportParts {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly personRooms: readonly PersonalData[];
}

/** Writes one JSON object, a table at a time. Ends early when `write` says that the reader left. */
export async function exportPerson(
  { database, envelope, personRooms }: ExportParts,
  person: Person,
  { atMs }: { readonly atMs: number },
  write: (text: string) => Promise<boolean>,
): Promise<void> {
  const { providerId } = person;
  const things = await database.asProvider(providerId, (tx) => findThings(tx, personRooms, person));
  const taken = takenTables(personRooms, person, things);
  const tables = await database.asProvider(providerId, readCatalog);
  const head = { ...person.head, madeAtMs: atMs, rowsMax };
  if (!(await write(`${JSON.stringify(head).slice(0, -1)},"tables":{`))) return;
  const cut: string[] = [];
  let isFirst = true;
  for (const table of tables) {
    const rowsTaken = taken.get(table.name);
    if (rowsTaken === undefined) continue;
    const { where, without } = rowsTaken;
    let count = 0;
    for (let after: readonly string[] | null = null; ; ) {
      const slice = await readSlice(database, providerId, table, { where, after });
      const rows = slice
        .slice(0, rowsMax - count)
        .map(({ row }) => JSON.stringify(withoutColumns(readable(envelope, table, row), without)));
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

const withoutColumns = (row: Record<string, unknown>, without: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !without.has(name)));

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
  const { provider_id: providerId, message_id: messageId } = row;
  // One that no key opens any more must not keep the rest from its person.
  const opened = (column: string, of: string) => ifReadable(() => open(column, of), null);
  if (table.name === "customer_numbers")
    return { ...shown, phone: opened("phone_sealed", `customer/${providerId}/${row.customer_id}`) };
  if (table.name !== "messages") return shown;
  const context = messageContext({ providerId: String(providerId), messageId: String(messageId) });
  return {
    ...shown,
    // The values say which of its signs are a code.
    text: ifReadable(
      () =>
        textWithoutCodes(
          row.template,
          open("text_sealed", `${context}/text`),
          open("values_sealed", `${context}/values`),
        ),
      null,
    ),
    ...(row.is_hash === true ? {} : { to: opened("to_sealed", `${context}/to`) }),
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
