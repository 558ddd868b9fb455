/** A deadlock that the tests look for is seen and told: else each "there was none" would say nothing. */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { isAbsent } from "./test-databases.ts";
import { deadlocksOf } from "./test-deadlocks.ts";
import { startTestServer } from "./test-postgresql.ts";

describe.skipIf(isAbsent("postgresql"))("deadlocks of a database", () => {
  test("of two transactions that lock two rows in opposite orders, what each waited for is told", async () => {
    // One of its own: a server that somebody gives the tests need not keep its log where they can read it.
    const url = await startTestServer();
    const clients = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })] as const;
    const [one, other] = clients;
    for (const client of clients) await client.connect();
    await one.query("create table turns (name text primary key); insert into turns values ('left'), ('right')");
    const lock = (client: pg.Client, name: string) =>
      client.query(`select from turns where name = '${name}' for update`);
    for (const client of clients) await client.query("begin");
    await lock(one, "left");
    await lock(other, "right");
    const ends = await Promise.allSettled([lock(one, "right"), lock(other, "left")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const client of clients) await client.end();

    const [told, ...more] = await deadlocksOf(url);
    expect(more).toEqual([]);
    expect(told).toContain("name = 'left' for update");
    expect(told).toContain("name = 'right' for update");
  });
});
