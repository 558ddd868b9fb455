/** A code that is redeemed at sites without a link: what each site gives, which site holds the lease afterwards, and what the report shows. */

import { createPurchaseGrants } from "@karibu/cloud/catalogue/grants/purchase-grant";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { useHub } from "@karibu/cloud/test-hub";
import { newId } from "@karibu/protocol/identifiers";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite as openAt, phone, typeCode, use } from "./test-drill-sites.ts";

const lab = useHub(anyEngine);
async function openSite(ownerToken: string, name: string): Promise<DrillSite> {
  const site = await openAt(lab, ownerToken, name);
  onTestFinished(() => site.agent.stop());
  return site;
}

test("[BEY-04] one code at three cut-off sites: each gives the bridge, one gets the lease later, the report lists all and the cost", async () => {
  const owner = await lab.makeProvider("Drill");
  const { token } = owner;
  const [market, ...others] = [
    await openSite(token, "Market"),
    await openSite(token, "Bus park"),
    await openSite(token, "Harbour"),
    await openSite(token, "Hospital"),
  ] as [DrillSite, DrillSite, DrillSite, DrillSite];
  const plan = await lab.call("POST", "/api/v1/plans", {
    token,
    body: { name: "Drill day", priceCents: 10_000, terms: { validitySeconds: 86_400, dataBytes: 1_000_000_000 } },
  });
  expect(plan.text).toContain("planId");
  const order = { planId: plan.body.planId, quantity: 5, siteId: market.siteId };
  const batch = await lab.call("POST", "/api/v1/vouchers/batches", { token, body: order });
  expect([201, 202]).toContain(batch.status);
  const { batchId } = batch.body;
  const batchPath = `/api/v1/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await lab.call("GET", batchPath, { token })).body.state === "ready");
  const home = await lab.call("PUT", `${batchPath}/sites`, { token, body: { siteIds: [market.siteId] } });
  expect(home).toMatchObject({ status: 400, body: { field: "siteIds" } });
  const siteIds = others.map(({ siteId }) => siteId);
  const shared = await lab.call("PUT", `${batchPath}/sites`, { token, body: { siteIds } });
  expect(shared).toMatchObject({ status: 200, body: { homeSiteId: market.siteId } });
  for (const site of [market, ...others]) await until("it holds the batch", () => site.applied.has(`batch:${batchId}`));
  const vouchers = await lab.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token });
  const { code } = vouchers.body.items[0] as { code: string };

  for (const site of [market, ...others]) site.cut(true);
  for (const [index, site] of others.entries()) {
    await until("it is cut off", () => site.agent.hub.state === "away");
    const redeemed = await site.agent.portalAccess.redeem(code, phone(index + 1));
    expect(redeemed).toMatchObject({ kind: "redeemed", grantId: expect.stringMatching(/^b\./) });
    const { grantId } = redeemed as { grantId: string };
    const login = site.agent.portalAccess.issueLogIn(grantId, phone(index + 1));
    const decision = site.agent.access.logIn({
      nas: "router",
      service: "hotspot",
      user: login.username,
      passwordIs: (clear) => clear === login.password,
      passwordIsReadable: true,
      passwordIsEmpty: false,
      clearPassword: login.password,
      sessionId: null,
      ...phone(index + 1),
    });
    expect(decision).toMatchObject({ kind: "accept", limits: { totalBytes: 100_000_000 } });
    const { limits } = decision as Extract<typeof decision, { kind: "accept" }>;
    expect(limits.sessionSeconds).toBeLessThanOrEqual(1800);
    await use(site, grantId, index + 1, { bytes: index === 0 ? 100_000_000 : 50_000_000, seconds: 600 });
  }

  for (const site of [market, ...others]) site.cut(false);
  for (const site of [market, ...others]) await until("it is back", () => site.agent.hub.state === "connected", 60_000);
  const report = async () => (await lab.call("GET", "/api/v1/reports/double-use", { token })).body.items[0];
  await until("all three stand in the report", async () => (await report())?.uses.length === 3, 30_000);
  expect(await report()).toMatchObject({ code, priceCents: 10_000, leaseSiteName: "Market", costCents: 2000 });

  // The first one's allowance is used up: there the customer types the code again, and now the holder can be asked.
  const bridged = others[0];
  const whole = await (bridged as DrillSite).agent.portalAccess.redeem(code, phone(1));
  expect(whole).toMatchObject({ kind: "redeemed", grantId: expect.stringMatching(/^v\./) });
  await until(
    "the report names the site that got the lease",
    async () => (await report())?.leaseSiteName === "Bus park",
  );
  const named = (await report()).uses.map((row: { siteName: string; given: string }) => `${row.siteName} ${row.given}`);
  expect(named).toEqual(expect.arrayContaining(["Bus park bridge", "Harbour bridge", "Hospital bridge"]));
  // The home holds it no more: cut off, it gives nothing on top of what went, not even a bridge.
  market.cut(true);
  await until("the home is cut off", () => market.agent.hub.state === "away");
  expect(await market.agent.portalAccess.redeem(code, phone(9))).toMatchObject({
    kind: "refused",
    reason: "elsewhere",
  });
}, 120_000);

longTest(
  "[BEY-04] a code of another site typed into the router's page: the lease comes over when the hub is there, the bridge when not",
  async () => {
    const { token } = await lab.makeProvider("Typed");
    const [market, harbour] = [await openSite(token, "Market"), await openSite(token, "Harbour")];
    const plan = await lab.call("POST", "/api/v1/plans", {
      token,
      body: { name: "Typed day", priceCents: 5000, terms: { validitySeconds: 86_400 } },
    });
    const order = { planId: plan.body.planId, quantity: 3, siteId: market.siteId };
    const { batchId } = (await lab.call("POST", "/api/v1/vouchers/batches", { token, body: order })).body;
    const batchPath = `/api/v1/vouchers/batches/${batchId}`;
    await until("its codes are made", async () => (await lab.call("GET", batchPath, { token })).body.state === "ready");
    await lab.call("PUT", `${batchPath}/sites`, { token, body: { siteIds: [harbour.siteId] } });
    for (const site of [market, harbour]) await until("it holds the batch", () => site.applied.has(`batch:${batchId}`));
    const { items } = (await lab.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body;
    const [first, second, third] = items.map(({ code }: { code: string }) => code) as [string, string, string];

    expect(await typeCode(harbour, first, 1)).toMatch(/^v\./);
    // A customer who returns to the first site continues there: the lease comes back in the same way.
    const backHome = await market.agent.portalAccess.redeem(first, phone(1));
    expect(backHome).toMatchObject({ kind: "redeemed", grantId: expect.stringMatching(/^v\./) });
    expect(await typeCode(harbour, first, 1)).toMatch(/^v\./);

    market.cut(true);
    await until("the holder is cut off", () => market.agent.hub.state === "away");
    expect(await typeCode(harbour, second, 1)).toMatch(/^b\./);
    harbour.cut(true);
    await until("it is cut off itself", () => harbour.agent.hub.state === "away");
    expect(await typeCode(harbour, third, 1)).toMatch(/^b\./);
  },
  120_000,
);

test("[BEY-04] a purchase is used at another site: in full when its holder releases it, as a bridge when the holder can't be reached, and both are settled", async () => {
  const { token, providerId } = await lab.makeProvider("Roaming");
  const [market, harbour, hospital] = [
    await openSite(token, "Market"),
    await openSite(token, "Harbour"),
    await openSite(token, "Hospital"),
  ];
  const grants = createPurchaseGrants({
    world: lab.world,
    parties: lab.hub().parties,
    publish: createPublish(lab.world, lab.envelope),
    emit: createEmit(lab.world),
  });
  const buy = async () => {
    const purchaseId = newId(lab.world);
    const terms = { ...unlimitedTerms, validitySeconds: seconds(86_400), dataBytes: bytes(1_000_000_000) };
    const sold = {
      providerId,
      purchaseId,
      siteId: market.siteId,
      planName: "Day",
      terms,
      party: lab.hub().parties.ofPhone(providerId, "254712345678"),
      code: null,
    };
    await lab.database().asProvider(providerId, (tx) => grants.open(tx, sold, false));
    await until("it is at the site where it was bought", async () => {
      return (await market.agent.portalAccess.claimPurchase(purchaseId, phone(1))).kind === "granted";
    });
    return purchaseId;
  };
  const claim = ({ agent }: DrillSite, purchaseId: string, number: number) =>
    agent.portalAccess.claimRoaming?.(purchaseId, phone(number)) ?? { kind: "wait" as const };
  const granted = async (site: DrillSite, purchaseId: string, number: number): Promise<string> => {
    let grantId = "";
    await until("it is here", async () => {
      const answer = await claim(site, purchaseId, number);
      if (answer.kind === "granted") grantId = answer.grantId;
      return grantId !== "";
    });
    return grantId;
  };

  // Not before the owner says so, and not for a purchase that never was.
  const bought = await buy();
  expect(await claim(harbour, bought, 2)).toEqual({ kind: "wait" });
  const siteIds = [market, harbour, hospital].map(({ siteId }) => siteId);
  expect(await lab.call("PUT", "/api/v1/roaming-sites", { token, body: { siteIds } })).toMatchObject({ status: 200 });
  expect(await claim(harbour, newId(lab.world), 2)).toEqual({ kind: "wait" });

  // Used a little where it was bought; the rest goes along, and nothing stays behind.
  const { grantId: homeGrant } = (await market.agent.portalAccess.claimPurchase(bought, phone(1))) as {
    grantId: string;
  };
  const login = market.agent.portalAccess.issueLogIn(homeGrant, phone(1));
  await typeCode(market, login.username, 1);
  await use(market, homeGrant, 1, { bytes: 300_000_000, seconds: 600 });
  const endsAtMs = market.agent.state.grants.get(homeGrant)?.grant.endsAtMs;
  const there = await granted(harbour, bought, 2);
  expect(there).toBe(`${homeGrant}.1`);
  const whole = harbour.agent.portalAccess.view(phone(2)).available.find(({ grantId }) => grantId === there);
  expect(whole).toMatchObject({ bytesLeft: 700_000_000 });
  expect([whole?.endsAtMs, endsAtMs]).toEqual([endsAtMs, expect.any(Number)]);
  await until("it is nothing any more at home", async () => {
    return (await market.agent.portalAccess.claimPurchase(bought, phone(1))).kind === "wait";
  });
  // And home again, under a name that neither site had before.
  expect(await granted(market, bought, 1)).toBe(`${homeGrant}.2`);

  // The holder is cut off: the bridge, at most once a site, and the report has it with what it cost.
  const second = await buy();
  market.cut(true);
  await until("the holder is cut off", () => market.agent.hub.state === "away");
  const bridge = await granted(hospital, second, 3);
  expect(bridge).toMatch(/^b\./);
  expect(await granted(hospital, second, 3)).toBe(bridge);
  await use(hospital, bridge, 3, { bytes: 100_000_000, seconds: 600 });
  const report = async () =>
    (await lab.call("GET", "/api/v1/reports/double-use", { token })).body.items.find(
      (item: { kind: string }) => item.kind === "purchase",
    );
  await until("the report names it", async () => (await report())?.uses[0]?.usedBytes === 100_000_000, 30_000);
  expect(await report()).toMatchObject({ planName: "Day", leaseSiteName: "Market" });
  expect((await report()).uses).toMatchObject([{ siteName: "Hospital", given: "bridge" }]);

  // Healed: the whole comes over, and the report says who holds it now.
  market.cut(false);
  await until("the holder is back", () => market.agent.hub.state === "connected", 60_000);
  await until("the whole is here", async () => /\.1$/.test(await granted(hospital, second, 3)), 30_000);
  await until("the report says so", async () => (await report())?.leaseSiteName === "Hospital", 30_000);
}, 120_000);
