/** The types of all tables are those of the rooms' `schema.sql`; what a `schema.sql` lacks is named by file and line, with what would be right. */
import { readFile } from "node:fs/promises";
import { openInMemory } from "@karibu/cloud/ground/db/memory-template";
import { silentWorld } from "@karibu/cloud/real-world";
import { expect, test } from "vitest";
import { readSchemaFiles, schemaTypesFile } from "./describe-schema.ts";
import { describeTables } from "./describe-tables.ts";
import { type CatalogueColumn, readCatalogue, readUnguarded } from "./read-catalogue.ts";
import { writeModuleLists } from "./write-module-lists.ts";

const column = (name: string, more: Partial<CatalogueColumn> = {}): CatalogueColumn => ({
  table: "purchases",
  column: name,
  type: "text",
  notNull: true,
  hasDefault: false,
  isGenerated: false,
  values: null,
  ...more,
});

/** The types of one table, a line a column, of lines as they stand in a `schema.sql`. */
function typesOf(columns: readonly CatalogueColumn[], lines: readonly string[], room = "money/purchases"): string[] {
  const text = describeTables(columns, [{ room, text: ["create table purchases (", ...lines, ");"].join("\n") }]);
  return (
    /purchases: \{\n([\s\S]*?)\n {4}\};/
      .exec(text)?.[1]
      ?.split("\n")
      .map((line) => line.trim()) ?? []
  );
}

test("the lists of modules name the folders that there are", async () => {
  for (const { path, text } of await writeModuleLists())
    expect(await readFile(path, "utf8"), `${path}: run \`npm run schema-types\``).toBe(text);
});

/** As `catalogueOfSchema`, of a copy of the database that all tests of this run share; and what is named when somebody adds a table without its guard. */
async function catalogueOfCopy() {
  const database = await openInMemory(silentWorld());
  try {
    return await database.alone("write", async (run) => {
      const columns = await readCatalogue(run);
      const before = await readUnguarded(run);
      await run("create table greetings (provider_id text, greeting_id text)");
      return { columns, before, unguarded: await readUnguarded(run) };
    });
  } finally {
    await database.close();
  }
}

test("the checked-in types are those of the schema files; a table of providers without its guard is named", async () => {
  const { columns: catalogue, before, unguarded } = await catalogueOfCopy();
  // No request would see a row of it.
  expect([before, unguarded]).toEqual([[], ["greetings"]]);
  const files = await readSchemaFiles();
  const written = await readFile(schemaTypesFile, "utf8");
  expect(describeTables(catalogue, files) === written, "run `npm run schema-types`").toBe(true);
  // In whatever order the rooms are listed.
  expect(describeTables(catalogue, [...files].reverse()) === written).toBe(true);
  // Whatever reads or writes `usage_days` never names its parts.
  expect(catalogue.filter(({ table }) => table.startsWith("usage_days_"))).toEqual([]);
  const lacking = files.filter(({ room }) => room !== "money/purchases");
  expect(() => describeTables(catalogue, lacking)).toThrow(
    "The database has a table purchases that no schema.sql makes: write `create table purchases (` in its room's.",
  );
}, 120_000);

test("the SQL type, `not null`, a default and a check say most of it", () => {
  const columns = [
    column("purchase_id"),
    column("amount_cents", { type: "bigint" }),
    column("day", { type: "date" }),
    column("phone_sealed", { type: "bytea", notNull: false }),
    column("held_cents", { type: "bigint", hasDefault: true }),
    column("name_key", { isGenerated: true }),
    column("state", { values: ["created", "paid"] }),
    column("way", { values: ["cash"], notNull: false }),
  ];
  const lines = [
    "  purchase_id text not null, -- what a reader is told; 'type' and \"fixed\" may be words of it",
    "  amount_cents bigint not null check (amount_cents > 0),",
    "  day date not null,",
    "  phone_sealed bytea,",
    "  held_cents bigint not null default 0,",
    "  name_key text not null generated always as (lower(name)) stored,",
    "  state text not null check (state in ('created',",
    "    'paid')),",
    "  way text check (way in ('cash')),",
    "  primary key (purchase_id)",
  ];
  expect(typesOf(columns, lines)).toEqual([
    "purchaseId: string;",
    "amountCents: number;",
    "day: ColumnType<Date, string, string>;",
    "phoneSealed: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;",
    "heldCents: Generated<number>;",
    "nameKey: GeneratedAlways<string>;",
    'state: "created" | "paid";',
    'way: "cash" | null;',
  ]);
});

