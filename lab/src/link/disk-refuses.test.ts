/** A site whose disk refuses writes can't report it in its journal. It reports it over the open link. */
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import {
  type AgentEnd,
  type EnrolledSite,
  hastened,
  makeSites,
  startAgentEnd,
  startHubEnd,
  until,
} from "./link-ends.ts";

/** Twenty times as fast: the agent checks every second what it has reported. */
const world = hastened(realWorld(), 20);
const database = useDatabase("embedded", world);

const alarm = { kind: "alarm", name: "counted", fields: {} } as const;
const write = (agent: AgentEnd) => agent.journal.append(alarm).durable.catch(() => {});

test("a site's disk refuses writes: the hub hears it by the open link, at once after a reconnect too, and when it writes again", async () => {
  const hub = await startHubEnd(world, database.current());
  const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
  const settings = { heartbeatSeconds: 60, answerSeconds: 60 };
  const agent = await startAgentEnd(world, site, () => hub, { settings });
  const seen = () =>
    database.current().asPlatform("test", async (tx) => {
      const link = await tx.selectFrom("site_links").selectAll().where("siteId", "=", site.siteId).executeTakeFirst();
      return [link?.disk ?? null, link?.diskSinceMs != null];
    });
  const hears = (disk: string) =>
    until(`the hub knows: disk ${disk}`, async () => JSON.stringify(await seen()) === JSON.stringify([disk, true]));
  try {
    await until("the link is up", () => agent.link.state === "connected");
    await hears("ok");
    site.folder.limitBytes(0);
    await write(agent);
    await hears("refuses");
    await database.current().asPlatform("test", (tx) => tx.updateTable("site_links").set({ disk: "ok" }).execute());
    agent.wire?.cut();
    await hears("refuses");
    site.folder.limitBytes(null);
    await hears("ok");
    const events = await database
      .current()
      .asPlatform("test", (tx) => tx.selectFrom("events").select("action").execute());
    expect(events.map(({ action }) => action)).toEqual(expect.arrayContaining(["disk-refuses", "disk-writes"]));
  } finally {
    await agent.stop();
    await hub.stop();
  }
});
