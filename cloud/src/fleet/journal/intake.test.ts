import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { describe, expect, test, vi } from "vitest";
import { engines, isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { createEmitMany } from "../../ground/events/record.ts";
import { createTestIntake } from "../../test-intake.ts";
import { noteSites } from "../link/note-sites.ts";
import { epochsPerDayMax } from "./intake.ts";
import { createIntakeQueue } from "./intake-queue.ts";
import { readJournal } from "./test-journal-rows.ts";

const world = realWorld();
const alarm = (seq: number) => ({
  seq,
  atMs: 1_790_000_000_000 + seq,
  clock: "synced",
  upMs: 1,
  kind: "alarm",
  name: "told",
  fields: {},
});

describe.each(engines.filter((engine) => !isAbsent(engine)))("the intake on %s", (engine) => {
  const database = useDatabase(engine, world);

  test("frames of many sites go in together: each record under its number, with its complaint or with what it says", async () => {
    const providerId = "p-together";
    const intake = createTestIntake(world, database.current(), createEmitMany(world));
    const take = (siteId: string, records: Record<string, unknown>[], more: { lostBefore?: boolean } = {}) =>
      intake.take(providerId, { siteId, epoch: "e1", records, ...more });
    const outcomes = await Promise.all([
      take("s1", [alarm(1), { ...alarm(2), atMs: "soon" }, { kind: "alarm" }, { ...alarm(4), name: "a\0b" }]),
      take("s2", [alarm(1)]),
      take("s1", [alarm(5)]),
      take("s2", [alarm(7), alarm(8)], { lostBefore: true }),
      take("s1", [alarm(5), alarm(6)]),
    ]);
    expect(outcomes).toEqual([4, 1, 5, 8, 6].map((seq) => ({ kind: "ack", seq })));
    const records = await database.current().asProvider(providerId, readJournal);
    const place = { providerId, epoch: "e1" };
    const good = (siteId: string, seq: number) => {
      return { ...place, siteId, seq, kind: "alarm", atMs: alarm(seq).atMs, clock: "synced", complaint: null };
    };
    const bad = (seq: number, complaint: string) => {
      const what = { ...place, siteId: "s1", seq, kind: null, atMs: null, clock: null };
      return { ...what, complaint: expect.stringContaining(complaint) };
    };
    expect(records).toEqual([
      good("s1", 1),
      bad(2, "atMs"),
      bad(3, "seq"),
      good("s1", 4),
      good("s1", 5),
      good("s1", 6),
      good("s2", 1),
      good("s2", 7),
      good("s2", 8),
    ]);
    const epochs = await database
      .current()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("journal_epochs").select(["siteId", "lastSeq"]).orderBy("siteId").execute(),
      );
    expect(epochs).toEqual([
      { siteId: "s1", lastSeq: 6 },
      { siteId: "s2", lastSeq: 8 },
    ]);
  });

  test("a record of a broken or stolen site that no table holds does not hold up what comes behind it", async () => {
    const providerId = "p-wild";
    const intake = createTestIntake(world, database.current(), createEmitMany(world));
    const take = (siteId: string, records: Record<string, unknown>[]) =>
      intake.take(providerId, { siteId, epoch: "e1", records });
    const times = { startedAtMs: 1_790_000_000_000, endsAtMs: null, revokedAtMs: null };
    const grant = { grantId: "v.b1.7", origin: "voucher", planName: "Hour", terms: unlimitedTerms, unverified: false };
    const used = {
      kind: "grant-started",
      grant: { ...grant, ...times },
      voucher: { batchId: "b1", serial: 3_000_000_000 },
    };
    const started = { kind: "session-started", sessionKey: "k1", sessionId: "a1", nas: "n", grantId: null, user: "u" };
    // Nothing in it repeats, so that no index packs it.
    const mac = Array.from({ length: 2000 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7919) % 20_000))).join("");
    const records = [
      { ...alarm(1), ...used },
      { ...alarm(2), ...started, mac, address: null, startedAtMs: 1_790_000_000_000 },
      { ...alarm(3), deep: JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) },
      alarm(4),
    ];
    expect(await Promise.all(records.map((record, at) => take(`s${at}`, [{ ...record, seq: 1 }])))).toEqual(
      records.map(() => ({ kind: "ack", seq: 1 })),
    );
  });

  test("a stolen site that begins one epoch after the other fills no table: each handshake of it, and of who waits beside it, reads them all", async () => {
    const providerId = "p-epochs";
    let laterMs = 0;
    const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + laterMs) });
    const intake = createTestIntake({ ...world, clock: { ...world.clock, wall } }, database.current());
    const take = async (epoch: string, siteId = "s1", seq = 1) =>
      (await intake.take(providerId, { siteId, epoch, records: [alarm(seq)] })).kind;
    const kinds = await Promise.all(Array.from({ length: epochsPerDayMax + 5 }, (_, at) => take(`${at}`)));
    expect(Object.groupBy(kinds, (kind) => kind)).toMatchObject({ ack: { length: epochsPerDayMax } });
    expect(kinds.filter((kind) => kind === "out-of-step")).toHaveLength(5);
    expect(await take("0", "s1", 2), "what has begun goes on").toBe("ack");
    expect(await take("0", "s2"), "another site").toBe("ack");
    laterMs = 86_400_001;
    expect(await take("tomorrow")).toBe("ack");
  });

  test("consoles hear of every site of a batch and every topic, under numbers without gaps", async () => {
    const providerId = "p-heard";
    const intake = createTestIntake(world, database.current(), createEmitMany(world));
    const started = { kind: "agent-started", boot: 1, version: "0.1.0" };
    await intake.take(providerId, { siteId: "s0", epoch: "e1", records: [alarm(1)] });
    await Promise.all(
      ["s1", "s2"].map((siteId) =>
        intake.take(providerId, { siteId, epoch: "e1", records: [alarm(1), { ...alarm(2), ...started }] }),
      ),
    );
    const events = await database
      .current()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("events").select(["seq", "topic", "id", "action"]).orderBy("seq").execute(),
      );
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(events.map(({ topic, id, action }) => `${id} ${topic} ${action}`).sort()).toEqual(
      ["s0 alarm", "s1 alarm", "s1 site", "s2 alarm", "s2 site"].map((what) => `${what} changed`),
    );
  });

  test.skipIf(engine === "embedded")(
    "two processes take in the journals of two sites of a provider at once, however their names hash; of one site, or with a batch of many, one after the other",
    async () => {
      const providerId = "p-processes";
      const [, ...alike] = await database
        .current()
        .alone("read", (run) =>
          run(
            `select 's' || n as site from generate_series(0, 2000) n where hashtext('s' || n) & 63 = hashtext('s0') & 63 order by n`,
          ),
        );
      const other = String(alike[0]?.site);
      const held = Promise.withResolvers<void>();
      const stored = Promise.withResolvers<void>();
      const slow = createIntakeQueue(world, database.current(), {
        projectors: [
          {
            async project() {
              stored.resolve();
              await held.promise;
            },
          },
        ],
        noteSites,
        emitMany: async () => {},
      });
      const take = (siteId: string, seq: number) => ({ siteId, epoch: "e1", records: [alarm(seq)] });
      const first = slow.take(providerId, take("s0", 1));
      await stored.promise;
      const process = () => createTestIntake(world, database.current());
      expect(await process().take(providerId, take(other, 1))).toEqual({ kind: "ack", seq: 1 });
      const waits: string[] = [];
      const same = process()
        .take(providerId, take("s0", 2))
        .then(() => void waits.push("the same site"));
      // The first frame of a queue goes alone; the others collect meanwhile.
      const busy = process();
      const many = Array.from({ length: 100 }, (_, index) => busy.take(providerId, take(`many-${index}`, 1)));
      const batch = Promise.all(many).then(() => void waits.push("many"));
      await vi.waitFor(async () => expect(await lockWaits(database.current())).toBe(2), { timeout: 30_000 });
      expect(waits).toEqual([]);
      held.resolve();
      expect(await first).toEqual({ kind: "ack", seq: 1 });
      await Promise.all([same, batch]);
    },
  );
});
