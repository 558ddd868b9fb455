/**
 * Links are cut, frames repeated, transactions broken before and after their commit, PostgreSQL's own backends killed, hubs
 * and agents restarted at random: nothing is acknowledged that is not committed, and afterwards every durable record of
 * every site was projected exactly once, usage is what was reported, and each site holds the hub's feed.
 */

import { readJournal } from "@karibu/cloud/fleet/journal/test-journal-rows";
import type { Database, Tx } from "@karibu/cloud/ground/db/database";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../world/seeded-random.ts";
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
import type { Direction } from "./socket-pair.ts";

const seeds = [1, 2, 3];
const sitesPerTown = 3;

/** A database whose connection breaks now and then: before the commit, or after it with nobody knowing. */
function breaking(database: Database, breaks: () => boolean): Database {
  const wrap = async <T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const result = await work(tx);
    if (breaks()) throw new Error("the connection broke before the commit");
    return result;
  };
  const after = <T>(result: T): T => {
    if (breaks()) throw new Error("the connection broke after the commit");
    return result;
  };
  return {
    engine: database.engine,
    asProvider: (providerId, work, options) =>
      database.asProvider(providerId, (tx) => wrap(tx, work), options).then(after),
    asPlatform: (reason, work, options) => database.asPlatform(reason, (tx) => wrap(tx, work), options).then(after),
    asBooker: (providerIds, work, options) =>
      database.asBooker(providerIds, (tx) => wrap(tx, work), options).then(after),
    notify: (notices) => database.notify(notices),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    close: () => database.close(),
  };
}

const steps = 150;

