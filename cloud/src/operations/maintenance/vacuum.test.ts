/** An embedded hub runs for years without autovacuum: its tables don't grow by changes, and its planner knows how long they are. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import type { QuotedTable } from "../../ground/db/engine.ts";
import { useHub } from "../../test-hub.ts";
import { vacuumJob } from "./vacuum.ts";

const hub = useHub("embedded");
const script = (text: string) => hub.database().alone("write", (run) => run(text));
const runAgain = async () => {
  await script("delete from upkeep_runs where name = 'vacuum'");
  // What was counted is told a second later, or now.
  await script("select pg_stat_force_next_flush()");
  await hub.hub().maintenance.runDue();
};

test("[SYS-10] a row that changes all day takes the space of one day, whatever it is in", async () => {
  await script(`create table busy (id integer primary key, changes integer not null);
    create schema other; create table other."Busy too" (id integer);
    insert into busy select id, 0 from generate_series(1, 500) id; insert into other."Busy too" values (1)`);
  const sizes: number[] = [];
  for (let day = 0; day < 6; day++) {
    for (let hour = 0; hour < 5; hour++) await script("update busy set changes = changes + 1");
    await runAgain();
    const [row] = await script("select pg_relation_size('busy')::integer as bytes");
    sizes.push(Number(row?.bytes));
  }
  expect(sizes.at(-1)).toBe(sizes[1]);
  const known = await script(
    "select relname, reltuples::integer as rows from pg_class where relname in ('busy', 'Busy too') order by 1",
  );
  expect(known).toEqual([
    { relname: "Busy too", rows: 1 },
    { relname: "busy", rows: 500 },
  ]);
});

test("[SYS-10] tables that nobody changed are left alone", async () => {
  await runAgain();
  const marks = () =>
    script(
      "select relname, vacuum_count from pg_stat_user_tables where relname in ('busy', 'providers', 'grants') order by 1",
    );
  const before = await marks();
  await runAgain();
  expect(await marks()).toEqual(before);
  expect(before.find(({ relname }) => relname === "busy")?.vacuum_count).toBeGreaterThan(0);
});

test("[SYS-10] the engine's own tables are vacuumed too: a part is made and dropped each month, and each changes them", async () => {
  const dead = async () => {
    await script("select pg_stat_force_next_flush()");
    const [row] = await script(
      "select n_dead_tup::integer as rows from pg_stat_all_tables where relname = 'pg_attribute'",
    );
    return Number(row?.rows);
  };
  const live = Number(
    (await script("select reltuples::integer as rows from pg_class where relname = 'pg_attribute'"))[0]?.rows,
  );
  for (let turn = 0; (await dead()) <= 50 + 0.2 * live; turn++) {
    if (turn === 200) throw new Error(`${await dead()} dead rows of ${live}`);
    const columns = Array.from({ length: 200 }, (_, at) => `column_${at} text`).join(", ");
    await script(`create table for_a_while (${columns})`);
    await script("drop table for_a_while");
  }
  await runAgain();
  expect(await dead()).toBeLessThan(50);
});

longTest("[SYS-10] rows whose transactions are long ago are frozen before the numbers come again", async () => {
  await script("create table old_rows (id integer); insert into old_rows values (1)");
  await runAgain();
  // As after a hundred and fifty million of them.
  await script("set vacuum_freeze_table_age = 40; set vacuum_freeze_min_age = 0");
  const age = async () =>
    Number((await script("select age(relfrozenxid)::integer as age from pg_class where relname = 'old_rows'"))[0]?.age);
  for (let turn = 0; turn < 50; turn++) await script("select pg_current_xact_id()");
  expect(await age()).toBeGreaterThan(40);
  await runAgain();
  expect(await age()).toBeLessThan(40);
  await script("reset vacuum_freeze_table_age; reset vacuum_freeze_min_age");
});

test("[SYS-10] a hub that ends goes on with no other table, and whoever came is heard between two", async () => {
  await script("create table one_more (id integer); insert into one_more values (1)");
  await script("create table and_one_more (id integer); insert into and_one_more values (1)");
  const [done, heard]: [QuotedTable[], string[]] = [[], []];
  const job = vacuumJob(hub.database(), async (table) => {
    done.push(table);
    setImmediate(() => heard.push(table));
  });
  expect(await job.run(() => heard.length > 0)).toMatch(/^1 of \d+ tables: the hub ends$/);
  expect(done).toHaveLength(1);
  await job.run();
  expect(done.length).toBeGreaterThan(2);
});
