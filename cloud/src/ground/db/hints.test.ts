/** What the planner is told and has to find things by, of tables by month: it must reach the parts, where the rows are. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { engineSuite, engines, useDatabase } from "./test-databases.ts";

const monthMs = Date.UTC(2031, 2);

engineSuite("the parts of a table by month", { on: engines }, (engine) => {
  const database = useDatabase(engine);
  const asOwner = <Row>(query: string) =>
    database.current().asPlatform("test", async (tx) => {
      await sql`set local role none`.execute(tx);
      return (await sql.raw<Row>(query).execute(tx)).rows;
    });
  const write = (id: string) =>
    asOwner(`insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms, changed_at_ms)
        values ('p1', '${id}', 'e', 't', '', 'h', 'm', '', 'failed', ${monthMs}, 0)`);

  test("are told of their columns what the table was told: those of before, one for rows that wait, and an empty one", async () => {
    await write("m1");
    for (const month of ["2031-03", "2031-04"]) await asOwner(`select karibu_make_month('messages', '${month}-01')`);
    const told = await asOwner<{ part: string; told: boolean }>(`
        select attrelid::regclass::text as part, attoptions @> array['n_distinct=-0.0001'] as told from pg_inherits join pg_attribute on attrelid = inhrelid
        where inhparent = 'messages'::regclass and attname = 'provider_id' order by 1`);
    expect(told.map(({ part }) => part)).toEqual(
      expect.arrayContaining(["messages_2031_03", "messages_2031_04", "messages_other"]),
    );
    expect(told.filter((part) => part.told !== true)).toEqual([]);
  });

  test("are counted before the first booking", async () => {
    await write("m2");
    const counted = () => asOwner("select reltuples > 0 as yes from pg_class where oid = 'messages_2031_03'::regclass");
    expect(await counted()).toEqual([{ yes: false }]);
    await database.current().asPlatform("test", (tx) => sql`select karibu_count_first()`.execute(tx));
    expect(await counted()).toEqual([{ yes: true }]);
  });

  test("have an index by which the audit log's entries of one target are found, newest first", async () => {
    const plan = await database.current().asPlatform("test", async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      return (
        await sql`explain select * from audit where provider_id = 'p1' and target = 't' order by at_ms desc, audit_id desc limit 50`.execute(
          tx,
        )
      ).rows;
    });
    const text = JSON.stringify(plan);
    expect(text).toContain("target_at_ms_audit_id_idx");
    expect(text).not.toContain("Filter");
  });
});
