/** The list of what the hub holds of people is whole: no table that looks as if it named somebody is missing from it. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../ground/db/catalog.ts";
import { isAbsent, oneEngine, useDatabase } from "../../ground/db/test-databases.ts";
import { markColumns } from "../../ground/jobs/person-data.ts";
import { holdsNoPerson } from "./holds-no-person.ts";
import { erasureFile, personRooms } from "./person-rooms.ts";
import { writeErasure } from "./write-erasure.ts";

const looksPersonal =
  /phone|msisdn|(^|_)macs?($|_)|e?mail|(^|_)ip($|_)|address|username|payer|latitude|longitude|^who$|(customer|buyer|person|party|opened_by)_name|^name$|customer_id|^raw$/;

test("the function that erases a person is written from what the rooms say", async () => {
  const file = await readFile(erasureFile, "utf8");
  expect(file, "run `npm run schema-types`").toBe(writeErasure(personRooms));
});

test("each table is spoken of once, by the room that has it", () => {
  const tables = personRooms.flatMap((room) => Object.keys(room.tables));
  expect(tables.filter((table, at) => tables.indexOf(table) !== at)).toEqual([]);
  expect(tables.filter((table) => table in holdsNoPerson)).toEqual([]);
});

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("personal data", () => {
    const database = useDatabase(engine);

    test("[CUS-17] each column that looks as if it named a person is in a room's list, or stands with a reason among those that name nobody", async () => {
      const listed = new Set(personRooms.flatMap((room) => Object.keys(room.tables)));
      const catalog = await database.current().asPlatform("test", readCatalog);
      const unknown = catalog.flatMap(({ name, columns }) =>
        listed.has(name) || name in holdsNoPerson
          ? []
          : columns
              .filter((column) => looksPersonal.test(column.name) && !markColumns.some((mark) => mark === column.name))
              .map((column) => `${name}.${column.name}`),
      );
      expect(unknown).toEqual([]);
      const names = new Set(catalog.map(({ name }) => name));
      expect(
        Object.keys(holdsNoPerson).filter((name) => !names.has(name)),
        "no such table",
      ).toEqual([]);
    });
  });
});