/** One of the hub's connections, whatever it is doing: in the middle of a transaction, at its commit, or listening. */
async function killBackend({ handle }: OpenDatabase): Promise<void> {
  if (handle.kind !== "postgresql") return;
  const victim = "pid <> pg_backend_pid() and datname = current_database() and application_name = 'karibu-hub'";
  const busyFirst = "order by (state <> 'idle') desc, random() limit 1";
  await handle.pool
    .query(
      `select pg_terminate_backend(pid) from (select pid from pg_stat_activity where ${victim} ${busyFirst}) as it`,
    )
    .catch(() => {});
}

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("chaos on %s", (engine) => {
  const database = useDatabase(engine);

  test.each(inLongRunAll(seeds, (_, at) => at === 2))(
    "town %i: [BEY-12] every record counts once and every site holds the hub's feed",
    async (seed) => {
      const random = seededRandom(seed);
      // The town's own chances are seeded; what runs at once in it still interleaves as the machine likes.
      const world = hastened(realWorld(), 10);
      let calm = true;
      const flaky = breaking(database.current(), () => !calm && random.chance(0.03));
      let hub: HubEnd | null = await startHubEnd(world, flaky);
      const firstHub = hub;
      const sites = await makeSites(world, database.current(), hub, sitesPerTown);
      const { providerId } = sites[0] as EnrolledSite;
      calm = false;

      /** What the database held when an ack reached a site. */
      const looks: Promise<string | null>[] = [];
      const committed = async (text: string): Promise<string | null> => {
        const { epoch, seq } = JSON.parse(text);
        const read = () =>
          database
            .current()
            .asProvider(providerId, (tx) =>
              tx.selectFrom("journal_epochs").select("lastSeq").where("epoch", "=", epoch).executeTakeFirst(),
            );
        const row = await read().catch(read); // a killed backend takes one look with it
        return (row?.lastSeq ?? 0) >= seq ? null : `${seq} of ${epoch} was acknowledged at ${row?.lastSeq}`;
      };
      const tamper = (text: string, direction: Direction): string[] => {
        if (text.startsWith('{"type":"ack"')) looks.push(committed(text));
        if (calm) return [text];
        if (random.chance(0.02)) queueMicrotask(() => agents[random.integer(sitesPerTown)]?.wire?.cut());
        return direction === "to-hub" && text.includes('"type":"journal"') && random.chance(0.1)
          ? [text, text]
          : [text];
      };
      const start = (site: EnrolledSite) => startAgentEnd(world, site, () => hub, { tamper });
      const agents: AgentEnd[] = [];
      for (const site of sites) agents.push(await start(site));

      const durable = sites.map(() => new Set<number>());
      /** By session that is never stopped: bytes as last reported, and as last known to be on the site's disk. */
      const open = sites.map(() => new Map<string, number>());
      const used = sites.map(() => new Map<string, number>());
      let written = 0;
      const append = (index: number) => {
        const number = ++written;
        const { journal } = agents[index] as AgentEnd;
        const noted = (promise: Promise<void>) =>
          void promise.then(
            () => durable[index]?.add(number),
            () => {},
          );
        const running = open[index] as Map<string, number>;
        if (number % 4 === 0 && running.size > 0) {
          // A report of use: bytes that only grow, until the site's power takes what was not yet on disk.
          const keys = [...running.keys()];
          const sessionKey = keys[random.integer(keys.length)] as string;
          const total = (running.get(sessionKey) ?? 0) + random.integer(1000);
          running.set(sessionKey, total);
          const counters = { inputBytes: bytes(total), outputBytes: bytes(3 * total), onlineSeconds: seconds(number) };
          const { durable } = journal.append({ kind: "session-used", sessionKey, ...counters });
          return void durable.then(
            () => used[index]?.set(sessionKey, Math.max(used[index].get(sessionKey) ?? 0, total)),
            () => {},
          );
        }
        if (number % 7 === 0) {
          const sessionKey = `open${number}`;
          const start = { sessionId: "1", nas: "router", grantId: null, user: "u", mac: null, address: null };
          const startedAtMs = unixMs(1_750_000_000_000 + number);
          journal.append({ kind: "session-started", sessionKey, ...start, startedAtMs });
          running.set(sessionKey, 0);
        }
        if (number % 3 === 0)
          return noted(journal.append({ kind: "alarm", name: "counted", fields: { number } }).durable);
        const sessionKey = `s${number}`;
        const start = { sessionId: "1", nas: "router", grantId: null, user: "u", mac: null, address: null };
        journal.append({
          kind: "session-started",
          sessionKey,
          ...start,
          startedAtMs: unixMs(1_750_000_000_000 + number),
        });
        const counters = { inputBytes: bytes(number), outputBytes: bytes(2 * number), onlineSeconds: seconds(3) };
        const stop = { cause: "user-request", stoppedAtMs: unixMs(1_750_000_100_000 + number) };
        noted(journal.append({ kind: "session-stopped", sessionKey, ...counters, ...stop }).durable);
      };

      const restartAgent = async (index: number) => {
        const site = sites[index] as EnrolledSite;
        // The power goes at one of the next few writes, or the process just ends.
        if (random.chance(0.7)) site.folder.cutPowerAt(site.folder.operations + random.integer(4));
        await agents[index]?.journal.flush().catch(() => {});
        await agents[index]?.stop();
        site.folder.reboot();
        agents[index] = await start(site);
      };

      const published = new Map<string, string>();
      const publish = async () => {
        const key = `p${random.integer(40)}`;
        const gone = random.chance(0.3);
        const name = `plan ${random.integer(1_000_000)}`;
        const body = {
          planId: key,
          name,
          priceCents: 1 as never,
          currency: "KES",
          active: true,
          terms: unlimitedTerms,
        };
        const put = () =>
          database.current().asProvider(providerId, (tx) =>
            firstHub.publish(tx, {
              providerId,
              target: { scope: "provider" },
              kind: "plan",
              key,
              body: gone ? null : body,
            }),
          );
        // A killed backend leaves it open whether it was committed: saying it again does no harm.
        await put().catch(put).catch(put);
        if (gone) published.delete(key);
        else published.set(key, name);
      };

      for (let step = 0; step < steps; step++) {
        const index = random.integer(sitesPerTown);
        const what = random.integer(100);
        if (what < 60) for (let count = random.integer(20); count >= 0; count--) append(index);
        else if (what < 80) await publish();
        else if (what < 87) agents[index]?.wire?.cut();
        else if (what < 90) await killBackend(database.current());
        else if (what < 96) await restartAgent(index);
        else if (hub !== null) {
          const going: HubEnd = hub;
          hub = null;
          await going.stop();
        }
        if (hub === null && random.chance(0.5)) hub = await startHubEnd(world, flaky).catch(() => null);
        for (let turns = random.integer(30); turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      }
      calm = true;
      hub ??= await startHubEnd(world, flaky);

      for (const { journal, link } of agents) {
        await journal.flush();
        await until("a site is connected", () => link.state === "connected", 50_000);
        await until("its journal is acknowledged", () => journal.ackedSeq === journal.lastSeq, 50_000);
      }
      for (const { feed } of agents)
        await until(
          "its feed is the hub's",
          () =>
            feed.rows("plan").size === published.size &&
            [...feed.rows("plan")].every(([key, plan]) => published.get(key) === plan.name),
          50_000,
        );

      for (const [index, site] of sites.entries()) {
        const found = await database.current().asProvider(providerId, async (tx) => ({
          records: (await readJournal(tx)).filter((row) => row.siteId === site.siteId),
          sessions: await tx.selectFrom("sessions").selectAll().where("siteId", "=", site.siteId).execute(),
          usage: await tx.selectFrom("usage_days").selectAll().where("siteId", "=", site.siteId).execute(),
          alarms: await tx.selectFrom("alarms").select("fields").where("siteId", "=", site.siteId).execute(),
        }));
        const numbers = [
          ...found.alarms.flatMap((row) => (typeof row.fields.number === "number" ? [row.fields.number] : [])),
          ...found.sessions.flatMap((row) => (row.stoppedAtMs === null ? [] : [Number(row.sessionKey.slice(1))])),
        ];
        expect(found.records.filter((row) => row.complaint !== null)).toEqual([]);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect([...(durable[index] as Set<number>)].filter((number) => !numbers.includes(number))).toEqual([]);
        const stopped = found.sessions.filter((row) => row.stoppedAtMs !== null);
        for (const row of stopped) {
          const number = Number(row.sessionKey.slice(1));
          expect(row).toMatchObject({
            startedAtMs: 1_750_000_000_000 + number,
            inputBytes: number,
            outputBytes: 2 * number,
          });
        }
        const byDay = new Map<string, { input: number; output: number }>();
        for (const row of found.usage) {
          const sum = byDay.get(row.sessionKey) ?? { input: 0, output: 0 };
          byDay.set(row.sessionKey, { input: sum.input + row.inputBytes, output: sum.output + row.outputBytes });
        }
        for (const row of found.sessions) {
          const whole = { input: row.inputBytes, output: row.outputBytes };
          expect(byDay.get(row.sessionKey) ?? { input: 0, output: 0 }).toEqual(whole);
        }
        const bytesOf = new Map(found.sessions.map((row) => [row.sessionKey, row.inputBytes]));
        for (const [key, total] of used[index] as Map<string, number>)
          expect(bytesOf.get(key) ?? 0).toBeGreaterThanOrEqual(total);
        for (const [key, total] of open[index] as Map<string, number>)
          expect(bytesOf.get(key) ?? 0).toBeLessThanOrEqual(total);
        const { journal } = agents[index] as AgentEnd;
        const ofThisEpoch = found.records.filter((row) => row.epoch === journal.epoch);
        expect(ofThisEpoch.map((row) => row.seq).sort((a, b) => a - b)).toEqual(
          Array.from({ length: journal.lastSeq }, (_, i) => i + 1),
        );
      }
      expect((await Promise.all(looks)).filter((wrong) => wrong !== null)).toEqual([]);
      expect(looks.length).toBeGreaterThan(0);
      for (const agent of agents) await agent.stop();
      await hub.stop();
    },
  );
});
