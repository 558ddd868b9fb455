import { type RawBuilder, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { silentWorld } from "../../real-world.ts";
import type { TransactionOptions } from "./database.ts";
import { openDatabase } from "./open-database.ts";
import { isAbsent, useDatabase, useFreshServer } from "./test-databases.ts";
import { administer } from "./test-postgresql.ts";

const engine = "postgresql";

describe.skipIf(isAbsent(engine))("statements that the server keeps", () => {
  const database = useDatabase(engine);

  const keptBy = (options: TransactionOptions, statement: RawBuilder<unknown>) =>
    database.current().asPlatform(
      "test",
      async (tx) => {
        await statement.execute(tx);
        const { rows } = await sql<{ text: string }>`select statement as text from pg_prepared_statements`.execute(tx);
        return rows.map(({ text }) => text);
      },
      options,
    );

  test("only transactions that ask for it have them, and only for statements with values", async () => {
    expect(await keptBy({}, sql`select ${1}::int as plain`)).toEqual([]);
    const kept = await keptBy({ prepared: true }, sql`select ${1}::int as kept`);
    expect(kept).toContain("select $1::int as kept");
    expect(await keptBy({ prepared: true }, sql`select 1 as without_values`)).not.toContain(
      "select 1 as without_values",
    );
  });

  describe("while another process changes a table", () => {
    const server = useFreshServer(engine);

    test("a kept plan that no longer fits is made anew, in the same call", async () => {
      const url = server.url() as string;
      const opened = await openDatabase(silentWorld(), { databaseUrl: url, dataDir: null });
      const read = () =>
        opened.asPlatform("test", (tx) => sql<object>`select * from kept where id = ${1}`.execute(tx), {
          prepared: true,
        });
      await administer(
        url,
        "create table kept (id integer); insert into kept values (1); grant select on kept to karibu_platform",
      );
      // One connection of several: each is asked often enough to keep it.
      for (let time = 0; time < 20; time++) expect((await read()).rows).toEqual([{ id: 1 }]);
      await administer(url, "alter table kept add column more text default 'new'");
      for (let time = 0; time < 20; time++) expect((await read()).rows).toEqual([{ id: 1, more: "new" }]);
      await opened.close();
    });
  });
});
