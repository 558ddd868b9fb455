/** What was used of a code's fair use goes with its lease over real links: to another site, and back. */
import { useHub } from "@karibu/cloud/test-hub";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite, phone, typeCode, use } from "./test-drill-sites.ts";

const lab = useHub("embedded");

test("[PLN-10] [BEY-04] a phone that has used the month's quota at one site is as slow at the next, and at the first again", async () => {
  const { token } = await lab.makeProvider("Walk");
  const open = async (name: string) => {
    const site = await openSite(lab, token, name);
    onTestFinished(() => site.agent.stop());
    return site;
  };
  const [market, harbour] = [await open("Market"), await open("Harbour")];
  const slow = { utcOffsetMinutes: 180, period: "month", quotaBytes: 1_000_000_000, downKbps: 256, upKbps: 128 };
  const terms = { validitySeconds: 86_400, downKbps: 8000, upKbps: 2000, fairUse: slow };
  const plan = await lab.call("POST", "/api/v1/plans", { token, body: { name: "Day", priceCents: 5000, terms } });
  const order = { planId: plan.body.planId, quantity: 1, siteId: market.siteId };
  const { batchId } = (await lab.call("POST", "/api/v1/vouchers/batches", { token, body: order })).body;
  const batchPath = `/api/v1/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await lab.call("GET", batchPath, { token })).body.state === "ready");
  await lab.call("PUT", `${batchPath}/sites`, { token, body: { siteIds: [harbour.siteId] } });
  for (const site of [market, harbour]) await until("it holds the batch", () => site.applied.has(`batch:${batchId}`));
  const { code } = (await lab.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body.items[0];
  const speedAt = async ({ agent }: DrillSite): Promise<number | null | undefined> => {
    await agent.portalAccess.redeem(code, phone(1));
    return agent.portalAccess.view(phone(1)).available[0]?.downKbps;
  };

  const grantId = await typeCode(market, code, 1);
  await use(market, grantId, 1, { bytes: 600_000_000, seconds: 600 });
  expect(await speedAt(market)).toBe(8000);
  expect(await speedAt(harbour)).toBe(8000);
  await use(harbour, await typeCode(harbour, code, 1), 1, { bytes: 500_000_000, seconds: 600 });
  expect(await speedAt(harbour)).toBe(256);
  expect(await speedAt(market)).toBe(256);
}, 120_000);
