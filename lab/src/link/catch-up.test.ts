/** A site that was away for a month pays for its catch-up by the megabyte. */
import { engines, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awayForAMonth, changedVouchers } from "./away-for-a-month.ts";
import { type EnrolledSite, type HubEnd, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = realWorld();

describe.each(engines.filter((engine) => !isAbsent(engine)))("catching up on %s", (engine) => {
  const database = useDatabase(engine, world);
  let hub: HubEnd;
  beforeAll(async () => {
    hub = await startHubEnd(world, database.current());
  });
  afterAll(() => hub.stop());

  test("[BEY-01] a site away for 30 days with 100,000 changed vouchers hears all of them, in less than 3 MB", async () => {
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    await awayForAMonth(database.current(), hub, site);
    let bytes = 0;
    const tamper = (text: string) => {
      bytes += Buffer.byteLength(text);
      return [text];
    };
    const agent = await startAgentEnd(world, site, () => hub, { tamper });
    await until("all is there", () => agent.feed.rows("voucher").size === changedVouchers, 60_000);
    expect(agent.feed.rows("voucher").get("b1/99999")?.state).toBe("disabled");
    expect(bytes).toBeLessThan(3_000_000);
    await agent.stop();
  });
});
