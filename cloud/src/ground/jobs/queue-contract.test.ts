/** One suite for both queues, on both engines. */

import { newId } from "@karibu/protocol/identifiers";
import { unixMs } from "@karibu/protocol/quantities";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Tx } from "../db/database.ts";
import { json } from "../db/json.ts";
import type { OpenDatabase } from "../db/open-database.ts";
import { engines, isAbsent, realWorld, type TestEngine, useDatabase } from "../db/test-databases.ts";
import { createInProcessQueue } from "./in-process.ts";
import { holdJobs, leaveHeldJobs } from "./outbox.ts";
import { createPgBossQueue } from "./pg-boss-queue.ts";
import type { JobQueue } from "./queue.ts";
import type { ChangedLimits } from "./queues.ts";

type NewQueue = (database: OpenDatabase, options?: { limits: ChangedLimits }, world?: World) => JobQueue;

const queues: Record<string, NewQueue> = {
  "pg-boss": (database, options, world = realWorld()) => createPgBossQueue(world, database, options),
  "in-process": (database, options, world = realWorld()) => createInProcessQueue(world, database, options),
};

/** Real time, with a wall clock that is so far off. */
function worldOff(byMs: number): World {
  const real = realWorld();
  const wall = () => ({ atMs: unixMs(real.clock.wall().atMs + byMs), quality: "synced" as const });
  return { ...real, clock: { ...real.clock, wall } };
}

/** Both queues on both engines in the long run; otherwise each queue on one, pg-boss where PostgreSQL is. */
const kindsOn = (engine: TestEngine) =>
  inLongRunAll(Object.keys(queues), (kind) =>
    kind === "pg-boss" ? engine === "postgresql" || isAbsent("postgresql") : engine === "embedded",
  );