test("a comment on the column's line says the rest", () => {
  const columns = [
    column("terms", { type: "jsonb" }),
    column("causes", { type: "jsonb", notNull: false }),
    column("plan_ids", { type: "jsonb", hasDefault: true }),
    column("kind", { values: ["a", "b"] }),
    column("bytes", { type: "bytea" }),
    column("raw", { type: "jsonb" }),
  ];
  const lines = [
    '  terms jsonb not null, -- type Terms from "@karibu/protocol/plan", fixed; as it was sold',
    '  causes jsonb, -- type readonly Cause[] from "../fleet/who-changed.ts"; null: nobody asked',
    "  plan_ids jsonb not null default '[]', -- type readonly string[], fixed",
    "  kind text not null check (kind in ('a', 'b')), -- type string; one of those that the channels list",
    "  bytes bytea not null, -- fixed",
    "  raw jsonb not null -- type unknown, computed",
  ];
  expect(typesOf(columns, lines)).toEqual([
    "terms: Fixed<Terms>;",
    "causes: readonly Cause[] | null;",
    "planIds: ColumnType<readonly string[], readonly string[] | undefined, never>;",
    "kind: string;",
    "bytes: ColumnType<Buffer, Uint8Array, never>;",
    "raw: GeneratedAlways<unknown>;",
  ]);
});

test("names come from the file that the comment names, and two of one name keep apart", () => {
  const columns = [column("a", { type: "jsonb" }), column("b", { type: "jsonb" }), column("c", { type: "jsonb" })];
  const text = describeTables(columns, [
    {
      room: "money/purchases",
      text: [
        "create table purchases (",
        '  a jsonb not null, -- type Record<string, Cause> from "./transition/cause.ts"',
        '  b jsonb not null, -- type (typeof causes)[number] | Cause["kind"] from "../../ground/cause.ts"',
        '  c jsonb not null -- type Cause from "./transition/cause.ts"',
        ");",
      ].join("\n"),
    },
  ]);
  expect(text).toContain('import type { Cause as Cause2, causes } from "./ground/cause.ts";');
  expect(text).toContain('import type { Cause } from "./money/purchases/transition/cause.ts";');
  expect(text).toContain('      b: (typeof causes)[number] | Cause2["kind"];');
});

test.each([
  [
    "a jsonb column without a type",
    "  terms jsonb not null,",
    'cloud/src/money/purchases/schema.sql:2: purchases.terms is jsonb, which tells no type. Write it at the end of the line: -- type Terms from "@karibu/protocol/plan", or -- type readonly string[]',
  ],
  [
    "a name from nowhere",
    "  terms jsonb not null, -- type Terms, fixed",
    'cloud/src/money/purchases/schema.sql:2: where does Terms come from? Right is: -- type Terms from "./the-file.ts"',
  ],
  [
    "a module that gives nothing",
    '  terms jsonb not null, -- type string[] from "./plan.ts"',
    'cloud/src/money/purchases/schema.sql:2: string[] needs nothing from "./plan.ts". Right is: -- type string[]',
  ],
  [
    "a sentence that begins as a type does",
    "  terms jsonb not null, -- fixed when it is sold",
    'cloud/src/money/purchases/schema.sql:2: the comment of terms can\'t be read: "fixed when it is sold". Right is, each part where it is needed: -- type Terms from "@karibu/protocol/plan", fixed; what a reader is told',
  ],
  [
    "a type beside no column",
    '  terms jsonb not null\n    check (terms is not null), -- type Terms from "@karibu/protocol/plan"',
    'cloud/src/money/purchases/schema.sql:3: "type Terms from "@karibu/protocol/plan"" stands beside no column. Write it at the end of the line that its column begins on.',
  ],
  [
    "a column that the file does not make",
    "  name text not null,",
    "cloud/src/money/purchases/schema.sql:1: purchases has a column terms that stands on no line of its own here.",
  ],
])("%s is refused", (_what, line, message) => {
  expect(() => typesOf([column("terms", { type: "jsonb" })], [line])).toThrow(message);
});
