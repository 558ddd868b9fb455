/** The list of what the hub holds of people is whole: no column that looks as if it named somebody is missing from it. */
import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { findThings, takenTables } from "../../back-office/personal-data/person-rows.ts";
import { readCatalog } from "../../ground/db/catalog.ts";
import { isAbsent, oneEngine, useDatabase } from "../../ground/db/test-databases.ts";
import { markColumns } from "../../ground/jobs/person-data.ts";
import { holdsNoPerson } from "./holds-no-person.ts";
import { erasureFile, personRooms } from "./person-rooms.ts";
import { writeErasure } from "./write-erasure.ts";

const looksPersonal =
  /phone|msisdn|(^|_)macs?($|_)|e?mail|(^|_)ip($|_)|address|username|payer|latitude|longitude|birth|gender|street|passport|national_id|^who$|(customer|buyer|person|party|opened_by|first|last|full|given|family)_name|^name(_key)?$|^raw$/;
/** By these a person is known: an erasure changes the marks in all tables, and an id says nothing once its customer is erased. */
const known: readonly string[] = [...markColumns, "customer_id"];
interface Row {
  readonly erased: "delete" | "keep" | object;
  readonly stays?: object;
}
const rowsOf: ReadonlyMap<string, Row> = new Map(
  personRooms.flatMap(({ tables, named = {} }): [string, Row][] => [
    ...Object.entries(tables),
    ...Object.entries(named).map(([table, row]): [string, Row] => [table, { ...row, erased: "keep" }]),
  ]),
);

/** The columns that somebody has thought of: an erasure takes them, or there is a reason why it does not. */
function spokenOf(table: string): (column: string) => boolean {
  const row = rowsOf.get(table);
  if (row === undefined) {
    const columns = (holdsNoPerson as Readonly<Record<string, object>>)[table] ?? {};
    return (column) => column in columns;
  }
  const { erased, stays = {} } = row;
  return (column) =>
    known.includes(column) ||
    erased === "delete" ||
    (typeof erased === "object" && column in erased) ||
    column in stays;
}

test("the function that erases a person is written from what the rooms say", async () => {
  const file = await readFile(erasureFile, "utf8");
  expect(file, "run `npm run schema-types`").toBe(writeErasure(personRooms));
});

test("each table is spoken of once, by the room that has it", () => {
  const tables = personRooms.flatMap(({ tables, named = {} }) => [...Object.keys(tables), ...Object.keys(named)]);
  expect(tables.filter((table, at) => tables.indexOf(table) !== at)).toEqual([]);
  expect(tables.filter((table) => table in holdsNoPerson)).toEqual([]);
});

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("personal data", () => {
    const database = useDatabase(engine);

    test("[CUS-17] each column that looks as if it named a person is in a room's list, or stands with a reason among those that name nobody", async () => {
      const catalog = await database.current().asPlatform("test", readCatalog);
      const columnsOf = new Map(catalog.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
      const unknown = [...columnsOf].flatMap(([table, columns]) => {
        const isSpokenOf = spokenOf(table);
        return columns
          .filter((column) => (looksPersonal.test(column) || known.includes(column)) && !isSpokenOf(column))
          .map((column) => `${table}.${column}`);
      });
      expect(unknown).toEqual([]);
      const stale = Object.entries(holdsNoPerson).flatMap(([table, columns]) =>
        Object.keys(columns).filter((column) => columnsOf.get(table)?.includes(column) !== true),
      );
      expect(stale, "no such column").toEqual([]);
    });

    test("[CUS-17] a column that is added to a table of the list has to be spoken of, too", () => {
      for (const column of ["second_phone", "mac", "email", "home_address", "first_name", "birth_date"]) {
        expect(looksPersonal.test(column), column).toBe(true);
        for (const table of ["customers", "purchases", "documents", "grants", "subscription_items", "plans", "sites"])
          if (table !== "customers" || column !== "email")
            expect(spokenOf(table)(column), `${table}.${column}`).toBe(false);
      }
    });

    test("[CUS-17] what a room says that a person takes along is a query that runs", async () => {
      const person = { providerId: "p1", head: {}, installationId: null, ids: ["c1"], mails: ["a@b.test"] };
      for (const parties of [[], ["h1"], ["h1", "h2"]])
        await database.current().asProvider("p1", async (tx) => {
          const of = { ...person, parties };
          const taken = takenTables(personRooms, of, await findThings(tx, personRooms, of));
          for (const [table, { where }] of taken) {
            const { rows } = await sql`select from ${sql.table(table)} where ${where}`.execute(tx);
            expect(rows, table).toEqual([]);
          }
        });
    });
  });
});
