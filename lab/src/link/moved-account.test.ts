/** An account that its provider moves from one site to another, by the hub's API, over real links: it ends there and begins here, never both. */
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./link-ends.ts";
import { startSite } from "./test-drill-sites.ts";
import { hotspotSecret, openHotspotNas, type Phone } from "./test-hotspot-nas.ts";

const waitMs = 60_000;
/** OFF-IN-TIME: a revocation reaches a connected site within two seconds. The machine of the tests may be busy. */
const offInTimeMs = 10_000;
const phone: Phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };

engineSuite("an account moves to another site with two agents", (engine) => {
  const lab = useHub(engine);
  async function openSite(name: string, call: ReturnType<typeof sureAskerOf>) {
    const made = await call("POST", "/sites", { name });
    const nas = await openHotspotNas();
    onTestFinished(() => nas.stop());
    const site = await startSite(lab, {
      siteId: made.site.siteId,
      enrolToken: made.enrolmentToken,
      udp: createNodeUdp(),
      radius: { secret: hotspotSecret, authPort: 0, acctPort: 0, coaHost: "127.0.0.1", coaPort: nas.coaPort },
    });
    onTestFinished(() => site.agent.stop());
    const { agent } = site;
    const radius = agent.radius();
    if (radius.kind !== "listening") throw new Error(`RADIUS is ${radius.kind}`);
    nas.connect(radius);
    await until(`${name} is connected`, () => agent.hub.state === "connected", waitMs);
    return { ...nas, heardOfRow: site.heardOfRow, siteId: site.siteId };
  }

  test("[CUS-14] OFF-IN-TIME: who is online at the old site is put off, nothing lets him in there, and the new site serves him", async () => {
    const { token } = await lab.makeProvider("Movers");
    const call = sureAskerOf(lab, () => token);
    const [harbour, market] = [await openSite("Harbour", call), await openSite("Market", call)];
    const terms = { downKbps: 10_000, upKbps: 5000, devices: 2 };
    const { planId } = await call("POST", "/plans", { name: "Home", priceCents: 250_000, terms });
    const named = { name: "Kamau", phone: "0711000001" };
    const { customerId } = await call("POST", "/customers", named);
    const order = {
      customerId,
      username: "kamau",
      password: "clientPass",
      service: "hotspot",
      planId,
      siteIds: [harbour.siteId],
    };
    const { accountId } = await call("POST", "/accounts", order);
    const subscription = { customerId, accountId, planId };
    const { subscriptionId } = await call("POST", "/subscriptions", subscription);
    const row = `customer-account ${accountId}`;
    await until("Harbour has the row", () => harbour.heardOfRow(row, 1), waitMs);
    await call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    await until("Harbour heard of the payment", () => harbour.heardOfRow(row, 2), waitMs);

    const accepts = async (site: typeof harbour, user = "kamau", password = "clientPass") =>
      (await site.isAccepted(user, password, phone)) !== null;
    // Until the payment is there it is a line that nobody has paid.
    await expect.poll(() => accepts(harbour), { timeout: waitMs }).toBe(true);
    expect(await accepts(market)).toBe(false);
    expect(await harbour.goOnline("kamau", "clientPass", phone, "80100001")).toBe(true);
    expect(await accepts(harbour, phone.mac, phone.mac)).toBe(true);

    const movedMs = Date.now();
    await call("PATCH", `/accounts/${accountId}`, { siteIds: [market.siteId] });
    await until("he is put off at Harbour", () => !harbour.isOnline("80100001"), waitMs);
    expect((harbour.disconnects.get("80100001") ?? Number.POSITIVE_INFINITY) - movedMs).toBeLessThan(offInTimeMs);
    expect(await accepts(harbour)).toBe(false);
    expect(await accepts(harbour, phone.mac, phone.mac)).toBe(false);
    await until("Market has the row", () => market.heardOfRow(row, 1), waitMs);
    // He was unknown there a moment ago: in the router's own form a host tries again after five seconds.
    await until("he is online at Market", () => market.goOnline("kamau", "clientPass", phone, "80300001"), waitMs);

    // And back.
    await call("PATCH", `/accounts/${accountId}`, { siteIds: [harbour.siteId] });
    await until("he is put off at Market", () => !market.isOnline("80300001"), waitMs);
    // Its row came, in two versions; it left; and it came again.
    await until("Harbour has the row again", () => harbour.heardOfRow(row, 4), waitMs);
    await until("Harbour lets him in", () => accepts(harbour), waitMs);
    expect(await accepts(market)).toBe(false);
    expect(await accepts(market, phone.mac, phone.mac)).toBe(false);
  }, 180_000);
});
