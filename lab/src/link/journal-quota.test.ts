/** A provider's journal beyond the quota of its day: its sites go on, only their journal comes more slowly. */
import { readJournal } from "@karibu/cloud/fleet/journal/test-journal-rows";
import { slowedWindow } from "@karibu/cloud/fleet/link/link-limits";
import { oneEngine, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { setLimit } from "@karibu/cloud/ground/quotas/quotas";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = realWorld();
const database = useDatabase(oneEngine[0] as "embedded", world);
let hub: HubEnd;

beforeAll(async () => {
  hub = await startHubEnd(world, database.current(), [serve(carriedRpc("buy"), () => ({ sold: true }))]);
});
afterAll(() => hub.stop());

async function comeIn(site: EnrolledSite) {
  const windows: unknown[] = [];
  const agent = await startAgentEnd(world, site, () => hub, {
    tamper: (text: string) => {
      const frame = JSON.parse(text) as { type: string; window?: unknown };
      if (frame.type === "welcome") windows.push(frame.window);
      return [text];
    },
  });
  await until("it is connected", () => agent.link.state === "connected", 20_000);
  return { agent, window: () => windows.at(-1) };
}

test("[SYS-25] beyond the quota a site's window is one frame and its acks wait, while what it sells is answered at once; another provider's site notices nothing", async () => {
  const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
  const [other] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
  const { providerId } = site;
  const limit = (bytes: number | null) =>
    database.current().asPlatform("test", (tx) => {
      const of = { providerId, kind: "journal-bytes" as const, nowMs: world.clock.wall().atMs };
      return setLimit(tx, of, bytes);
    });
  await limit(10);
  const first = await comeIn(site);
  const full = first.window();
  // 60 kB: at 4 KiB a second its ack comes after a quarter of a minute, and nothing here waits for it.
  first.agent.journal.append({ kind: "alarm", name: "loud", fields: { text: "x".repeat(60_000) } });
  const stored = async () => {
    const rows = await database.current().asPlatform("test", readJournal);
    return rows.filter((row) => row.providerId === providerId).length;
  };
  await until("the hub has the record", async () => (await stored()) === 1, 20_000);
  expect(await first.agent.link.call(carriedRpc("buy"), {}, 20_000)).toEqual({ sold: true });
  await first.agent.stop();

  // Its ack never came, so the record is sent again. It comes in all the same, and only then may the next be sent.
  const second = await comeIn(site);
  expect(second.window()).toEqual(slowedWindow);
  expect(full).not.toEqual(slowedWindow);
  const elsewhere = await comeIn(other);
  expect(elsewhere.window()).toEqual(full);
  elsewhere.agent.journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
  await until("the other is in step", () => elsewhere.agent.journal.ackedSeq === 1, 20_000);
  await limit(null);
  second.agent.journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
  await second.agent.stop();
  const third = await comeIn(site);
  expect(third.window()).toEqual(full);
  await until(
    "all of its journal is acknowledged",
    () => third.agent.journal.ackedSeq === third.agent.journal.lastSeq,
    20_000,
  );
  expect(await stored()).toBe(2);
  await third.agent.stop();
  await elsewhere.agent.stop();
});

longTest("[SYS-25] the ack of a slowed site comes, a second later or more", async () => {
  const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
  const of = { providerId: site.providerId, kind: "journal-bytes" as const, nowMs: world.clock.wall().atMs };
  await database.current().asPlatform("test", (tx) => setLimit(tx, of, 0));
  const { agent } = await comeIn(site);
  const sentAtMs = world.clock.monotonicMs();
  agent.journal.append({ kind: "agent-started", boot: 1, version: "0.1.0" });
  await until("it is acknowledged", () => agent.journal.ackedSeq === 1, 20_000);
  expect(world.clock.monotonicMs() - sentAtMs).toBeGreaterThan(950);
  await agent.stop();
});
