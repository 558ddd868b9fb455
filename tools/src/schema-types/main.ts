/**
 * `npm run schema-types`: writes anew what follows from what the rooms say of their tables: the types of all tables, from their `schema.sql`, and
 * before that the database's function that erases a person, from their `personal-data.ts`.
 */
import { writeFile } from "node:fs/promises";
import { erasureFile, personRooms } from "@karibu/cloud/operations/personal-data/person-rooms";
import { writeErasure } from "@karibu/cloud/operations/personal-data/write-erasure";
import { describeSchema, schemaTypesFile } from "./describe-schema.ts";

try {
  await writeFile(erasureFile, writeErasure(personRooms));
  await writeFile(schemaTypesFile, await describeSchema());
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
