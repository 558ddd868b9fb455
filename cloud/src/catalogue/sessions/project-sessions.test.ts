import { AsyncLocalStorage } from "node:async_hooks";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { createIntakeQueue } from "../../fleet/journal/intake-queue.ts";
import { noteSites } from "../../fleet/link/note-sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import type { Span } from "../../ground/jobs/maintenance-job.ts";
import { untilNone } from "../../ground/jobs/until-none.ts";
import { allProjectors, createTestIntake } from "../../test-intake.ts";
import { readBegun } from "../recall/read-begun.ts";
import { oldSessions } from "./session-retention.ts";

/** Transactions don't nest: this is as another process would do it. */
const outside = AsyncLocalStorage.snapshot();
const dayMs = 86_400_000;
const siteId = "s1";

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("sessions by month on %s", (engine) => {
  const world = realWorld();
  const nowMs: number = world.clock.wall().atMs;
  const database = useDatabase(engine, world);

  const makeProvider = (providerId: string) =>
    database.current().alone("write", (run) =>
      run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
        created_at_ms, updated_at_ms) values ('${providerId}', 'One', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`),
    );

  /** A provider with its site's journal, as the hub takes it in on some day. */
  async function journalOf(providerId: string) {
    await makeProvider(providerId);
    const seqs = new Map<string, number>();
    const sent = (kind: string, more: object, atMs = nowMs) => ({ clock: "synced", upMs: 1, atMs, kind, ...more });
    const counters = (kib: number) => ({ inputBytes: kib, outputBytes: 10 * kib, onlineSeconds: kib });
    return {
      started: (sessionKey: string, atMs: number) =>
        sent(
          "session-started",
          {
            ...{ sessionKey, sessionId: "a1", nas: "lobby", grantId: "g1", user: "user", mac: "AA:BB:CC:DD:EE:FF" },
            ...{ address: "10.5.50.7", startedAtMs: atMs },
          },
          atMs,
        ),
      used: (sessionKey: string, kib: number, atMs = nowMs) =>
        sent("session-used", { sessionKey, ...counters(kib) }, atMs),
      stopped: (sessionKey: string, kib: number, atMs = nowMs, cause = "user-request") =>
        sent("session-stopped", { sessionKey, ...counters(kib), cause, stoppedAtMs: atMs }, atMs),
      /** @param commits what the transaction waits for at its end, as a slow disk does */
      async take(records: readonly object[], onMs = nowMs, epoch = "e1", commits?: () => Promise<unknown>) {
        const onDay = {
          ...world,
          clock: { ...world.clock, wall: () => ({ ...world.clock.wall(), atMs: unixMs(onMs) }) },
        };
        const numbered = records.map((record) => {
          const seq = (seqs.get(epoch) ?? 0) + 1;
          seqs.set(epoch, seq);
          return { ...record, seq };
        });
        const intake =
          commits === undefined
            ? createTestIntake(onDay, database.current())
            : createIntakeQueue(onDay, database.current(), {
                projectors: [...allProjectors(onDay), { project: async () => void (await commits()) }],
                noteSites,
                emitMany: async () => {},
              });
        expect(await intake.take(providerId, { siteId, epoch, records: numbered })).toMatchObject({ kind: "ack" });
      },
      read: <Row>(query: ReturnType<typeof sql<Row>>) =>
        database.current().asProvider(providerId, async (tx) => (await query.execute(tx)).rows),
      sessions: () =>
        database
          .current()
          .asProvider(providerId, (tx) =>
            tx
              .selectFrom("sessions")
              .select(["sessionKey", "keptFromMs", "startedAtMs", "stoppedAtMs", "outputBytes", "cause"])
              .orderBy("sessionKey")
              .execute(),
          ),
      usage: () =>
        database
          .current()
          .asProvider(providerId, async (tx) =>
            (await tx.selectFrom("usage_days").select("outputBytes").orderBy("day").execute()).map(
              (row) => row.outputBytes,
            ),
          ),
    };
  }
  const keep = ({ fromMs, untilMs }: Span, byMs = nowMs, isLocked = false) =>
    untilNone(() =>
      database
        .current()
        .asPlatform(
          "forget",
          (tx) => oldSessions.outlives?.(tx, { fromMs, untilMs, nowMs: byMs, isLocked }) as Promise<number>,
        ),
    );

  test("[RAD-12] [REP-08] a record that comes a year late finds its session, and none of its bytes count twice", async () => {
    const of = await journalOf("p-late");
    const yearAgo = nowMs - 370 * dayMs;
    await of.take([of.started("k", yearAgo), of.used("k", 5, yearAgo), of.stopped("k", 7, yearAgo)], yearAgo);
    await of.take([of.used("other", 2)]);
    await of.take([of.stopped("k", 9, yearAgo)]);
    await of.take([of.used("k", 8, yearAgo)]);
    expect(await of.sessions()).toEqual([
      {
        sessionKey: "k",
        keptFromMs: yearAgo,
        startedAtMs: yearAgo,
        stoppedAtMs: yearAgo,
        outputBytes: 90,
        cause: "user-request",
      },
      expect.objectContaining({ sessionKey: "other", keptFromMs: nowMs, outputBytes: 20 }),
    ]);
    expect(await of.usage()).toEqual([90, 20]);
  });

  test("[RAD-12] one that was taken for lost goes on in its month; its start may come after its use, and lie before it", async () => {
    const of = await journalOf("p-lost");
    const [before, later] = [nowMs - 100 * dayMs, nowMs - 99 * dayMs];
    await of.take([of.used("k", 5, before)], before);
    await of.take([of.stopped("k", 5, before, "lost")], later);
    await of.take([of.started("k", before - 60 * dayMs), of.used("k", 6)]);
    expect(await of.sessions()).toEqual([
      {
        ...{ sessionKey: "k", keptFromMs: before, startedAtMs: before - 60 * dayMs },
        ...{ stoppedAtMs: null, cause: null, outputBytes: 60 },
      },
    ]);
    expect((await of.usage()).reduce((sum, each) => sum + each, 0)).toBe(60);
  });

  test("[REP-08] a clock that goes back and comes to a day again counts no byte twice, however the records are cut into frames", async () => {
    const told = (of: Awaited<ReturnType<typeof journalOf>>) =>
      [0, -1, 0, 1, 1, 0, 2].map((day, at) => of.used("k", [5, 5, 8, 9, 12, 12, 20][at] ?? 0, nowMs + day * dayMs));
    const [whole, cut] = [await journalOf("p-whole"), await journalOf("p-cut")];
    await whole.take(told(whole));
    for (const record of told(cut)) await cut.take([record]);
    // Of yesterday, today, and the two days after.
    for (const of of [whole, cut]) expect(await of.usage()).toEqual([0, 80, 40, 80]);
  });

  test("[RAD-12] two epochs of a site that tell of one new session at once make one row", async () => {
    const of = await journalOf("p-twice");
    await Promise.all(
      ["e1", "e2", "e3"].map((epoch, at) => of.take([of.started("k", nowMs), of.used("k", at + 1)], nowMs + at, epoch)),
    );
    expect(await of.sessions()).toMatchObject([{ sessionKey: "k", outputBytes: 30, keptFromMs: expect.any(Number) }]);
  });

  /** @returns when somebody waits for a lock of this database, or `other` has ended */
  const waitsOr = (other: Promise<unknown>) => {
    let hasEnded = false;
    void other.finally(() => {
      hasEnded = true;
    });
    return outside(() =>
      vi.waitFor(async () => expect(hasEnded || (await lockWaits(database.current())) > 0).toBe(true), {
        timeout: 60_000,
      }),
    );
  };

  test.skipIf(engine === "embedded").each([
    ["that the hub knows", true],
    ["that is new", false],
  ])("[RAD-12] two epochs of a site that tell at once of a session %s count its bytes once", async (_, isKnown) => {
    const of = await journalOf(`p-once-${isKnown}`);
    if (isKnown) await of.take([of.started("k", nowMs), of.used("k", 1)]);
    const first = Promise.withResolvers<void>();
    let second: Promise<void> = Promise.resolve();
    const slow = of.take([of.started("k", nowMs), of.used("k", 2)], nowMs, "e2", () => {
      first.resolve();
      return waitsOr(second);
    });
    second = outside(() => first.promise).then(() => of.take([of.started("k", nowMs), of.used("k", 3)], nowMs, "e3"));
    await Promise.all([slow, second]);
    expect(await of.sessions()).toMatchObject([{ sessionKey: "k", outputBytes: 30 }]);
    expect(await of.usage()).toEqual([30]);
  });

  test.skipIf(engine === "embedded")(
    "[RAD-12] [SYS-10] a session that is moved to another month while its record comes in stays one",
    async () => {
      const of = await journalOf("p-moved");
      const yearAgo = nowMs - 370 * dayMs;
      await of.take([of.started("k", yearAgo), of.used("k", 1, yearAgo)], yearAgo);
      for (const month of [yearAgo, nowMs].map((atMs) => new Date(atMs).toISOString().slice(0, 7)))
        await database.current().alone("write", (run) => run(`select karibu_make_month('sessions', '${month}-01')`));
      const moved = Promise.withResolvers<void>();
      let taking: Promise<void> = Promise.resolve();
      const moving = database.current().asPlatform("test", async (tx) => {
        await sql`update sessions set kept_from_ms = ${nowMs} where provider_id = 'p-moved'`.execute(tx);
        moved.resolve();
        await waitsOr(taking);
      });
      taking = outside(() => moved.promise).then(() => of.take([of.used("k", 3)]));
      await Promise.all([moving, taking]);
      expect(await of.sessions()).toMatchObject([{ sessionKey: "k", outputBytes: 30, keptFromMs: nowMs }]);
      expect((await of.usage()).reduce((sum, each) => sum + each, 0)).toBe(30);
    },
  );

  test("[SYS-10] what must outlast its month moves on and changes no figure; how far the rest is forgotten is written down as it goes", async () => {
    const of = await journalOf("p-months");
    const [fromMs, untilMs] = [nowMs - 500 * dayMs, nowMs - 470 * dayMs];
    const within = fromMs + dayMs;
    await of.take([of.started("ended", within), of.stopped("ended", 3, within + dayMs)], within);
    await of.take([of.started("open", within), of.used("open", 4, within)], within);
    await of.take([of.started("long", within), of.used("long", 5, within)], within);
    await of.take([of.stopped("long", 6, untilMs + dayMs)], untilMs + dayMs);
    await database.current().asPlatform("test", (tx) => sql`delete from report_days_waiting`.execute(tx));
    expect(await keep({ fromMs, untilMs })).toBe(2);
    expect((await of.sessions()).map((row) => [row.sessionKey, row.keptFromMs >= untilMs])).toEqual([
      ["ended", false],
      ["long", true],
      ["open", true],
    ]);
    expect(await of.read(sql`select from report_days_waiting`)).toEqual([]);
    const floor = () => of.read(sql`select sessions_ms from report_floors`);
    expect(await floor(), "nothing is gone yet").toEqual([]);
    await database.current().asPlatform("test", (tx) => oldSessions.notes?.(tx, { fromMs, untilMs }) as Promise<void>);
    expect(await floor()).toEqual([{ sessionsMs: within }]);
    // Both go on where they lie now.
    await of.take([of.used("open", 9), of.stopped("long", 7, untilMs + dayMs)]);
    expect(await of.sessions()).toMatchObject([{ outputBytes: 30 }, { outputBytes: 70 }, { outputBytes: 90 }]);
  });

  test("[RAD-12] [SYS-10] what a grant that lives has used is kept when its sessions go, once, and by the epoch in which it was used", async () => {
    const of = await journalOf("p-living");
    const [fromMs, untilMs] = [nowMs - 500 * dayMs, nowMs - 470 * dayMs];
    const [at, next] = [fromMs + dayMs, fromMs + 2 * dayMs];
    await database.current().alone("write", (run) =>
      run(`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values ('p-living', 'g1', '${siteId}', 'voucher', '1 GB', ${at}, null, 'e0', 1, ${at})`),
    );
    await of.take([of.started("a", at), of.stopped("a", 3, next)], next);
    await of.take([of.started("b", at), of.stopped("b", 4, next)], next, "e2");
    const told = (epoch: string) =>
      database.current().asProvider("p-living", async (tx) => {
        const place = { providerId: "p-living", siteId, epoch };
        const [begun] = await readBegun(tx, place, { after: "", limit: 10, nowMs });
        return [begun?.usedBytes, begun?.usedSeconds];
      });
    const before = [await told("e1"), await told("e3")];
    expect(before).toEqual([
      [44, 4],
      [77, 7],
    ]);
    await keep({ fromMs, untilMs });
    expect(await of.sessions()).toEqual([]);
    expect([await told("e1"), await told("e3")]).toEqual(before);
    expect(await keep({ fromMs, untilMs }), "nothing is left to add").toBe(0);
    expect(await of.read(sql`select begun_ms from sessions_forgotten`)).toEqual([{ begunMs: at }]);

    // A copy of the site tells of them again: of one with more use, of one its start alone, and then more.
    await of.take([of.started("b", at), of.stopped("b", 5, next)], nowMs, "copy");
    expect(await told("e3")).toEqual([88, 8]);
    await of.take([of.started("a", at)], nowMs, "copy");
    expect(await told("e3")).toEqual([88, 8]);
    await of.take([of.stopped("a", 4, next)], nowMs, "copy");
    expect(await told("e3")).toEqual([99, 9]);
    expect((await of.usage()).reduce((sum, each) => sum + each, 0)).toBe(90);

    // A year later another month goes, and one that went to another site keeps its sessions.
    const [laterFromMs, laterUntilMs] = [nowMs - 450 * dayMs, nowMs - 420 * dayMs];
    const later = laterFromMs + dayMs;
    await of.take([of.started("c", later), of.stopped("c", 5, later)], later);
    await of.take([of.started("d", later), of.stopped("d", 6, later)], later);
    await database.current().alone("write", (run) =>
      run(`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
          values ('p-living', '${siteId}', 'S', 300, true, 1, 1);
        insert into grants (provider_id, grant_id, site_id, origin, plan_name, terms, unverified, created_at_ms)
          values ('p-living', 'g2', '${siteId}', 'purchase', '1 GB', '{}', false, 1);
        insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
          values ('p-living', 'g2', 'g2.1', 1, '${siteId}', '${siteId}', ${later}, '{}');
        insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values ('p-living', 'g2.1', '${siteId}', 'purchase', '1 GB', ${later}, null, 'e0', 2, ${later});
        update sessions set grant_id = 'g2.1' where session_key = 'd'`),
    );
    await keep({ fromMs: laterFromMs, untilMs: laterUntilMs });
    expect((await of.sessions()).map((row) => [row.sessionKey, row.keptFromMs >= laterUntilMs])).toEqual([
      ["a", true],
      ["b", true],
      ["d", true],
    ]);
    expect(await told("e3")).toEqual([154, 14]);
  });

  test("[PLN-10] [BEY-28] what ran in free hours is not told as used: of a session that stands, that goes on under a new key, and that is forgotten", async () => {
    const of = await journalOf("p-free");
    const [fromMs, untilMs] = [nowMs - 500 * dayMs, nowMs - 470 * dayMs];
    const [at, next] = [fromMs + dayMs, fromMs + 2 * dayMs];
    await database.current().alone("write", (run) =>
      run(`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values ('p-free', 'g1', '${siteId}', 'voucher', '1 GB', ${at}, null, 'e0', 1, ${at})`),
    );
    const told = (epoch = "e9") =>
      database.current().asProvider("p-free", async (tx) => {
        const place = { providerId: "p-free", siteId, epoch };
        const [begun] = await readBegun(tx, place, { after: "", limit: 10, nowMs });
        return [begun?.usedBytes, begun?.usedSeconds];
      });
    const free = (record: object) => ({ ...record, isFree: true });
    await of.take([of.started("a", at), of.used("a", 1, at), free(of.used("a", 3, at)), of.used("a", 4, at)], at);
    expect(await told(), "minutes count at all hours").toEqual([22, 4]);
    await of.take([free(of.used("a", 3, at)), free(of.used("a", 9, at))], at);
    expect(await told(), "what is told twice is free once").toEqual([22, 9]);

    // The stick is lost. The router's first report of it under the new key comes in free hours, or in others.
    const goesOn = (by: string, sessionKey: string) => {
      const page = { spent: [], ended: [], grants: [], sales: [], sellers: [] };
      const row = { ...{ kind: "recalled", recall: by, page, done: true }, continued: [{ sessionKey, by }] };
      return { clock: "synced", upMs: 1, atMs: at, ...row };
    };
    await of.take([of.started("b", at), free(of.used("b", 10, at)), goesOn("b", "a")], at, "e2");
    expect(await told()).toEqual([22, 10]);
    await of.take([of.started("c", at), of.used("c", 11, at), goesOn("c", "b")], at, "e3");
    expect(await told()).toEqual([33, 11]);
    await of.take([free(of.stopped("c", 20, next))], next, "e3");
    expect(await told()).toEqual([33, 20]);

    await keep({ fromMs, untilMs });
    expect(await of.sessions()).toEqual([]);
    expect(await told()).toEqual([33, 20]);
    await of.take([of.started("c", at), of.used("c", 21, next)], nowMs, "copy");
    expect(await told()).toEqual([44, 21]);
  });

  test("[RAD-12] [REP-08] what is told again of a session whose month was dropped counts only what is new", async () => {
    const of = await journalOf("p-dropped");
    const [fromMs, untilMs] = [nowMs - 500 * dayMs, nowMs - 470 * dayMs];
    const [at, next] = [fromMs + dayMs, fromMs + 2 * dayMs];
    for (const key of ["late", "again", "unset"])
      await of.take([of.started(key, at), of.used(key, 3, at), of.stopped(key, 5, next)], next);
    await database.current().asPlatform("test", async (tx) => {
      await oldSessions.notes?.(tx, { fromMs, untilMs });
      await sql`delete from sessions where provider_id = 'p-dropped'`.execute(tx);
    });
    const used = async () =>
      Object.fromEntries(
        (
          await of.read<{ key: string; bytes: number }>(
            sql`select session_key as key, sum(output_bytes)::int as bytes from usage_days group by 1 order by 1`,
          )
        ).map(({ key, bytes }) => [key, bytes]),
      );
    const before = { again: 50, late: 50, unset: 50 };
    expect(await used()).toEqual(before);
    await of.take([of.stopped("late", 7, next)]);
    expect(await used(), "its start is not told").toEqual({ ...before, late: 70 });
    await of.take([of.started("again", at), of.used("again", 3, at), of.stopped("again", 6, next)], nowMs, "copy");
    expect(await used(), "a copy of the site tells of it").toEqual({ again: 60, late: 70, unset: 50 });
    await of.take([{ ...of.started("unset", 5000), clock: "unknown" }, of.stopped("unset", 5, 6000)], nowMs, "copy");
    await of.take([of.started("new", nowMs), of.used("new", 4), of.stopped("late", 8, next)]);
    expect(await used()).toEqual({ again: 60, late: 80, new: 40, unset: 50 });
  });

  test("[SYS-10] a session of a clock that was far ahead says nothing of how far sessions are gone, and none of a deleted provider", async () => {
    const [fromMs, untilMs] = [nowMs - 900 * dayMs, nowMs - 870 * dayMs];
    for (const providerId of ["p-ahead", "p-deleted"]) {
      const of = await journalOf(providerId);
      const wrongMs = nowMs + 900 * dayMs;
      await of.take([of.started("k", wrongMs), of.stopped("k", 3, wrongMs + dayMs)], fromMs + dayMs);
    }
    await database
      .current()
      .alone("write", (run) => run("update providers set state = 'deleted' where provider_id = 'p-deleted'"));
    const floors = await database.current().asPlatform("test", async (tx) => {
      await oldSessions.notes?.(tx, { fromMs, untilMs });
      const those = ["p-ahead", "p-deleted"];
      return {
        floors: await tx.selectFrom("report_floors").select("sessionsMs").where("providerId", "in", those).execute(),
        noted: await tx
          .selectFrom("sessions_forgotten")
          .select("providerId")
          .where("providerId", "in", those)
          .execute(),
      };
    });
    expect(floors).toEqual({ floors: [{ sessionsMs: untilMs - 1 }], noted: [{ providerId: "p-ahead" }] });
  });

  test("[SYS-10] what must outlast a month leaves it by the job's clock, also where the database's is behind, or what it heard came from a clock ahead", async () => {
    const of = await journalOf("p-behind");
    await of.take([of.started("open", nowMs), of.used("open", 3)]);
    await of.take([of.started("ahead", nowMs), of.stopped("ahead", 3)]);
    await of.take([of.stopped("ahead", 3)], nowMs + 3000 * dayMs);
    const span = { fromMs: nowMs - 15 * dayMs, untilMs: nowMs + 15 * dayMs };
    const byMs = nowMs + 500 * dayMs;
    // It ends, and has nothing left to do.
    await keep(span, byMs);
    expect(await keep(span, byMs)).toBe(0);
    expect((await of.sessions()).map((row) => row.keptFromMs)).toEqual([byMs, byMs]);
  });

  test("[SYS-10] the last look, while all wait, finds what was heard of since the one before", async () => {
    const of = await journalOf("p-last-look");
    const span = { fromMs: nowMs - 700 * dayMs, untilMs: nowMs - 670 * dayMs };
    const at = span.fromMs + dayMs;
    for (const key of ["ended", "heard", "opened"])
      await of.take([of.started(key, at), of.stopped(key, 3, at, "lost")], at);
    expect(await keep(span)).toBe(0);
    await of.take([of.stopped("heard", 4, at)]);
    await of.take([of.used("opened", 5, at)], at);
    expect(await keep(span, nowMs, true)).toBe(2);
    expect((await of.sessions()).map((row) => [row.sessionKey, row.keptFromMs >= span.untilMs])).toEqual([
      ["ended", false],
      ["heard", true],
      ["opened", true],
    ]);
  });

  test("[RAD-12] a page of sessions reads a page of each month, however many there are", async () => {
    const providerId = "p-pages";
    await makeProvider(providerId);
    const months = [0, 1, 2, 3, 4, 5].map((back) => {
      const month = new Date(nowMs);
      return Date.UTC(month.getUTCFullYear(), month.getUTCMonth() - back);
    });
    await database.current().alone("write", async (run) => {
      for (const fromMs of months) {
        await run(`select karibu_make_month('sessions', '${new Date(fromMs).toISOString().slice(0, 10)}')`);
        await run(`insert into sessions (provider_id, site_id, session_key, started_at_ms, stopped_at_ms, received_at_ms, kept_from_ms)
          select '${providerId}', 's', 'k' || n, ${fromMs} + n * 1000::bigint, 1, 1, ${fromMs} + n from generate_series(1, 4000) n`);
      }
      await run("analyze sessions");
    });
    const plan = await database.current().asProvider(providerId, (tx) => planOf(tx, months[2] as number));
    const touched = plan.filter((node) => node["Relation Name"] !== undefined);
    expect(plan.map((node) => node["Node Type"])).not.toContain("Sort");
    expect(plan.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    expect(
      touched.reduce((sum, node) => sum + node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0), 0),
    ).toBeLessThan(100 + 2 * touched.length);
  });
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Of a page far behind the first, in the order of the list. */
async function planOf(tx: Tx, beforeMs: number): Promise<PlanNode[]> {
  const { rows } = await sql<{ "QUERY PLAN": [{ Plan: PlanNode }] }>`
    explain (analyze, format json) select provider_id, site_id, session_key, kept_from_ms from sessions
    where (begun_at_ms, session_key, site_id) < (${beforeMs + 9000}::bigint, 'k', 's')
    order by begun_at_ms desc, session_key desc, site_id desc limit 100`.execute(tx);
  return nodesOf((rows[0] as (typeof rows)[0])["QUERY PLAN"][0].Plan);
}
