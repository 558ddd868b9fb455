/** A device is revoked: its link ends at once, at any hub process, even if notifications are lost. */
import { revokeAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import type { Database } from "@karibu/cloud/ground/db/database";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = hastened(realWorld(), 10);
/** With this, only a notification can end a link. */
const never = { tickMs: 1e8 };

interface Meddling {
  /** No notification comes through. */
  deaf?: boolean;
  /** Between the commit of such a transaction and the moment its process learns of it. */
  afterCommit?: (reason: string) => Promise<void>;
  /** Before such a transaction begins. */
  before?: (reason: string) => void;
}

/** A hub's database as a bad network shows it. */
function meddled(database: Database, meddling: Meddling) {
  const ears: ((payload: string) => void)[] = [];
  /** What was notified, whether it came through or not. */
  const heard: string[] = [];
  const wrapped: Database = {
    engine: database.engine,
    asProvider: (providerId, work, options) => database.asProvider(providerId, work, options),
    async asPlatform(reason, work, options) {
      meddling.before?.(reason);
      const result = await database.asPlatform(reason, work, options);
      await meddling.afterCommit?.(reason);
      return result;
    },
    asBooker: (providerIds, work, options) => database.asBooker(providerIds, work, options),
    notify: (notices) => database.notify(notices),
    listen(channel, onNotify) {
      ears.push(onNotify);
      return database.listen(channel, (payload) => {
        heard.push(payload);
        if (meddling.deaf === true) return;
        onNotify(payload);
      });
    },
    close: () => database.close(),
  };
  /** As after a reconnect of the connection that listens: look in the tables. */
  const listensAgain = () => {
    for (const tell of ears) tell("");
  };
  return { wrapped, heard, listensAgain };
}

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("a revocation on %s", (engine) => {
  const database = useDatabase(engine, world);
  const revoke = ({ providerId, siteId }: EnrolledSite) =>
    database.current().asProvider(providerId, (tx) => revokeAgent(world, tx, { providerId, siteId }));

  async function prepare(meddling: Meddling, settings: { tickMs?: number }) {
    const meddledWith = meddled(database.current(), meddling);
    const hub = await startHubEnd(world, meddledWith.wrapped, [], settings);
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    let revoked = 0;
    const dial = () => startAgentEnd(world, site, () => hub, { onRevoked: () => revoked++ });
    return { ...meddledWith, hub, site, dial, count: () => revoked };
  }

  const isUp = (hub: HubEnd, { siteId }: EnrolledSite) => hub.link.presence(siteId) === "connected";

  test("its notice was lost with the connection that listens: it is found when that is back", async () => {
    const meddling: Meddling = {};
    const { hub, site, dial, count, heard, listensAgain } = await prepare(meddling, never);
    const agent = await dial();
    await until("it is connected", () => isUp(hub, site));
    meddling.deaf = true;
    heard.length = 0; // the enrolment was notified too
    await revoke(site);
    await until("its notice has gone by", () => heard.includes(site.siteId));
    meddling.deaf = false;
    expect(isUp(hub, site)).toBe(true);
    listensAgain();
    await until("the device knows", () => count() === 1);
    expect(isUp(hub, site)).toBe(false);
    await agent.stop();
    await hub.stop();
  });

  test("if its notification is lost without a sign, the next check of the tables finds it", async () => {
    const meddling: Meddling = {};
    const { hub, site, dial, count } = await prepare(meddling, {});
    const agent = await dial();
    await until("it is connected", () => isUp(hub, site));
    meddling.deaf = true;
    await revoke(site);
    await until("the device knows", () => count() === 1);
    await agent.stop();
    await hub.stop();
  });

  test("it comes between the handshake's transaction and the link: the link does not stay", async () => {
    const meddling: Meddling = {};
    const { hub, site, dial, count, heard } = await prepare(meddling, never);
    meddling.afterCommit = async (reason) => {
      if (reason !== "agent-handshake") return;
      delete meddling.afterCommit;
      heard.length = 0;
      await revoke(site);
      await until("the hub was told", () => heard.includes(site.siteId));
    };
    const agent = await dial();
    await until("the device knows", () => count() === 1);
    expect(isUp(hub, site)).toBe(false);
    await agent.stop();
    await hub.stop();
  });

  test("if the database does not answer at that moment, it is queried again", async () => {
    const meddling: Meddling = {};
    const { hub, site, dial, count } = await prepare(meddling, {});
    const agent = await dial();
    await until("it is connected", () => isUp(hub, site));
    let refused = 0;
    meddling.before = (reason) => {
      if (reason === "link-rights" && refused++ === 0) throw new Error("the connection broke");
    };
    await revoke(site);
    await until("the device knows", () => count() === 1);
    expect(refused).toBeGreaterThan(1);
    await agent.stop();
    await hub.stop();
  });
});

describe.skipIf(isAbsent("postgresql"))("a revocation of a stolen router", () => {
  const database = useDatabase("postgresql", world);

  test("a revocation at one hub process ends the link at another by its notification alone, and no process accepts the device again", async () => {
    const one = await startHubEnd(world, database.current(), [], never);
    const other = await startHubEnd(world, database.current(), [], never);
    const [site, ...folders] = (await makeSites(world, database.current(), one, 4)) as [
      EnrolledSite,
      ...EnrolledSite[],
    ];
    let revoked = 0;
    const agents = [await startAgentEnd(world, site, () => other, { onRevoked: () => revoked++ })];
    await until("it is at the other", () => other.link.presence(site.siteId) === "connected");
    const { providerId, siteId } = site;
    await database.current().asProvider(providerId, (tx) => revokeAgent(world, tx, { providerId, siteId }));
    await until("its link is ended", () => revoked === 1);
    expect(other.link.presence(siteId)).toBe("away");
    // A thief does not care what the device was told: the same key from other folders, at either process.
    for (const [index, { folder }] of folders.entries()) {
      const hub = index === 0 ? one : other;
      agents.push(await startAgentEnd(world, { ...site, folder }, () => hub, { onRevoked: () => revoked++ }));
      await until("it is sent away", () => revoked === index + 2);
      expect([one.link.presence(siteId), other.link.presence(siteId)]).toEqual(["away", "away"]);
    }
    for (const agent of agents) await agent.stop();
    await one.stop();
    await other.stop();
  });
});
