/** A site that was away for a month pays for its catch-up by the megabyte. */
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { listedCodesPerRow } from "@karibu/protocol/listed-code";
import { listedRows } from "@karibu/protocol/listed-rows";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awayForAMonth, changedVouchers } from "./away-for-a-month.ts";
import { type EnrolledSite, type HubEnd, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = realWorld();

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("catching up on %s", (engine) => {
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

  test("[RTR-31] a site gets all codes of another system, however many: a page that packing hardly shortens still fits a frame", async () => {
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    const { providerId, siteId } = site;
    const [batchId, keyHex, quantity] = ["l1", "00112233445566778899aabbccddeeff".repeat(2), 40_000];
    const codes = Array.from({ length: quantity }, (_, at) => ({ code: `mk${at}`, ownPassword: null, more: {} }));
    const terms = { planName: "1 hour", terms: unlimitedTerms, expiresAtMs: null, active: true };
    const target = { scope: "batch", batchId } as const;
    await database.current().asProvider(providerId, async (tx) => {
      const own = { scope: "site", siteId } as const;
      await hub.publish(tx, { providerId, target: own, kind: "follow", key: batchId, body: { batchId } });
      const body = { batchId, keyHex, quantity, ...terms };
      await hub.publish(tx, { providerId, target, kind: "listed-batch", key: batchId, body });
      for (const [key, body] of listedRows(batchId, keyHex, codes))
        await hub.publish(tx, { providerId, target, kind: "listed-codes", key, body });
    });
    const agent = await startAgentEnd(world, site, () => hub);
    const rows = agent.feed.rows("listed-codes");
    await until("all codes are there", () => rows.size === Math.ceil(quantity / listedCodesPerRow), 20_000);
    await agent.stop();
  });
});
