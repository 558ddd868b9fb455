import { createVoucherCatalogue } from "@karibu/agent/grants/vouchers/voucher-catalogue";
import { emptyState } from "@karibu/agent/state/site-state";
import { revokeAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import { renewGeneration } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { readJournal } from "@karibu/cloud/fleet/journal/test-journal-rows";
import { readSilentSites } from "@karibu/cloud/fleet/link/silent-sites";
import type { Database } from "@karibu/cloud/ground/db/database";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { Fault } from "@karibu/protocol/fault";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { ping } from "@karibu/protocol/rpc/router/ping";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AgentEnd,
  type EnrolledSite,
  type HubEnd,
  hastened,
  makeSites,
  startAgentEnd,
  startHubEnd,
  until,
} from "./link-ends.ts";

const world = hastened(realWorld(), 10);

const plan = (planId: string, name: string) => ({
  planId,
  name,
  priceCents: 5000 as never,
  currency: "KES",
  active: true,
  terms: unlimitedTerms,
});

const counters = (input: number, output: number, online: number) => ({
  inputBytes: bytes(input),
  outputBytes: bytes(output),
  onlineSeconds: seconds(online),
});

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("the link on %s", (engine) => {
  const database = useDatabase(engine, world);
  let hub: HubEnd;
  let calls: string[] = [];

  const handlers = [
    serve(carriedRpc("count"), (params, caller: { siteId: string }) => {
      calls.push(caller.siteId);
      return { got: params, times: calls.length };
    }),
    serve(carriedRpc("refuse"), () => {
      throw new Fault("plans/unknown", "no such plan", { retry: "never" });
    }),
  ];

  beforeAll(async () => {
    hub = await startHubEnd(world, database.current(), handlers);
  });
  afterAll(() => hub.stop());

  const makeSite = async () => (await makeSites(world, database.current(), hub, 1))[0] as EnrolledSite;

  async function withAgent(
    site: EnrolledSite,
    options: Parameters<typeof startAgentEnd>[3],
    work: (agent: AgentEnd) => Promise<void>,
  ) {
    const agent = await startAgentEnd(world, site, () => hub, options);
    try {
      await work(agent);
    } finally {
      await agent.stop();
    }
  }

  const session = (site: EnrolledSite, key: string) =>
    database
      .current()
      .asProvider(site.providerId, (tx) =>
        tx
          .selectFrom("sessions")
          .selectAll()
          .where("siteId", "=", site.siteId)
          .where("sessionKey", "=", key)
          .executeTakeFirst(),
      );

  test("[RAD-06] a session's start, use and stop reach the hub with their times, once, and are acknowledged", async () => {
    const site = await makeSite();
    await withAgent(site, {}, async ({ journal, link }) => {
      journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
      const start = {
        sessionKey: "k1",
        sessionId: "80100001",
        nas: "router",
        grantId: "g1",
        user: "u",
        mac: null,
        address: null,
      };
      journal.append({ kind: "session-started", ...start, startedAtMs: unixMs(1_750_000_000_000) });
      journal.append({ kind: "session-used", sessionKey: "k1", ...counters(10, 20, 30) });
      const stop = { cause: "user-request", stoppedAtMs: unixMs(1_750_000_060_000) };
      const { record } = journal.append({
        kind: "session-stopped",
        sessionKey: "k1",
        ...counters(100, 200, 60),
        ...stop,
      });
      await until("all is acknowledged", () => journal.ackedSeq === record.seq);
      expect(link.state).toBe("connected");
    });
    expect(await session(site, "k1")).toMatchObject({
      username: "u",
      grantId: "g1",
      startedAtMs: 1_750_000_000_000,
      stoppedAtMs: 1_750_000_060_000,
      cause: "user-request",
      inputBytes: 100,
      outputBytes: 200,
      onlineSeconds: 60,
    });
    const { rows, used, links } = await database.current().asProvider(site.providerId, async (tx) => ({
      rows: (await readJournal(tx)).filter((row) => row.siteId === site.siteId),
      used: await tx.selectFrom("usage_days").selectAll().where("siteId", "=", site.siteId).execute(),
      links: await tx.selectFrom("site_links").selectAll().where("siteId", "=", site.siteId).executeTakeFirstOrThrow(),
    }));
    expect(rows.map((row) => row.seq)).toEqual([1, 2, 3, 4]);
    expect(used.map((row) => [row.inputBytes, row.outputBytes, row.onlineSeconds])).toEqual([[100, 200, 60]]);
    expect(links).toMatchObject({ lastSeq: 4, boot: 1, agentVersion: "0.1.0", clockQuality: "synced" });
  });

  test("a hub whose clock is set tells its sites the time again", async () => {
    let setByMs = 0;
    const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + setByMs) });
    const set = await startHubEnd({ ...world, clock: { ...world.clock, wall } }, database.current());
    const [site] = await makeSites(world, database.current(), set, 1);
    const heardMs: number[] = [];
    const onWelcome = ({ timeMs }: { timeMs: number }) => void heardMs.push(timeMs);
    const agent = await startAgentEnd(world, site as EnrolledSite, () => set, { onWelcome });
    try {
      await until("it is connected", () => heardMs.length === 1);
      setByMs = -3_600_000;
      await until("it hears the time again", () => heardMs.length === 2);
      expect((heardMs[0] as number) - (heardMs[1] as number)).toBeGreaterThan(3_500_000);
    } finally {
      await agent.stop();
      await set.stop();
    }
  });

  test("a site that went away while the hub's clock was ahead is away since now, once the clock is right: not since a day to come", async () => {
    const aheadMs = 40 * 86_400_000;
    let setByMs = 0;
    const wall = () => ({ ...world.clock.wall(), atMs: unixMs(world.clock.wall().atMs + setByMs) });
    const set = await startHubEnd({ ...world, clock: { ...world.clock, wall } }, database.current());
    const [site] = (await makeSites(world, database.current(), set, 1)) as [EnrolledSite];
    const awaySinceMs = async () => {
      const row = await database
        .current()
        .asProvider(site.providerId, (tx) =>
          tx
            .selectFrom("site_links")
            .select(["processId", "disconnectedAtMs"])
            .where("siteId", "=", site.siteId)
            .executeTakeFirst(),
        );
      return row?.processId === null ? (row.disconnectedAtMs ?? 0) : 0;
    };
    try {
      const nowMs = world.clock.wall().atMs;
      let welcomes = 0;
      const onWelcome = () => void welcomes++;
      const agent = await startAgentEnd(world, site, () => set, { onWelcome });
      await until("it is connected", () => welcomes === 1);
      setByMs = aheadMs;
      await until("it hears the time again", () => welcomes === 2);
      await agent.stop();
      await until("it is away", async () => (await awaySinceMs()) > nowMs + aheadMs / 2);
      setByMs = 0;
      await until("it is away since now", async () => (await awaySinceMs()) < world.clock.wall().atMs + 60_000);
      expect(await awaySinceMs()).toBeGreaterThanOrEqual(nowMs);
    } finally {
      await set.stop();
    }
  });

  test("a correction of the site's clock moves what that boot stamped, and the stamps stay", async () => {
    const site = await makeSite();
    const dayMs = 1_750_000_000_000;
    await withAgent(site, {}, async ({ journal }) => {
      const start = { sessionId: "1", nas: "router", grantId: null, user: "u", mac: null, address: null };
      journal.append({ kind: "session-started", sessionKey: "before", ...start, startedAtMs: unixMs(dayMs + 500_000) });
      journal.append({ kind: "agent-started", boot: 2, version: "0.1.0" });
      journal.append({
        kind: "session-started",
        sessionKey: "within",
        ...start,
        startedAtMs: unixMs(dayMs + 1_000_000),
      });
      journal.append({ kind: "clock-corrected", boot: 2, stepMs: 7_000_000 });
      const { record } = journal.append({
        kind: "session-started",
        sessionKey: "after",
        ...start,
        startedAtMs: unixMs(dayMs + 8_000_000),
      });
      await until("all is acknowledged", () => journal.ackedSeq === record.seq);
    });
    expect(await session(site, "before")).toMatchObject({ startedAtMs: dayMs + 500_000 });
    expect(await session(site, "within")).toMatchObject({
      startedAtMs: dayMs + 8_000_000,
      startedStampedMs: dayMs + 1_000_000,
    });
    expect(await session(site, "after")).toMatchObject({ startedAtMs: dayMs + 8_000_000 });
  });

  test("a session that counted as lost is open again after a new report", async () => {
    const site = await makeSite();
    await withAgent(site, {}, async ({ journal }) => {
      const start = { sessionId: "1", nas: "router", grantId: null, user: "u", mac: null, address: null };
      journal.append({ kind: "session-started", sessionKey: "s", ...start, startedAtMs: unixMs(1000) });
      const lost = journal.append({
        kind: "session-stopped",
        sessionKey: "s",
        ...counters(5, 5, 5),
        cause: "lost",
        stoppedAtMs: unixMs(2000),
      });
      await until("the loss is known", () => journal.ackedSeq === lost.record.seq);
      expect(await session(site, "s")).toMatchObject({ cause: "lost" });
      const used = journal.append({ kind: "session-used", sessionKey: "s", ...counters(9, 9, 9) });
      await until("the use is known", () => journal.ackedSeq === used.record.seq);
      expect(await session(site, "s")).toMatchObject({ cause: null, stoppedAtMs: null, inputBytes: 9 });
      const days = await database
        .current()
        .asProvider(site.providerId, (tx) => tx.selectFrom("usage_days").select("inputBytes").execute());
      // Two batches of the same session, and each byte counted once (on one day, or on two around midnight).
      expect(days.reduce((sum, day) => sum + day.inputBytes, 0)).toBe(9);
    });
  });

  test("nothing is acknowledged before it is committed", async () => {
    const site = await makeSite();
    const kept = async () => (await database.current().asProvider(site.providerId, readJournal)).length;
    let refused = 0;
    const real = database.current();
    const broken: Database = {
      engine: real.engine,
      asProvider: (providerId, work, options) =>
        real.asProvider(
          providerId,
          async (tx) => {
            const result = await work(tx);
            if (refused++ < 3) throw new Error("the connection broke before the commit");
            return result;
          },
          options,
        ),
      asPlatform: (reason, work, options) => real.asPlatform(reason, work, options),
      asBooker: (providerIds, work, options) => real.asBooker(providerIds, work, options),
      notify: (notices) => real.notify(notices),
      listen: (channel, onNotify) => real.listen(channel, onNotify),
      close: async () => {},
    };
    const lame = await startHubEnd(world, broken);
    const keptAtAck: Promise<number>[] = [];
    const tamper = (text: string) => {
      if (text.includes('"type":"ack"')) keptAtAck.push(kept());
      return [text];
    };
    const agent = await startAgentEnd(world, site, () => lame, { tamper });
    agent.journal.append({ kind: "alarm", name: "counted", fields: {} });
    await until("it is acknowledged", () => agent.journal.ackedSeq === 1);
    expect(await Promise.all(keptAtAck)).toEqual([1]);
    expect(refused).toBeGreaterThan(3);
    await agent.stop();
    await lame.stop();
  });

  test("a voucher's first use is a redemption, and the start of its grant", async () => {
    const site = await makeSite();
    await withAgent(site, {}, async ({ journal }) => {
      const times = { startedAtMs: unixMs(5000), endsAtMs: unixMs(9000), revokedAtMs: null };
      const grant = {
        grantId: "v.b1.7",
        origin: "voucher" as const,
        planName: "1 hour",
        terms: unlimitedTerms,
        ...times,
        unverified: false,
      };
      const { record } = journal.append({ kind: "grant-started", grant, voucher: { batchId: "b1", serial: 7 } });
      await until("it is acknowledged", () => journal.ackedSeq === record.seq);
    });
    const found = await database.current().asProvider(site.providerId, async (tx) => ({
      redeemed: await tx.selectFrom("voucher_redemptions").selectAll().execute(),
      started: await tx.selectFrom("grant_starts").selectAll().execute(),
    }));
    expect(found.redeemed).toMatchObject([{ batchId: "b1", serial: 7, siteId: site.siteId, grantId: "v.b1.7" }]);
    expect(found.started).toMatchObject([{ grantId: "v.b1.7", startedAtMs: 5000, endsAtMs: 9000 }]);
  });

  test("an unreadable record is stored with its error, and the others are processed", async () => {
    const site = await makeSite();
    await withAgent(site, {}, async ({ journal }) => {
      journal.append({ kind: "alarm", fields: {} } as never);
      journal.append({ kind: "from-the-future", speed: 3 } as never);
      const { record } = journal.append({ kind: "alarm", name: "guessing", fields: { tries: 9 } });
      await until("all is acknowledged", () => journal.ackedSeq === record.seq);
    });
    const found = await database.current().asProvider(site.providerId, async (tx) => ({
      complaints: await tx
        .selectFrom("journal_records")
        .select(["seq", "complaint"])
        .where("complaint", "is not", null)
        .orderBy("seq")
        .execute(),
      alarms: await tx.selectFrom("alarms").select(["seq", "name"]).execute(),
      links: await tx.selectFrom("site_links").select("damagedRecords").execute(),
    }));
    expect(found.complaints.map((row) => row.seq)).toEqual([1, 2]);
    expect(found.complaints[1]?.complaint).toContain("kind");
    expect(found.alarms).toEqual([{ seq: 3, name: "guessing" }]);
    expect(found.links).toEqual([{ damagedRecords: 2 }]);
  });

  test("[BEY-01] what happened while the hub was away arrives when it is back, in order", async () => {
    const site = await makeSite();
    let reachable = false;
    const agent = await startAgentEnd(world, site, () => (reachable ? hub : null));
    for (let tries = 1; tries <= 1200; tries++)
      agent.journal.append({ kind: "alarm", name: "guessing", fields: { tries } });
    await agent.journal.flush();
    expect(agent.link.state).toBe("away");
    await expect(agent.link.call(carriedRpc("count"), {}, 1000)).rejects.toMatchObject({ code: "hub/away" });
    reachable = true;
    await until("all is acknowledged", () => agent.journal.ackedSeq === 1200);
    await agent.stop();
    const alarms = await database
      .current()
      .asProvider(site.providerId, (tx) => tx.selectFrom("alarms").select(["seq", "fields"]).orderBy("seq").execute());
    expect(alarms.map((row) => row.fields.tries)).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
  });

  test("a changed plan reaches the site at once, as one row of one scope", async () => {
    const [site, neighbour] = (await makeSites(world, database.current(), hub, 2)) as [EnrolledSite, EnrolledSite];
    const { providerId } = site;
    const publishPlan = (name: string) =>
      database.current().asProvider(providerId, (tx) =>
        hub.publish(tx, {
          providerId,
          target: { scope: "provider" },
          kind: "plan",
          key: "p1",
          body: plan("p1", name),
        }),
      );
    await publishPlan("1 hour");
    await withAgent(site, {}, async (one) => {
      await withAgent(neighbour, {}, async (other) => {
        for (const agent of [one, other])
          await until("the plan is there", () => agent.feed.rows("plan").get("p1")?.name === "1 hour");
        await publishPlan("Saa moja");
        for (const agent of [one, other])
          await until("the change is there", () => agent.feed.rows("plan").get("p1")?.name === "Saa moja");
        await database
          .current()
          .asProvider(providerId, (tx) =>
            hub.publish(tx, { providerId, target: { scope: "provider" }, kind: "plan", key: "p1", body: null }),
          );
        for (const agent of [one, other]) await until("the plan is gone", () => !agent.feed.rows("plan").has("p1"));
      });
    });
    const rows = await database
      .current()
      .asProvider(providerId, (tx) => tx.selectFrom("feed_rows").selectAll().execute());
    expect(rows).toMatchObject([{ scope: "provider", key: "p1", version: 3, body: null }]);
  });

  test("a site follows a batch through one row of the site's scope; the key is sealed at the hub; unfollowing removes it, and following again restores it", async () => {
    const site = await makeSite();
    const { providerId, siteId } = site;
    const keyHex = "00112233445566778899aabbccddeeff";
    const shape = {
      batchId: "b1",
      keyHex,
      prefix: "",
      length: 10,
      alphabet: "digits" as const,
      quantity: 5,
      holes: [],
    };
    const body = { ...shape, planName: "1 hour", terms: unlimitedTerms, expiresAtMs: null, active: true };
    const own = { scope: "site", siteId } as const;
    await withAgent(site, {}, async (agent) => {
      const { feed, link } = agent;
      await database.current().asProvider(providerId, async (tx) => {
        await hub.publish(tx, {
          providerId,
          target: { scope: "batch", batchId: "b1" },
          kind: "batch",
          key: "b1",
          body,
        });
        await hub.publish(tx, { providerId, target: own, kind: "follow", key: "b1", body: { batchId: "b1" } });
      });
      await until("the batch is there", () => feed.rows("batch").get("b1")?.keyHex === keyHex);
      const stored = await database
        .current()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("feed_rows").select("body").where("kind", "=", "batch").executeTakeFirstOrThrow(),
        );
      expect(JSON.stringify(stored)).not.toContain(keyHex);
      // Over a link whose hello says that the site has the batch.
      const former = agent.wire;
      former?.cut();
      await until("the link is up again", () => agent.wire !== former && link.state === "connected");
      const tell = (body: { batchId: string } | null) =>
        database
          .current()
          .asProvider(providerId, (tx) =>
            hub.publish(tx, { providerId, target: own, kind: "follow", key: "b1", body }),
          );
      await tell(null);
      await until("the batch is gone", () => !feed.rows("batch").has("b1"));
      await tell({ batchId: "b1" });
      await until("the batch is back", () => feed.rows("batch").has("b1"));
      const code = encodeVoucherCode(shape, 3);
      expect(createVoucherCatalogue(feed, null, emptyState()).byCode(code)?.voucher).toEqual({
        batchId: "b1",
        serial: 3,
      });
    });
  });

  test("a body that no site could read is refused where it is written, with its field", async () => {
    const site = await makeSite();
    const { providerId } = site;
    const row = { providerId, target: { scope: "provider" }, kind: "plan", key: "p1", body: { planId: "p1" } } as never;
    await expect(database.current().asProvider(providerId, (tx) => hub.publish(tx, row))).rejects.toThrow("body.name");
  });

  test("a request is answered, refused or unknown, by name", async () => {
    await withAgent(await makeSite(), {}, async ({ link }) => {
      await until("the link is up", () => link.state === "connected");
      expect(await link.call(carriedRpc("count"), { a: 1 }, 5000)).toMatchObject({ got: { a: 1 } });
      await expect(link.call(carriedRpc("refuse"), {}, 5000)).rejects.toMatchObject({
        code: "hub/refused",
        advice: { hint: "plans/unknown" },
      });
      await expect(link.call(carriedRpc("no-such"), {}, 5000)).rejects.toMatchObject({ code: "hub/refused" });
    });
  });

  test("a request whose answer was cut off is done once, and its answer comes after the reconnect", async () => {
    const site = await makeSite();
    calls = [];
    let swallow = true;
    const tamper = (text: string) => {
      if (!swallow || !text.includes('"type":"reply"')) return [text];
      swallow = false;
      return [];
    };
    await withAgent(site, { tamper }, async (agent) => {
      await until("the link is up", () => agent.link.state === "connected");
      const answer = agent.link.call(carriedRpc("count"), {}, 60_000);
      await until("the answer is lost", () => !swallow);
      agent.wire?.cut();
      expect(await answer).toMatchObject({ times: 1 });
      expect(calls).toHaveLength(1);
    });
  });

  test("the hub calls a site, and the call to an offline site fails with that reason", async () => {
    const site = await makeSite();
    const requests = [serve(carriedRpc("disconnect-session"), (params) => ({ done: params }))];
    await withAgent(site, { requests }, async ({ link }) => {
      await until("the link is up", () => link.state === "connected" && hub.link.presence(site.siteId) === "connected");
      expect(await hub.link.call(site.siteId, carriedRpc("disconnect-session"), { sessionKey: "k" }, 5000)).toEqual({
        done: { sessionKey: "k" },
      });
      expect(await hub.link.call(site.siteId, ping, {}, 5000)).toEqual({});
      await expect(hub.link.call(site.siteId, carriedRpc("format-disk"), {}, 5000)).rejects.toMatchObject({
        code: "site/refused",
      });
    });
    await until("the site is away", () => hub.link.presence(site.siteId) === "away");
    await expect(hub.link.call(site.siteId, ping, {}, 5000)).rejects.toMatchObject({ code: "site/away" });
  });

  test("a revoked device learns it from a hub that has proved its identity, and does not come back", async () => {
    const site = await makeSite();
    const { providerId, siteId } = site;
    let revoked = 0;
    const onRevoked = () => revoked++;
    await withAgent(site, { onRevoked }, async ({ link }) => {
      await until("the link is up", () => link.state === "connected");
      await database.current().asProvider(providerId, (tx) => revokeAgent(world, tx, { providerId, siteId }));
      await until("the device knows", () => revoked === 1);
      expect(link.state).toBe("away");
    });
    await withAgent(site, { onRevoked }, async () => {
      await until("it is told again after a restart", () => revoked === 2);
    });
  });

  test("a second connection of a site takes over from the first", async () => {
    const site = await makeSite();
    await withAgent(site, {}, async (first) => {
      await until("the link is up", () => first.link.state === "connected");
      const firstWire = first.wire;
      const twin = { ...site, folder: (await makeSite()).folder };
      await withAgent(twin, {}, async (second) => {
        await until("the second is up", () => second.link.state === "connected");
        await until("the first is closed", () => firstWire?.open === false);
      });
    });
  });

  test("a site restored from a copy starts a new epoch, and nothing it did since is lost", async () => {
    const site = await makeSite();
    const alarmsOf = () =>
      database
        .current()
        .asProvider(site.providerId, (tx) => tx.selectFrom("alarms").select(["epoch", "seq", "name"]).execute());
    const copy = new Map<string, Uint8Array>();
    await withAgent(site, {}, async ({ journal }) => {
      journal.append({ kind: "alarm", name: "one", fields: {} });
      await until("the first is acknowledged", () => journal.ackedSeq === 1);
    });
    for (const name of await site.folder.list("")) copy.set(name, (await site.folder.read(name)) as Uint8Array);
    await withAgent(site, {}, async ({ journal }) => {
      journal.append({ kind: "alarm", name: "two", fields: {} });
      await until("the second is acknowledged", () => journal.ackedSeq === 2);
    });
    for (const name of await site.folder.list("")) await site.folder.remove(name);
    for (const [name, content] of copy) await site.folder.replace(name, content);
    // As many records as before, but not the same ones: only their content shows it.
    let reachable = false;
    const agent = await startAgentEnd(world, site, () => (reachable ? hub : null));
    const before = agent.journal.epoch;
    agent.journal.append({ kind: "alarm", name: "another two", fields: {} });
    agent.journal.append({ kind: "alarm", name: "three", fields: {} });
    await agent.journal.flush();
    reachable = true;
    await until("a new epoch is under way", () => agent.journal.epoch !== before);
    await until(
      "all of it is acknowledged",
      () => agent.journal.ackedSeq === agent.journal.lastSeq && agent.journal.lastSeq > 0,
    );
    // It is linked, and all that it said is there: nobody must wait for it.
    const silent = () =>
      database.current().asProvider(site.providerId, (tx) => readSilentSites(tx, site.providerId, [site.siteId]));
    await until("the hub trusts its silence", async () => (await silent()).length === 0);
    await agent.stop();
    const names = (await alarmsOf()).map((row) => row.name);
    expect(new Set(names)).toEqual(new Set(["one", "two", "another two", "three"]));
  });

  test("a hub whose database was restored sends every scope again, and the site is never empty meanwhile", async () => {
    const site = await makeSite();
    const { providerId } = site;
    const put = (key: string, name: string | null) =>
      database.current().asProvider(providerId, (tx) =>
        hub.publish(tx, {
          providerId,
          target: { scope: "provider" },
          kind: "plan",
          key,
          body: name === null ? null : plan(key, name),
        }),
      );
    await put("p1", "old");
    await put("p2", "only in the lost part");
    await withAgent(site, {}, async ({ feed }) => {
      await until("both are there", () => feed.rows("plan").size === 2);
    });
    // Yesterday's copy comes back: the second plan never was, the counter stands lower.
    await database.current().asProvider(providerId, async (tx) => {
      await tx.deleteFrom("feed_rows").where("key", "=", "p2").execute();
      await tx.updateTable("feed_scopes").set({ version: 1 }).execute();
    });
    await hub.stop();
    await renewGeneration(world, database.current());
    hub = await startHubEnd(world, database.current(), handlers);
    const sizes = new Set<number>();
    const agent = await startAgentEnd(world, site, () => hub);
    agent.feed.onChange(() => sizes.add(agent.feed.rows("plan").size));
    await until(
      "the lost one is gone",
      () => agent.feed.rows("plan").size === 1 && agent.feed.generation === hub.identity.generation,
    );
    expect(sizes.has(0)).toBe(false);
    await put("p3", "new");
    await until("the link goes on", () => agent.feed.rows("plan").has("p3"));
    await agent.stop();
  });
});
