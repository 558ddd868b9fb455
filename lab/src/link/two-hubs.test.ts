/** Several hub processes on one database: here two of them in one process, which know of each other by the database alone. */

import { revokeAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import { refreshProcess, runningHubSeenAtMs } from "@karibu/cloud/fleet/link/presence";
import type { Tx } from "@karibu/cloud/ground/db/database";
import { engines, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { describe, expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = hastened(realWorld(), 10);
const codeOf = (error: unknown) => (error as { code?: string }).code;

describe.each(engines.filter((engine) => !isAbsent(engine) && engine === "postgresql"))("two hubs on %s", (engine) => {
  const database = useDatabase(engine, world);

  test("[SYS-21] changes at one process reach sites at the other, and its sites move over when it stops", async () => {
    const one = await startHubEnd(world, database.current());
    const other = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), one, 1)) as [EnrolledSite];
    const { providerId, siteId } = site;
    let reachable: HubEnd = one;
    const agent = await startAgentEnd(world, site, () => reachable);
    await until("the site is at the first", () => one.link.presence(siteId) === "connected");
    const put = (currency: string) =>
      database.current().asProvider(providerId, (tx) =>
        other.publish(tx, {
          providerId,
          target: { scope: "provider" },
          kind: "provider",
          key: "provider",
          body: {
            name: "M",
            currency,
            locale: "sw" as const,
            utcOffsetMinutes: 180,
            supportPhone: null,
            bridge: { seconds: 1 as never, dataBytes: 1 as never },
          },
        }),
      );
    await put("KES");
    await until("it heard the second", () => agent.feed.rows("provider").get("provider")?.currency === "KES");

    reachable = other;
    agent.journal.append({ kind: "alarm", name: "counted", fields: {} });
    await one.stop();
    await until("the site is at the second", () => other.link.presence(siteId) === "connected");
    await put("UGX");
    await until("it goes on hearing", () => agent.feed.rows("provider").get("provider")?.currency === "UGX");
    await until("its journal is acknowledged", () => agent.journal.ackedSeq === 1);

    await agent.stop();
    await other.stop();
  });

  test("[SYS-21] a process that was taken for dead, because it had lost the database for a minute, has its sites again: they were linked all the while", async () => {
    const one = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), one, 1)) as [EnrolledSite];
    const { siteId } = site;
    const agent = await startAgentEnd(world, site, () => one);
    await until("the site is linked", () => one.link.presence(siteId) === "connected");
    const heldBy = () =>
      database.current().asPlatform("test", async (tx) => {
        const rows = tx.selectFrom("site_links").select(["processId", "connections"]).where("siteId", "=", siteId);
        return await rows.executeTakeFirstOrThrow();
      });
    const before = await heldBy();
    expect(before.processId).not.toBeNull();
    // As another process does a minute after it heard this one last.
    const nowMs = world.clock.wall().atMs + 61_000;
    const other = { processId: "other", linkIds: [], isAlone: false };
    await database.current().asPlatform("test", (tx) => refreshProcess(tx, other, nowMs));
    await expect.poll(heldBy, { timeout: 20_000 }).toEqual(before);
    expect(one.link.presence(siteId)).toBe("connected");
    await agent.stop();
    await one.stop();
  });

  test("a process that died while the database's clock was ahead is dead a minute after that clock was set right, and its sites are free", async () => {
    const one = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), one, 1)) as [EnrolledSite];
    const { siteId } = site;
    const agent = await startAgentEnd(world, site, () => one);
    await until("the site is linked", () => one.link.presence(siteId) === "connected");
    await agent.stop();
    await one.stop();
    const nowMs = world.clock.wall().atMs;
    const asPlatform = <Result>(work: (tx: Tx) => Promise<Result>) => database.current().asPlatform("test", work);
    const refresh = (atMs: number) =>
      asPlatform((tx) => refreshProcess(tx, { processId: "other", linkIds: [], isAlone: false }, atMs));
    const heldBy = () =>
      asPlatform((tx) =>
        tx.selectFrom("site_links").select("processId").where("siteId", "=", siteId).executeTakeFirstOrThrow(),
      );
    await asPlatform(async (tx) => {
      await tx
        .insertInto("hub_processes")
        .values({ processId: "dead", seenAtMs: nowMs + 3 * 3_600_000 })
        .execute();
      await tx.updateTable("site_links").set({ processId: "dead" }).where("siteId", "=", siteId).execute();
    });
    await refresh(nowMs);
    expect(await heldBy(), "it may live, and renews its row").toEqual({ processId: "dead" });
    expect(await asPlatform((tx) => runningHubSeenAtMs(tx, nowMs + 30_000))).toBe(nowMs);
    await refresh(nowMs + 61_000);
    expect(await heldBy()).toEqual({ processId: null });
  });

  test("a restore that waits for the others waits for no process that died while the database's clock was ahead", async () => {
    const nowMs = world.clock.wall().atMs;
    const asPlatform = <Result>(work: (tx: Tx) => Promise<Result>) => database.current().asPlatform("test", work);
    const heard = (atMs: number) => asPlatform((tx) => runningHubSeenAtMs(tx, atMs));
    await asPlatform(async (tx) => {
      await tx.deleteFrom("hub_processes").execute();
      await tx
        .insertInto("hub_processes")
        .values({ processId: "dead", seenAtMs: nowMs + 3 * 3_600_000 })
        .execute();
    });
    expect(await heard(nowMs)).toBe(nowMs);
    expect(await heard(nowMs + 61_000)).toBe(null);
  });

  test("a call to a site reaches it through whichever process holds its link, and can be cancelled there", async () => {
    const one = await startHubEnd(world, database.current());
    const other = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), one, 1)) as [EnrolledSite];
    const { siteId } = site;
    const signals: AbortSignal[] = [];
    const echo = carriedRpc("echo");
    const wait = carriedRpc("wait");
    const unstorable = carriedRpc("unstorable");
    let unstorableCalls = 0;
    const requests = [
      serve(echo, (params) => ({ echoed: params })),
      serve(unstorable, () => {
        unstorableCalls++;
        return { text: "a\0b" };
      }),
      serve(wait, (_params, _caller, signal) => {
        signals.push(signal);
        return new Promise<unknown>((resolve) => signal.addEventListener("abort", () => resolve({})));
      }),
    ];
    const agent = await startAgentEnd(world, site, () => one, { requests });
    await until("the site is at the first", () => one.link.presence(siteId) === "connected");
    expect(await other.link.call(siteId, echo, { a: 1 }, 60_000)).toEqual({ echoed: { a: 1 } });
    await expect(other.link.call(siteId, carriedRpc("no-such"), {}, 60_000)).rejects.toMatchObject({
      code: "site/refused",
      advice: { hint: "link/unknown-method" },
    });
    // No database keeps a NUL: the caller at the other process hears of it, and the site is not called again and again.
    await expect(other.link.call(siteId, unstorable, {}, 60_000)).rejects.toMatchObject({ code: "site/bad-answer" });
    expect(unstorableCalls).toBe(1);
    for (const [index, hub] of [one, other].entries()) {
      const giveUp = new AbortController();
      const waiting = hub.link.call(siteId, wait, {}, 60_000, giveUp.signal);
      await until("the site is at it", () => signals.length === index + 1);
      giveUp.abort();
      await expect(waiting).rejects.toMatchObject({ code: "site/cancelled" });
      await until("the site was told", () => signals[index]?.aborted === true);
    }
    await agent.stop();
    await until(
      "the site is away",
      async () => (await other.link.call(siteId, echo, {}, 5000).catch(codeOf)) === "site/away",
    );
    const left = () =>
      database.current().asPlatform("test", (tx) => tx.selectFrom("site_calls").select("method").execute());
    await until("no call is left behind", async () => (await left()).length === 0);
    await one.stop();
    await other.stop();
  });

  test("a site that appears at another process is let go by the first, and a revocation finds it anywhere", async () => {
    const one = await startHubEnd(world, database.current());
    const other = await startHubEnd(world, database.current());
    const [site, spare] = (await makeSites(world, database.current(), one, 2)) as [EnrolledSite, EnrolledSite];
    const { providerId, siteId } = site;
    const first = await startAgentEnd(world, site, () => one);
    await until("the first is up", () => one.link.presence(siteId) === "connected");
    const wire = first.wire;
    let revoked = 0;
    const twin = await startAgentEnd(world, { ...site, folder: spare.folder }, () => other, {
      onRevoked: () => revoked++,
    });
    await until("the first is let go", () => wire?.open === false);
    await first.stop();
    await until("the second is up", () => other.link.presence(siteId) === "connected");
    await database.current().asProvider(providerId, (tx) => revokeAgent(world, tx, { providerId, siteId }));
    await until("the device knows", () => revoked === 1);
    await twin.stop();
    const row = await database
      .current()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("agents").select("revokedAtMs").where("siteId", "=", siteId).executeTakeFirstOrThrow(),
      );
    expect(row.revokedAtMs).not.toBeNull();
    await one.stop();
    await other.stop();
  });
});

describe("silence", () => {
  const database = useDatabase("embedded", world);

  test("an idle link is pinged; both sides close a dead one, and it comes back", async () => {
    const hub = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    let dead = false;
    const heard: string[] = [];
    const tamper = (text: string) => {
      heard.push(JSON.parse(text).type);
      return dead ? [] : [text];
    };
    const agent = await startAgentEnd(world, site, () => hub, {
      tamper,
      settings: { heartbeatSeconds: 3, answerSeconds: 3 },
    });
    await until("the idle link is pinged", () => heard.includes("pong"));
    const { wire } = agent;
    dead = true;
    await until("the agent gave it up", () => agent.link.state === "away");
    dead = false;
    await until("another is up", () => agent.link.state === "connected" && agent.wire !== wire);
    expect(hub.link.presence(site.siteId)).toBe("connected");
    await agent.stop();
    await hub.stop();
  });
});
