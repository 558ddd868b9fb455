/** `npm run schema-types`: writes the types of all tables anew, from the rooms' `schema.sql`. */
import { writeFile } from "node:fs/promises";
import { describeSchema, schemaTypesFile } from "./describe-schema.ts";

try {
  await writeFile(schemaTypesFile, await describeSchema());
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
