/**
 * Any row of any table comes back from its line in a back-up as it was. Values are drawn from the columns that the database itself lists, so a
 * column whose type the lines can't carry fails here. The rows lie in temporary tables of the same names, where no check refuses a value.
 */

import { hostileTexts } from "@karibu/protocol/hostile-texts";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Column, readCatalogBy, type Table } from "../../ground/db/catalog.ts";
import type { RunScript } from "../../ground/db/engine.ts";
import { migrate } from "../../ground/db/migrate.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import { enginesOfThisRun, isAbsent, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";
import { readRows } from "./backup.ts";
import { insertRows } from "./restore.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** What PostgreSQL stores: no NUL, and no half of a pair. */
const storable = (text: string) => text.replaceAll("\0", "").toWellFormed();
const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary", maxLength: 40 })).map(storable);
const whole = (bits: bigint) =>
  fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }).map((value) => `'${value}'::int${bits / 8n}`);
const fraction = fc.double().map((value) => `'${Object.is(value, -0) ? "-0" : value}'::float8`);
const json = fc
  .jsonValue()
  .map((value) => `${quoted(storable(JSON.stringify(value).replaceAll("\\u0000", "")))}::jsonb`);

/** SQL of a value of each type of column that a table has. */
const valuesOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  text: text.map((one) => `${quoted(one)}::text`),
  "text[]": fc
    .array(fc.option(text))
    .map((texts) => `array[${texts.map((one) => (one === null ? "null" : quoted(one)))}]::text[]`),
  bigint: whole(64n),
  integer: whole(32n),
  smallint: whole(16n),
  boolean: fc.boolean().map(String),
  bytea: fc.uint8Array({ maxLength: 60 }).map((bytes) => `'\\x${Buffer.from(bytes).toString("hex")}'::bytea`),
  jsonb: json,
  "double precision": fraction,
  real: fc.float().map((value) => `'${Object.is(value, -0) ? "-0" : value}'::float4`),
  date: fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => `'${date.toISOString().slice(0, 10)}'::date`),
};

function rowOf(columns: readonly Column[]): fc.Arbitrary<string> {
  const values = columns.map(({ name, type, isRequired }) => {
    const value = valuesOf[type];
    if (value === undefined) throw new Error(`${name}: no values are drawn for the type ${type}; add them here`);
    if (isRequired) return value;
    // JSON's null comes back as SQL's, which whoever reads the column can't tell from it.
    return fc.option(value.filter((drawn) => drawn !== "'null'::jsonb")).map((drawn) => drawn ?? `null::${type}`);
  });
  return fc.tuple(...values).map((drawn) => `(${drawn.join(", ")})`);
}

/** Each row as the engine itself writes it, and each line. */
async function rowsAndLines(run: RunScript, table: Table, names: string): Promise<{ rows: string[]; lines: string[] }> {
  const rows = (await run(`select row(${names})::text as line from "${table.name}"`))
    .map(({ line }) => String(line))
    .sort();
  const lines: string[] = [];
  for await (const slice of readRows(run, table)) lines.push(...slice);
  return { rows, lines };
}

describe.each(enginesOfThisRun)("a back-up's lines on %s", (kind) => {
  const server = useFreshServer(kind);

  test.skipIf(isAbsent(kind))(
    "[SYS-09] any row of any table is in the restored table what it was",
    async () => {
      const world = realWorld();
      const engine = await openEngine(world, { databaseUrl: server.url(), dataDir: null });
      try {
        await migrate(world, engine);
        const tables = await engine.alone("read", readCatalogBy);
        expect(tables.length).toBeGreaterThan(200);
        for (const table of inLongRunAll(tables, (_, at) => at % 3 === 0)) {
          const columns = table.columns.filter(({ isNumbered }) => !isNumbered);
          const names = columns.map(({ name }) => `"${name}"`).join(", ");
          await fc.assert(
            fc.asyncProperty(fc.array(rowOf(columns), { minLength: 4, maxLength: 6 }), async (drawn) => {
              await engine.alone("write", async (run) => {
                // Without the generated columns' expressions and the checks: those refuse most drawn values.
                await run(`create temporary table "${table.name}" (like public."${table.name}") on commit drop`);
                for (const { name, isNumbered } of table.columns)
                  if (isNumbered) await run(`alter table "${table.name}" alter "${name}" drop not null`);
                await run(`insert into "${table.name}" (${names}) select * from (values ${drawn.join(", ")}) drawn`);
                const before = await rowsAndLines(run, table, names);
                expect(before.lines).toHaveLength(drawn.length);
                await run(`delete from "${table.name}"`);
                await insertRows(run, table, before.lines);
                expect((await rowsAndLines(run, table, names)).rows, table.name).toEqual(before.rows);
                await run(`drop table pg_temp."${table.name}"`);
              });
            }),
            { numRuns: 2, seed: 7 },
          );
        }
      } finally {
        await engine.close();
      }
    },
    300_000,
  );
});
