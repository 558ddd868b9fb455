import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { openLine } from "./test-agent-beside.ts";
import { startPppoeSite } from "./test-pppoe-server.ts";

const waitMs = 60_000;
const dayMs = 24 * 3_600_000;

engineSuite("a customer's line", (engine) => {
  const lab = useHub(engine);

  test("[CUS-14] [CUS-04] [CUS-06] [RAD-10] opened, paid, dialled; over while the hub is away: the page; paid: full speed again", async () => {
    const { token, providerId } = await lab.makeProvider("Nyumbani");
    const call = sureAskerOf(lab, () => token);
    const { site, enrolmentToken } = await call("POST", "/sites", { name: "Tower" });
    const terms = { downKbps: 10_000, upKbps: 5000 };
    const { planId } = await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms });
    const rules = { graceSeconds: 1, afterWay: "page", slowDownKbps: 512, slowUpKbps: 256 };
    await call("PUT", "/subscription-rules", { ...rules, lateFeeCents: 0, promiseDaysMax: 3, pauseDaysMax: 30 });
    const { customerId } = await call("POST", "/customers", { name: "Kamau", phone: "0711000001" });
    const order = { customerId, username: "kamau", password: "clientPass", planId, siteIds: [site.siteId] };
    const { accountId } = await call("POST", "/accounts", { ...order, address: { ip: "100.64.3.7" } });
    const { subscriptionId } = await call("POST", "/subscriptions", { customerId, accountId, planId });
    const pay = () => call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    await pay();

    const line = openLine(lab);
    const { server } = await startPppoeSite(lab, { enrolToken: enrolmentToken, line });
    const dial = () => server.dial("kamau", "clientPass");
    await until("the site knows the line", async () => (await dial()) !== null, waitMs);
    const full = await dial();
    expect(full).toMatchObject({ mikrotikRateLimit: "5M/10M", framedIpAddress: "100.64.3.7" });
    expect(full?.mikrotikAddressList).toBeUndefined();
    expect(await server.dial("kamau", "clientPast")).toBeNull();
    await server.account("start", { user: "kamau", grant: full?.class });
    const sessions = async () => (await call("GET", "/sessions?service=pppoe")).items;
    await until("the hub lists the session", async () => (await sessions()).length > 0, waitMs);
    expect(await sessions()).toMatchObject([{ user: "kamau", service: "pppoe", address: "100.64.3.7" }]);
    const holders = await call("GET", `/address-holders?address=100.64.3.7&atMs=${lab.world.clock.wall().atMs}`);
    expect(holders.items).toMatchObject([{ customerName: "Kamau", service: "pppoe" }]);

    // What is left of thirty days is four seconds: the site is told the date, and then the hub is away.
    const beganAtMs = lab.world.clock.wall().atMs + 4000 - 30 * dayMs;
    await lab
      .database()
      .asProvider(providerId, (tx) =>
        sql`update subscriptions set anchor_ms = ${beganAtMs}, every_unit = 'day', every_count = 30`.execute(tx),
      );
    await call("PATCH", `/subscriptions/${subscriptionId}`, { autoRenew: false });
    await call("PATCH", `/accounts/${accountId}`, { upKbps: 6000 });
    await until("the site heard it", async () => (await dial())?.mikrotikRateLimit === "6M/10M", waitMs);
    line.cut(true);
    await until("it is over", async () => (await dial())?.mikrotikAddressList === "karibu-suspended", waitMs);
    expect(await dial()).toMatchObject({ mikrotikRateLimit: "256k/512k", mikrotikAddressList: "karibu-suspended" });
    await pay();
    expect((await dial())?.mikrotikAddressList).toBe("karibu-suspended"); // nobody has told the site
    line.cut(false);
    await until("the site heard of the payment", async () => (await dial())?.mikrotikRateLimit === "6M/10M", waitMs);
  }, 120_000);
});
