/** The types of all tables, from a database that is made in memory of the rooms' schema files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readRooms } from "@karibu/cloud/ground/db/baseline";
import { migrate } from "@karibu/cloud/ground/db/migrate";
import { openEngine } from "@karibu/cloud/ground/db/open-database";
import { silentWorld } from "@karibu/cloud/real-world";
import { repositoryRoot } from "../build/repository.ts";
import { describeTables, pathOf, type SchemaFile } from "./describe-tables.ts";
import { type CatalogueColumn, readCatalogue, readUnguarded } from "./read-catalogue.ts";

export const schemaTypesFile = join(repositoryRoot, "cloud/src/schema-types.ts");

export async function describeSchema(): Promise<string> {
  return describeTables(await catalogueOfSchema(), await readSchemaFiles());
}

async function catalogueOfSchema(): Promise<CatalogueColumn[]> {
  const world = silentWorld();
  const engine = await openEngine(world, { databaseUrl: null, dataDir: null });
  try {
    await migrate(world, engine);
    const [unguarded] = await engine.hold(readUnguarded);
    if (unguarded !== undefined)
      throw new Error(
        `${unguarded}: it has a provider_id and no guard: write select karibu_guard('${unguarded}'); behind it in its schema.sql, or no request sees a row`,
      );
    return await engine.hold(readCatalogue);
  } finally {
    await engine.close();
  }
}

export function readSchemaFiles(): Promise<SchemaFile[]> {
  return Promise.all(
    readRooms().map(async (room) => ({ room, text: await readFile(join(repositoryRoot, pathOf(room)), "utf8") })),
  );
}
