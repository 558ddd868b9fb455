/** What the hub does by itself, and that people can see it. */
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { useDatabase } from "../../ground/db/test-databases.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { silentWorld } from "../../real-world.ts";
import { hubSuite } from "../../test-hub.ts";
import { readPartFacts } from "../health/part-facts.ts";
import { createMaintenance } from "./maintenance.ts";
import { retentionJob } from "./retention.ts";

const dayMs = 86_400_000;
const database = useDatabase("embedded");

hubSuite("maintenance", (hub) => {
  test("[SYS-10] what grows with every day is forgotten after its time; what a site must be told again stays", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const { providerId } = await hub.makeProvider("Archive");
    const ago = (days: number) => nowMs - days * dayMs;
    await hub.database().alone("write", async (run) => {
      const record = (seq: number, kind: string, days: number) =>
        run(`insert into journal_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
            values ('${providerId}', 's', 'e', ${seq}, '${kind}', 1, ${ago(days)}, '{}')`);
      const passing = (seq: number, days: number) =>
        run(`insert into passing_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
            values ('${providerId}', 's', 'e', ${seq}, 'session-used', 1, ${ago(days)}, '{}')`);
      await passing(1, 90 + 31); // its month is over since 90 days
      await passing(2, 89);
      for (const [place, kind] of ["grant-started", "device-bound", "cash-sale", "agent-started"].entries())
        await record(10 + place, kind, 4000);
      for (const [seq, days] of [
        [20, 91],
        [21, 89],
      ] as const)
        await run(`insert into journal_records (provider_id, site_id, epoch, seq, received_at_ms, raw, complaint)
            values ('${providerId}', 's', 'e', ${seq}, ${ago(days)}, '{"x": 1}', 'no kind')`);
      const alarm = (seq: number, days: number, atMs = ago(days), seenMs = "null") =>
        run(`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms, acknowledged_at_ms)
            values ('${providerId}', 's', 'e', ${seq}, 'guessing', '{}', ${atMs}, ${ago(days)}, ${seenMs})`);
      await alarm(1, 401); // nobody has looked at it
      await alarm(2, 399);
      await alarm(3, 399, 1000); // by a clock that was not set
      await alarm(4, 366, ago(366), "1");
      await alarm(5, 364, ago(364), "1");
      const session = (key: string, stopped: string, days = 400 + 31, heardDays = days) =>
        run(`insert into sessions (provider_id, site_id, session_key, stopped_at_ms, received_at_ms, kept_from_ms)
            values ('${providerId}', 's', '${key}', ${stopped}, ${ago(heardDays)}, ${ago(days)})`);
      await session("old", String(ago(400 + 31))); // its month is over since 400 days
      await session("young", String(ago(399)), 399);
      await session("long", String(ago(300)), 400 + 31, 300);
      await session("open", "null");
      await session("lives", String(ago(400 + 31)));
      await run(`update sessions set grant_id = 'g' where session_key = 'lives' and provider_id = '${providerId}'`);
      await run(`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values ('${providerId}', 'g', 's', 'voucher', 'Data', 1, null, 'e', 1, 1)`);
      const message = (id: string, state: string, days: number) =>
        run(`insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state,
            created_at_ms, changed_at_ms) values ('${providerId}', '${id}', '${id}', 't', '', 'h', 'm', '', '${state}', ${ago(days)}, 1)`);
      await message("old", "delivered", 180 + 31); // its month is over since 180 days
      await message("waits", "waiting", 180 + 31); // its turn would come too late: it is not sent after two days
      await message("young", "delivered", 179);
      const entry = (id: string, days: number) =>
        run(
          `insert into audit (provider_id, audit_id, at_ms, action, detail) values ('${providerId}', '${id}', ${ago(days)}, 'a', '{}')`,
        );
      await entry("old", 1825 + 31); // its month is over since 1,825 days
      await entry("young", 1824);
      const figures = (seq: number, days: number) =>
        run(`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
            values ('${providerId}', 's', 'e', ${seq}, 1, 1, 1, '[]', ${ago(days)})`);
      await figures(1, 400 + 31);
      await figures(2, 399);
    });
    hub.moveClock(3_600_001);
    await hub.hub().maintenance.runDue();
    const read = (query: string) =>
      hub.database().alone("read", async (run) => {
        const rows = (await run(`${query} and provider_id = '${providerId}' order by 1`)) as { id: unknown }[];
        return rows.map(({ id }) => String(id));
      });
    expect(await read("select seq::int as id from passing_records where true")).toEqual(["2"]);
    expect(await read("select seq::int as id from journal_records where true")).toEqual(["10", "11", "12", "13", "21"]);
    expect(await read("select seq::int as id from alarms where true")).toEqual(["2", "3", "5"]);
    expect(await read("select session_key as id from sessions where true")).toEqual(["long", "open", "young"]);
    // What it used goes on to count.
    expect(await read("select grant_id as id from forgotten_use where true")).toEqual(["g"]);
    expect(await read("select message_id as id from messages where true")).toEqual(["young"]);
    expect(await read("select audit_id as id from audit where action = 'a'")).toEqual(["young"]);
    expect(await read("select seq::int as id from router_figures where true")).toEqual(["2"]);
  });

  test("[SYS-10] [SYS-19] what is old is forgotten and what is not stays; the schedule shows each job, its period and its last run", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().alone("write", async (run) => {
      for (const [key, days] of [
        ["old", 31],
        ["young", 29],
      ] as const)
        await run(`insert into unmatched_callbacks (unmatched_id, path, body_sealed, reason, received_at_ms)
            values ('${key}', '/k/none', '${key}', 'unknown-channel', ${nowMs - days * dayMs})`);
    });
    const { providerId } = await hub.makeProvider("Forgetful");
    await hub.database().alone("write", async (run) => {
      for (const [age, hours] of [
        ["old", 26],
        ["young", 22],
      ] as const) {
        const atMs = nowMs - hours * 3_600_000;
        await run(`insert into events (provider_id, seq, at_ms, topic, id, action)
            values ('${providerId}', ${hours}, ${atMs}, 'site', '${age}', 'changed')`);
        await run(`insert into link_answers (provider_id, site_id, request_id, answer, answered_at_ms)
            values ('${providerId}', 's', '${age}', '{}', ${atMs})`);
      }
      await run(`insert into site_calls (provider_id, call_id, site_id, asked_by, asked_of, method, params, asked_at_ms,
          deadline_at_ms) values ('${providerId}', 'old', 's', 'a', 'b', 'echo', '{}', 1, ${nowMs - 1000}),
          ('${providerId}', 'young', 's', 'a', 'b', 'echo', '{}', 1, ${nowMs + dayMs})`);
    });
    const keptOfSync = () =>
      hub
        .database()
        .asProvider(providerId, async (tx) => [
          (await tx.selectFrom("events").select("id").where("action", "=", "changed").execute()).map(({ id }) => id),
          (await tx.selectFrom("link_answers").select("requestId").execute()).map((row) => row.requestId),
          (await tx.selectFrom("site_calls").select("callId").execute()).map((row) => row.callId),
        ]);
    const kept = () =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("unmatched_callbacks").select("unmatchedId as id").orderBy("unmatchedId").execute(),
        );
    expect(await kept()).toHaveLength(2);
    hub.moveClock(3_600_001);
    await hub.hub().maintenance.runDue();
    expect(await kept()).toMatchObject([{ id: "young" }]);
    expect(await keptOfSync()).toEqual([["young"], ["young"], ["young"]]);

    const token = await hub.adminToken();
    const { items } = (await hub.call("GET", "/api/v1/platform/schedule", { token })).body;
    expect(items.length).toBeGreaterThan(2);
    const forgotten = items.find(({ name }: { name: string }) => name === "forget-old-rows");
    expect(forgotten).toMatchObject({
      everyMs: 3_600_000,
      failed: false,
      outcome: "unmatched_callbacks 1, link_answers 1, site_calls 1, events 1",
    });
    expect(forgotten.startedAtMs).toBeGreaterThan(nowMs);
    expect(forgotten.finishedAtMs).toBeGreaterThanOrEqual(forgotten.startedAtMs);
    const owner = await hub.makeProvider("Curious");
    expect((await hub.call("GET", "/api/v1/platform/schedule", { token: owner.token })).status).toBe(403);
  });

  test("[SYS-10] nothing is forgotten while the clock is in doubt, and the job says so", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const rule = { table: "machine_loads", column: "told_at_ms", keptMs: dayMs } as const;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("machine_loads")
        .values({ machine: "m1", busyPercent: 1, toldAtMs: nowMs - 36 * 3_600_000 })
        .execute(),
    );
    const wall = (quality: "synced" | "estimated") => () => ({ atMs: unixMs(nowMs), quality });
    const forget = (quality: "synced" | "estimated") => {
      const world = { ...hub.world, clock: { ...hub.world.clock, wall: wall(quality) } };
      return retentionJob(world, hub.database(), [rule]).run();
    };
    expect(await forget("estimated")).toContain("nothing deleted: this machine's clock and the database's differ");
    expect(await forget("synced")).toBe("machine_loads 1");
  });

  test("[SYS-10] a table that lets nothing be deleted keeps no other's old rows, and the job fails with its name", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("machine_loads")
        .values({ machine: "m2", busyPercent: 1, toldAtMs: nowMs - 36 * 3_600_000 })
        .execute(),
    );
    const rules = [
      // What a row that something refers to does, each hour anew.
      { table: "providers", column: "created_at_ms", keptMs: -dayMs },
      { table: "machine_loads", column: "told_at_ms", keptMs: dayMs },
    ] as const;
    const forget = () => retentionJob(hub.world, hub.database(), rules).run();
    await expect(forget()).rejects.toThrow(/^providers: /);
    const left = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("machine_loads").select("machine").where("machine", "=", "m2").execute(),
      );
    expect(left).toEqual([]);
  });

  test("[SYS-05] the queues with their figures: what was done in a day, what waits, what failed for good; a provider sees its own", async () => {
    const { token, providerId } = await hub.makeProvider("Queues");
    const admin = await hub.adminToken();
    const queue = async (who: string) =>
      (await hub.call("GET", "/api/v1/jobs", { token: who })).body.items.find(
        ({ name }: { name: string }) => name === "sms",
      );
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().alone("write", async (run) => {
      await run(`insert into job_counts (name, hour_ms, done, failed, dead, busy_ms)
          values ('sms.send', ${nowMs - 7_200_000}, 3, 1, 0, 600), ('sms.send', ${nowMs - 2 * dayMs}, 9, 9, 9, 9)`);
      await run(`insert into dead_jobs (job_id, name, queue, data, error, tries, created_at_ms, died_at_ms)
          values ('dead-1', 'sms.send', 'sms', '{"providerId": "${providerId}"}', 'broken', 5, 1, 2),
            ('dead-2', 'sms.send', 'sms', '{"providerId": "another"}', 'broken', 5, 1, 2)`);
    });
    expect(await queue(admin)).toMatchObject({
      priority: 4,
      done: 3,
      failed: 1,
      averageMs: 200,
      dead: 2,
      waiting: 0,
    });
    expect(await queue(token)).toMatchObject({ dead: 1, waiting: 0, done: null, failed: null });
  });

  test("[SYS-05] [TEN-01] a provider tries again and deletes failed jobs of its own alone, by their ids and all at once", async () => {
    const [mine, theirs] = [await hub.makeProvider("Failed"), await hub.makeProvider("Failed too")];
    await hub.database().alone("write", async (run) => {
      await run("delete from dead_jobs");
      const rows = ["a", "b", "c"].flatMap((id) =>
        [mine, theirs].map(
          ({ providerId }, at) =>
            `('${at}${id}', 'sms.nobody-does-this', 'sms', '{"providerId": "${providerId}"}', 'broken', 5, 1, 2)`,
        ),
      );
      await run(`insert into dead_jobs (job_id, name, queue, data, error, tries, created_at_ms, died_at_ms)
          values ${rows.join(", ")}`);
    });
    const ask = (method: string, path: string, body?: object) =>
      hub.call(method, `/api/v1/jobs/dead${path}`, { token: mine.token, ...(body === undefined ? {} : { body }) });
    const left = async (token: string) =>
      (await hub.call("GET", "/api/v1/jobs/dead", { token })).body.items.map(({ id }: { id: string }) => id).sort();
    expect((await ask("POST", "/1a/retry")).body).toMatchObject({ status: 404, code: "not-found" });
    expect((await ask("POST", "/0a/retry")).body).toEqual({ retried: 1 });
    expect(await left(mine.token)).toEqual(["0b", "0c"]);
    expect((await ask("POST", "/retry", { name: "sms.another" })).body).toEqual({ retried: 0 });
    expect((await ask("POST", "/retry", {})).body).toEqual({ retried: 2 });
    expect((await ask("DELETE", "")).body).toEqual({ flushed: 0 });
    expect(await left(theirs.token)).toEqual(["1a", "1b", "1c"]);
    expect(await left(await hub.adminToken())).toEqual(["1a", "1b", "1c"]);
  });
});