describe.each(engines)("%s", (engine) => {
  describe.skipIf(isAbsent(engine)).each(kindsOn(engine))("%s queue", (kind) => {
    const database = useDatabase(engine);
    const open: JobQueue[] = [];
    let count = 0;
    const newQueue = (options?: { limits: ChangedLimits }, world?: World) => {
      const queue = queues[kind]!(database.current(), options, world);
      open.push(queue);
      return queue;
    };
    const newName = () => `job-${++count}`;
    const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
    afterEach(async () => {
      for (const queue of open.splice(0)) await queue.stop();
    }, 30_000);

    test("a job sent in a tenant's transaction runs after its commit, with its data", async () => {
      const queue = newQueue();
      const name = newName();
      const seen: object[] = [];
      await queue.work(name, async (data) => void seen.push(data));
      await queue.start();
      await database.current().asProvider("p1", async (tx) => {
        await queue.send(tx, name, { id: "a" });
        expect(seen).toEqual([]);
      });
      await eventually(() => expect(seen).toEqual([{ id: "a" }]));
    });

    test.skipIf(kind !== "pg-boss")(
      "a later start leaves its queues as they are, unless their limits are others now",
      async () => {
        const name = `sms.${newName()}`;
        const start = async (tries: number) => {
          const queue = newQueue({ limits: new Map([["sms", { timeoutSeconds: 30, tries }]]) });
          await queue.work(name, async () => {});
          await queue.start();
          await queue.stop();
          const { handle } = database.current();
          const look = "select retry_limit, updated_on::text from pgboss.queue where name = $1";
          const asked =
            handle.kind === "embedded" ? handle.pglite.query(look, [name]) : handle.pool.query(look, [name]);
          return (await asked).rows[0] as { retry_limit: number; updated_on: string };
        };
        const first = await start(3);
        expect(first.retry_limit).toBe(2);
        expect(await start(3)).toEqual(first);
        expect((await start(5)).retry_limit).toBe(4);
      },
    );

    test("a job that its process has held and leaves to the queue is done at once", async () => {
      const queue = newQueue();
      const name = newName();
      const seen: object[] = [];
      await queue.work(name, async (data) => void seen.push(data));
      await queue.start();
      const asPlatform = database.current().asPlatform;
      const ids = await asPlatform("test", (tx) => holdJobs(realWorld(), tx, name, [{ id: "left" }], 3_600_000));
      // The look at all that is due, every five seconds, has just been: nobody waits for the next.
      queue.wake();
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, { id: "before" }));
      await eventually(() => expect(seen).toEqual([{ id: "before" }]));
      await asPlatform("test", (tx) => leaveHeldJobs(tx, ids, realWorld().clock.wall().atMs));
      queue.wake();
      await vi.waitFor(() => expect(seen).toContainEqual({ id: "left" }), { timeout: 2000, interval: 20 });
    });

    test("a job of a transaction that rolled back never runs", async () => {
      const queue = newQueue();
      const name = newName();
      const seen: object[] = [];
      await queue.work(name, async (data) => void seen.push(data));
      await queue.start();
      const refused = database.current().asProvider("p1", async (tx) => {
        await queue.send(tx, name, { id: "lost" });
        throw new Error("refused");
      });
      await expect(refused).rejects.toThrow("refused");
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, { id: "kept" }));
      await eventually(() => expect(seen).toEqual([{ id: "kept" }]));
    });

    test("[SYS-07] it counts what is due and waits, by name; what runs and what is for later is not counted", async () => {
      const queue = newQueue();
      const name = `maintenance.${newName()}`;
      const gate = Promise.withResolvers<void>();
      const begun: object[] = [];
      await queue.work(name, async (data) => {
        begun.push(data);
        await gate.promise;
      });
      await queue.start();
      try {
        await database.current().asProvider("p1", async (tx) => {
          for (let n = 0; n < 4; n++) await queue.send(tx, name, { n });
          await queue.send(tx, name, { later: true }, { startAfterMs: 3_600_000 });
        });
        await vi.waitFor(
          async () => {
            expect(begun).toHaveLength(1);
            const own = (await queue.waiting()).filter((each) => each.name === name);
            expect(own.map(({ count: due }) => due)).toEqual([3]);
            expect(own[0]?.oldestMs).toBeGreaterThanOrEqual(0);
          },
          { timeout: 30_000, interval: 50 },
        );
      } finally {
        gate.resolve();
      }
    });

    // The in-process queue does one thing after the other: a simulation has to be repeatable.
    if (kind === "pg-boss")
      test("[SYS-02] a heap of work that is not urgent holds up nobody's payment", async () => {
        const queue = newQueue();
        const [slow, urgent] = [`maintenance.${newName()}`, `payments.${newName()}`];
        const gate = Promise.withResolvers<void>();
        const done = { slow: 0, urgent: 0 };
        await queue.work(slow, async () => {
          await gate.promise;
          done.slow++;
        });
        await queue.work(urgent, async () => void done.urgent++);
        await queue.start();
        try {
          const send = (name: string, n: number) =>
            database.current().asProvider("p1", (tx) => queue.send(tx, name, { n }));
          for (let n = 0; n < 5; n++) await send(slow, n);
          await send(urgent, 1);
          await eventually(() => expect(done).toEqual({ slow: 0, urgent: 1 }));
        } finally {
          gate.resolve();
        }
        await eventually(() => expect(done.slow).toBe(5));
      });

    test("[SYS-03] a job that throws is tried again", async () => {
      const queue = newQueue();
      const name = newName();
      let tries = 0;
      await queue.work(name, async () => {
        tries++;
        if (tries === 1) throw new Error("not yet");
      });
      await queue.start();
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, {}));
      await eventually(() => expect(tries).toBe(2));
    });

    test("[SYS-04] a job that fails for good stands in the list, with its data and its error", async () => {
      const queue = newQueue({ limits: new Map([["maintenance", { timeoutSeconds: 60, tries: 1 }]]) });
      const name = newName();
      await queue.work(name, async () => {
        throw new Error("it can't be done");
      });
      await queue.start();
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, { providerId: "p1", id: "x" }));
      const dead = () =>
        database
          .current()
          .asPlatform("test", (tx) => tx.selectFrom("dead_jobs").selectAll().where("name", "=", name).execute());
      await vi.waitFor(
        async () =>
          expect(await dead()).toMatchObject([
            {
              queue: "maintenance",
              data: { providerId: "p1", id: "x" },
              error: expect.stringContaining("can't be done"),
            },
          ]),
        { timeout: 20_000, interval: 50 },
      );
    });

    test("[SYS-04] a database that fails while the end of a job is noted holds up no job, and the failed one stands in the list", async () => {
      const [name, other] = [newName(), newName()];
      let isWell = false;
      const real = database.current();
      const failing: OpenDatabase = {
        ...real,
        async asPlatform(reason, work) {
          if (isWell || (reason !== "keep-dead-job" && reason !== "job-failed")) return real.asPlatform(reason, work);
          isWell = true;
          throw new Error("no space left on device");
        },
      };
      const queue = queues[kind]!(failing, { limits: new Map([["maintenance", { timeoutSeconds: 60, tries: 1 }]]) });
      open.push(queue);
      const seen: object[] = [];
      await queue.work(name, async () => {
        throw new Error("it can't be done");
      });
      await queue.work(other, async (data) => void seen.push(data));
      await queue.start();
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, { id: "x" }));
      await vi.waitFor(() => expect(isWell).toBe(true), { timeout: 20_000, interval: 20 });
      await database.current().asProvider("p1", (tx) => queue.send(tx, other, { id: "y" }));
      await eventually(() => expect(seen).toEqual([{ id: "y" }]));
      const dead = () =>
        database
          .current()
          .asPlatform("test", (tx) => tx.selectFrom("dead_jobs").select("name").where("name", "=", name).execute());
      await vi.waitFor(async () => expect(await dead()).toEqual([{ name }]), { timeout: 20_000, interval: 50 });
    });

    // pg-boss waits seconds before it tries again; that a later start changes its limits, another test shows at once.
    const testOfLimits = kind === "pg-boss" ? longTest : test;
    testOfLimits("[SYS-03] a queue from before gets the limits of this start: more tries than it had", async () => {
      const name = newName();
      const limits = (tries: number) => ({ limits: new Map([["maintenance", { timeoutSeconds: 60, tries }]]) });
      const before = newQueue(limits(1));
      await before.work(name, async () => {});
      await before.start();
      await before.stop();
      const queue = newQueue(limits(2));
      let tries = 0;
      await queue.work(name, async () => {
        tries++;
        throw new Error("never");
      });
      await queue.start();
      await database.current().asProvider("p1", (tx) => queue.send(tx, name, {}));
      await eventually(() => expect(tries).toBe(2));
    });

    test("of jobs with one singleton key, one waits", async () => {
      const queue = newQueue();
      const name = newName();
      const seen: string[] = [];
      await database.current().asProvider("p1", async (tx) => {
        await queue.send(tx, name, { id: "first" }, { singletonKey: "k" });
        await queue.send(tx, name, { id: "second" }, { singletonKey: "k" });
        await queue.send(tx, name, { id: "other" }, { singletonKey: "other" });
      });
      await queue.work(name, async (data) => void seen.push((data as { id: string }).id));
      await queue.start();
      await eventually(() => expect([...seen].sort()).toEqual(["first", "other"]));
    });

    test("a job sent while its namesake runs is not lost", async () => {
      const queue = newQueue();
      const name = newName();
      const send = () => database.current().asProvider("p1", (tx) => queue.send(tx, name, {}, { singletonKey: "k" }));
      let runs = 0;
      await queue.work(name, async () => {
        runs++;
        if (runs === 1) await send();
      });
      await queue.start();
      await send();
      await eventually(() => expect(runs).toBe(2));
    });

    test.skipIf(engine === "embedded")(
      "a job is not lost whose namesake is run between its sending and the commit of its cause",
      async () => {
        const queue = newQueue();
        const name = newName();
        const seen: object[] = [];
        await queue.work(name, async (data) => void seen.push(data));
        const send = (tx: Tx, id: string) => queue.send(tx, name, { id }, { singletonKey: "k" });
        await database.current().asProvider("p1", (tx) => send(tx, "before"));
        const [sent, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const cause = database.current().asProvider("p1", async (tx) => {
          await send(tx, "after");
          sent.resolve();
          await committing.promise;
        });
        await sent.promise;
        await queue.start();
        await eventually(() => expect(seen).toEqual([{ id: "before" }])).finally(committing.resolve);
        await cause;
        await eventually(() => expect(seen).toEqual([{ id: "before" }, { id: "after" }]));
      },
      40_000,
    );

    test("a job with a delay waits for it, and one without does not wait for that", async () => {
      const queue = newQueue();
      const name = newName();
      const seen: string[] = [];
      await queue.work(name, async (data) => void seen.push((data as { id: string }).id));
      await queue.start();
      await database.current().asProvider("p1", async (tx) => {
        await queue.send(tx, name, { id: "later" }, { startAfterMs: 800 });
        await queue.send(tx, name, { id: "now" });
      });
      await eventually(() => expect(seen).toEqual(["now", "later"]));
    });

    test.each(
      inLongRunAll(
        [
          ["two days behind", -2 * 86_400_000],
          ["two days ahead of", 2 * 86_400_000],
        ] as const,
        (_, at) => at === (kind === "pg-boss" ? 0 : 1),
      ),
    )(
      "[SYS-03] a delay is as long as it was said, also where the hub's clock is %s the database's",
      async (_, byMs) => {
        const queue = newQueue(undefined, worldOff(byMs));
        const name = newName();
        const seen: [string, isEarly: boolean][] = [];
        const sentMs = performance.now();
        await queue.work(name, async (data) => {
          const { id } = data as { id: string };
          seen.push([id, id === "later" && performance.now() - sentMs < 1000]);
        });
        await queue.start();
        await database.current().asProvider("p1", async (tx) => {
          await queue.send(tx, name, { id: "later" }, { startAfterMs: 1000 });
          await queue.send(tx, name, { id: "now" });
        });
        await eventually(() =>
          expect(new Map(seen)).toEqual(
            new Map([
              ["now", false],
              ["later", false],
            ]),
          ),
        );
      },
    );

    test("a job outlives the process that took it in", async () => {
      const first = newQueue();
      const name = newName();
      await first.start();
      await database.current().asProvider("p1", (tx) => first.send(tx, name, { id: "kept" }));
      await first.stop();
      const second = newQueue();
      const seen: object[] = [];
      await second.work(name, async (data) => void seen.push(data));
      await second.start();
      await eventually(() => expect(seen).toEqual([{ id: "kept" }]));
    });

    test.runIf(kind === "in-process")(
      "a process that starts leaves what another one runs, and takes back what a dead one ran",
      async () => {
        const name = newName();
        const ended = Promise.withResolvers<void>();
        const first = createInProcessQueue(realWorld(), database.current());
        open.push(first);
        await first.work(name, () => ended.promise);
        await first.start();
        await database.current().asProvider("p1", (tx) => first.send(tx, name, { id: "long" }));
        await eventually(() => expect(first.running()).not.toBeNull());
        const startBeside = async (runningElsewhere: () => readonly string[]) => {
          const queue = createInProcessQueue(realWorld(), database.current(), { runningElsewhere });
          open.push(queue);
          const seen: object[] = [];
          await queue.work(name, async (data) => void seen.push(data));
          await queue.start();
          await queue.settled();
          return seen;
        };
        expect(await startBeside(() => [first.running() ?? ""])).toEqual([]);
        expect(await startBeside(() => [])).toEqual([{ id: "long" }]);
        ended.resolve();
      },
    );

    test.skipIf(kind !== "pg-boss")(
      "a job that a process was moving when it died is taken by another one, and not one that is being moved",
      async () => {
        const name = newName();
        const nowMs = realWorld().clock.wall().atMs;
        const taken = (id: string, takenAtMs: number) => ({
          ...{ jobId: newId(realWorld()), name, data: json({ id }), state: "moving" as const, takenAtMs },
          ...{ runAtMs: nowMs - 60_000, createdAtMs: nowMs - 60_000 },
        });
        await database.current().asPlatform("test", (tx) =>
          tx
            .insertInto("job_outbox")
            .values([taken("left", nowMs - 40_000), taken("in hand", nowMs - 1000)])
            .execute(),
        );
        const queue = newQueue();
        const seen: object[] = [];
        await queue.work(name, async (data) => void seen.push(data));
        await queue.start();
        await eventually(() => expect(seen).toEqual([{ id: "left" }]));
        await database.current().asProvider("p1", (tx) => queue.send(tx, name, { id: "later" }));
        await eventually(() => expect(seen).toEqual([{ id: "left" }, { id: "later" }]));
      },
    );
  });
});
