/** Vouchers that began at a site from which their batch is taken away, by the hub's API, over real links: the hub's word about them comes all the same. */
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./link-ends.ts";
import { openSite, startSite } from "./test-drill-sites.ts";
import { hotspotSecret, openHotspotNas, type Phone } from "./test-hotspot-nas.ts";

const waitMs = 60_000;
/** OFF-IN-TIME: a revocation reaches a connected site within two seconds. The machine of the tests may be busy. */
const offInTimeMs = 10_000;
const phoneOf = (number: number): Phone => ({ mac: `AA:BB:CC:DD:EE:0${number}`, address: `10.5.50.1${number}` });
const sessionOf = (number: number): string => `8010000${number}`;

engineSuite("vouchers of a batch that left their site with an agent", (engine) => {
  const lab = useHub(engine);
  /** A site that redeems the batch of another site: what can be taken away again. */
  async function openMarket(providerName: string) {
    const { token } = await lab.makeProvider(providerName);
    const harbour = await openSite(lab, token, "Harbour");
    onTestFinished(() => harbour.agent.stop());
    const call = sureAskerOf(lab, () => token);
    const made = await call("POST", "/sites", {
      name: "Market",
    });
    const nas = await openHotspotNas();
    onTestFinished(() => nas.stop());
    const site = await startSite(lab, {
      siteId: made.site.siteId,
      enrolToken: made.enrolmentToken,
      udp: createNodeUdp(),
      radius: { secret: hotspotSecret, authPort: 0, acctPort: 0, coaHost: "127.0.0.1", coaPort: nas.coaPort },
    });
    onTestFinished(() => site.agent.stop());
    const radius = site.agent.radius();
    if (radius.kind !== "listening") throw new Error(`RADIUS is ${radius.kind}`);
    nas.connect(radius);
    await until("it is connected", () => site.agent.hub.state === "connected", waitMs);

    const terms = { validitySeconds: 86_400, devices: 1 };
    const { planId } = await call("POST", "/plans", { name: "Day", priceCents: 5000, terms });
    const { batchId } = await call("POST", "/vouchers/batches", {
      planId,
      quantity: 5,
      siteId: harbour.siteId,
    });
    await until("Harbour has the batch", () => harbour.heardOfRow(`batch ${batchId}`, 1), waitMs);
    await call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds: [site.siteId] });
    await until("it has the batch", () => site.heardOfRow(`batch ${batchId}`, 1), waitMs);
    const vouchers = await call("GET", `/vouchers?batchId=${batchId}&limit=5`);
    const leave = async () => {
      await call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds: [] });
      await until("the batch has left", () => site.heardOfRow(`follow ${batchId}`, 2), waitMs);
    };
    const isKnownAtHub = async (voucherId: string) =>
      (await call("GET", `/vouchers/${voucherId}`)).redeemedAtMs !== null;
    const accepts = async (number: number, name = phoneOf(number).mac) =>
      (await nas.isAccepted(name, name, phoneOf(number))) !== null;
    return { call, site, nas, batchId, vouchers: vouchers.items, leave, isKnownAtHub, accepts };
  }

  test("[VOU-05] OFF-IN-TIME NO-GIFT: a voucher that is disabled after its batch left ends there at once, and nothing of it lets anybody in; enabled again it does", async () => {
    const { call, site, nas, batchId, vouchers, leave, isKnownAtHub, accepts } = await openMarket("Disabled after");
    const [first, second] = vouchers as [(typeof vouchers)[0], (typeof vouchers)[0]];
    expect(await nas.goOnline(first.code, first.code, phoneOf(1), sessionOf(1))).toBe(true);
    expect(await nas.goOnline(second.code, second.code, phoneOf(2), sessionOf(2))).toBe(true);
    await until("the hub knows of the first", () => isKnownAtHub(first.voucherId), waitMs);
    await until("the hub knows of the second", () => isKnownAtHub(second.voucherId), waitMs);
    await leave();
    expect(await accepts(1)).toBe(true);

    const disabledMs = Date.now();
    await call("POST", `/vouchers/${first.voucherId}/disable`);
    await until("it is off", () => !nas.isOnline(sessionOf(1)), waitMs);
    expect((nas.disconnects.get(sessionOf(1)) ?? Number.POSITIVE_INFINITY) - disabledMs).toBeLessThan(offInTimeMs);
    expect(await accepts(1)).toBe(false);
    expect(nas.isOnline(sessionOf(2))).toBe(true);

    await call("POST", `/vouchers/${first.voucherId}/enable`);
    const row = `voucher ${batchId}/0`;
    await until("it is on again", () => site.heardOfRow(row, 2), waitMs);
    await until("and lets its phone in", () => accepts(1), waitMs);
  }, 180_000);

  longTest(
    "[VOU-05] NO-GIFT: a voucher that was disabled before its batch left stays disabled there",
    async () => {
      const { call, nas, vouchers, leave, isKnownAtHub, accepts } = await openMarket("Disabled before");
      const [first] = vouchers as [(typeof vouchers)[0]];
      expect(await nas.goOnline(first.code, first.code, phoneOf(1), sessionOf(1))).toBe(true);
      await until("the hub knows of it", () => isKnownAtHub(first.voucherId), waitMs);
      await call("POST", `/vouchers/${first.voucherId}/disable`);
      await until("it is off", () => !nas.isOnline(sessionOf(1)), waitMs);
      await leave();
      expect(await accepts(1)).toBe(false);
    },
    180_000,
  );

  test("[VOU-05] NO-GIFT: the hub hears of a voucher's first use after it disabled it and took the batch away: it ends all the same", async () => {
    const { call, site, nas, batchId, vouchers, accepts } = await openMarket("Heard of late");
    const [first] = vouchers as [(typeof vouchers)[0]];
    site.cut(true);
    await until("its link is cut", () => site.agent.hub.state !== "connected", waitMs);
    expect(await nas.goOnline(first.code, first.code, phoneOf(1), sessionOf(1))).toBe(true);
    await call("POST", `/vouchers/${first.voucherId}/disable`);
    await call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds: [] });
    expect(nas.isOnline(sessionOf(1))).toBe(true);
    site.cut(false);
    await until("it is off", () => !nas.isOnline(sessionOf(1)), waitMs);
    expect(await accepts(1)).toBe(false);
  }, 180_000);
});