test("[SYS-10] a stop does not wait for a job that takes long", async () => {
  const world = silentWorld();
  const began = Promise.withResolvers<void>();
  const atOnce = { ...world.clock, after: (_: number, task: () => void) => world.clock.after(0, task) };
  const job = {
    name: "endless",
    everyMs: 1,
    run: () => {
      began.resolve();
      return new Promise<string>(() => {});
    },
  };
  const runner = createMaintenance({ ...world, clock: atOnce }, database.current(), [job]);
  await runner.start();
  await began.promise;
  await runner.stop();
});

test("[SYS-10] [SYS-19] a job that never ends is noted as failed after its time, keeps no other from running, and is begun again only once it has ended", async () => {
  const world = silentWorld();
  let nowMs = world.clock.wall().atMs as number;
  let timers: { readonly atMs: number; readonly task: () => void }[] = [];
  const clock = {
    monotonicMs: () => nowMs,
    wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }),
    after(delayMs: number, task: () => void) {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((one) => one !== timer);
        },
      };
    },
  };
  const advance = (byMs: number) => {
    nowMs += byMs;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    for (const { task } of due) task();
  };
  let begun = 0;
  let others = 0;
  let end = Promise.withResolvers<string>();
  const runner = createMaintenance({ ...world, clock }, database.current(), [
    {
      name: "a-hanging",
      everyMs: 60_000,
      mostMs: 5 * 60_000,
      run: () => {
        begun++;
        return end.promise;
      },
    },
    { name: "b-other", everyMs: 60_000, run: async () => `${++others} times` },
  ]);
  const rows = () =>
    database.current().asPlatform("test", async (tx) => {
      const found = await tx
        .selectFrom("upkeep_runs")
        .selectAll()
        .where("name", "in", ["a-hanging", "b-other"])
        .execute();
      return Object.fromEntries(found.map(({ name, outcome, failed }) => [name, { outcome, failed }]));
    });
  const failedByHealth = async () => {
    const around = { hasMailServer: false, tunnelProblem: () => null, freeBytes: async () => null, provedMsMax: null };
    return (await readPartFacts({ ...world, clock }, database.current(), around)).upkeep.failed;
  };

  const first = runner.runDue();
  await vi.waitFor(() => expect(begun).toBe(1), { timeout: 20_000 });
  advance(5 * 60_000 - 1);
  expect(others, "one after the other").toBe(0);
  advance(1);
  await first;
  expect(await rows()).toEqual({
    "a-hanging": {
      outcome: "has not ended within 5 minutes: this process begins it again only once it has",
      failed: true,
    },
    "b-other": { outcome: "1 times", failed: false },
  });
  expect(await failedByHealth()).toContain("a-hanging");

  for (const times of [2, 3]) {
    advance(3_600_000);
    await runner.runDue();
    expect([begun, others]).toEqual([1, times]);
  }
  expect(await failedByHealth()).toContain("a-hanging");

  end.resolve("late");
  await vi.waitFor(async () => expect((await rows())["a-hanging"]).toEqual({ outcome: "late", failed: false }), {
    timeout: 20_000,
  });
  expect(await failedByHealth()).not.toContain("a-hanging");
  end = Promise.withResolvers();
  end.resolve("well");
  await runner.runDue();
  expect(begun).toBe(2);
  expect(await rows()).toMatchObject({ "a-hanging": { outcome: "well", failed: false } });
  expect(timers, "no limit is left behind").toEqual([]);
});

