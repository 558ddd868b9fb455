/** An embedded hub runs for years without autovacuum: its tables don't grow by changes, and its planner knows how long they are. */
import { expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";

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
