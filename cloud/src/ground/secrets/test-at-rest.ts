/** What somebody with a copy of the database reads: every row of every table as text, and columns of bytes as the text they might hold. */
import { sql } from "kysely";
import { readCatalog } from "../db/catalog.ts";
import type { Database } from "../db/database.ts";

export function readAtRest(database: Database): Promise<[table: string, text: string][]> {
  return database.asPlatform("test", async (tx) => {
    const tables: [string, string][] = [];
    for (const { name } of await readCatalog(tx)) {
      const { rows } = await sql<{ text: string }>`
        select coalesce(string_agg(to_jsonb(t)::text, E'\n'), '') as text from ${sql.table(name)} t`.execute(tx);
      const text = rows[0]?.text ?? "";
      const bytes = text.replaceAll(/\\\\x([0-9a-f]{16,})/g, (_, hex: string) =>
        Buffer.from(hex, "hex").toString("latin1"),
      );
      tables.push([name, `${text}\n${bytes}`]);
    }
    return tables;
  });
}