test("[SYS-10] a job that a process left under way is over half an hour later, also where there is nothing to do since", async () => {
  const world = silentWorld();
  let movedMs = 0;
  const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + movedMs) });
  // No limit of time: it would be over, and noted, when this file's database has long been closed.
  const clock = { ...world.clock, wall, after: () => ({ cancel: () => {} }) };
  const runner = (job: Partial<MaintenanceJob>) =>
    createMaintenance({ ...world, clock }, database.current(), [
      { name: "left", everyMs: 1000, run: async () => "done", ...job },
    ]);
  const outcome = () =>
    database
      .current()
      .asPlatform("test", (tx) =>
        tx.selectFrom("upkeep_runs").select("outcome").where("name", "=", "left").executeTakeFirstOrThrow(),
      );
  const began = Promise.withResolvers<void>();
  const run = () => {
    began.resolve();
    return new Promise<string>(() => {});
  };
  void runner({ run }).runDue();
  await began.promise;
  const idle = runner({ hasWork: () => sql<boolean>`false` });
  movedMs = 29 * 60_000;
  await idle.runDue();
  expect(await outcome()).toEqual({ outcome: null });
  movedMs = 31 * 60_000;
  await idle.runDue();
  expect(await outcome()).toEqual({ outcome: "nothing to do" });
});

test("[SYS-10] a job whose question for work fails is run, finds out by itself, and holds up no other", async () => {
  const world = silentWorld();
  const ran: string[] = [];
  const job = (name: string, question: string | null, run: () => void = () => {}): MaintenanceJob => ({
    name,
    everyMs: 1000,
    ...(question === null ? {} : { hasWork: () => sql<boolean>`${sql.raw(question)}` }),
    async run() {
      ran.push(name);
      run();
      return "done";
    },
  });
  const runner = createMaintenance(world, database.current(), [
    job("asks-wrong", "exists (select from no_such_table)", () => {
      throw new Error("no_such_table is not there");
    }),
    job("books-money", null),
    job("forgets-rows", "true"),
  ]);
  await runner.runDue();
  expect(ran).toEqual(["asks-wrong", "books-money", "forgets-rows"]);
  const failed = await database
    .current()
    .asPlatform("test", (tx) => tx.selectFrom("upkeep_runs").select("name").where("failed", "=", true).execute());
  expect(failed.map(({ name }) => name)).toContain("asks-wrong");
});
