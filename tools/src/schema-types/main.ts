/**
 * `npm run schema-types`: writes anew the lists of modules, from their folders, and what follows from what the rooms say of their tables: the types
 * of all tables, from their `schema.sql`, and before that the database's function that erases a person, from their `personal-data.ts`.
 */
import { writeFile } from "node:fs/promises";
import { writeErasure } from "@karibu/cloud/operations/personal-data/write-erasure";
import { describeSchema, schemaTypesFile } from "./describe-schema.ts";
import { writeModuleLists } from "./write-module-lists.ts";

try {
  for (const { path, text } of await writeModuleLists()) await writeFile(path, text);
  // Read after that: they are among what the lists name.
  const { erasureFile, personRooms } = await import("@karibu/cloud/operations/personal-data/person-rooms");
  await writeFile(erasureFile, writeErasure(personRooms));
  await writeFile(schemaTypesFile, await describeSchema());
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
