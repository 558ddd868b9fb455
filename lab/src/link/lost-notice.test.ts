/** The notice of a change is lost on its way to the hub that has the site's link. */
import type { Database } from "@karibu/cloud/ground/db/database";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { type EnrolledSite, hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = hastened(realWorld(), 10);

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("a lost notice on %s", (engine) => {
  const database = useDatabase(engine, world);

  test("[SYS-21] the next look at the tables finds the change, and sends it over the link that is there", async () => {
    const deaf: Database = { ...database.current(), listen: async () => async () => {} };
    const hub = await startHubEnd(world, deaf);
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    const agent = await startAgentEnd(world, site, () => hub);
    await until("it is connected", () => hub.link.presence(site.siteId) === "connected");
    const { wire } = agent;
    const { providerId } = site;
    const plan = {
      planId: "p1",
      name: "1 hour",
      priceCents: cents(2000),
      currency: "KES",
      active: true,
      terms: unlimitedTerms,
    } as const;
    await database
      .current()
      .asProvider(providerId, (tx) =>
        hub.publish(tx, { providerId, target: { scope: "provider" }, kind: "plan", key: "p1", body: plan }),
      );
    await until("the site has the plan", () => agent.feed.rows("plan").get("p1")?.name === "1 hour");
    expect(agent.wire).toBe(wire);
    await agent.stop();
    await hub.stop();
  });
});
