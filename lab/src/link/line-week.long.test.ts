import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { ownerPassword, useHub } from "@karibu/cloud/test-hub";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { openLine } from "./test-agent-beside.ts";
import { startPppoeSite } from "./test-pppoe-server.ts";

const waitMs = 60_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const full = "5M/10M";
const page = { mikrotikRateLimit: "256k/512k", mikrotikAddressList: "karibu-suspended" };

engineSuite("a line over weeks", (engine) => {
  const lab = useHub(engine);

  test("[CUS-04] [CUS-05] [CUS-06] [CUS-14] [CUS-18] [DUE-RIGHT] dialled, used, in grace, on the page, paid and back; the same with the hub away for a week, and a holiday that ends meanwhile", async () => {
    const { token: first, ownerEmail } = await lab.makeProvider("Nyumbani");
    let token = first;
    const call = sureAskerOf(lab, () => token);
    /** Days go by for both; the site counts its own. */
    let passedMs = 0;
    const { clock } = lab.world;
    const world: World = { ...lab.world, clock: { ...clock, monotonicMs: () => clock.monotonicMs() + passedMs } };
    const pass = async (ms: number) => {
      lab.moveClock(ms);
      passedMs += ms;
      token = await lab.logIn(ownerEmail, ownerPassword);
    };
    const nowMs = () => clock.wall().atMs;

    const { site, enrolmentToken } = await call("POST", "/sites", { name: "Tower" });
    const terms = { downKbps: 10_000, upKbps: 5000 };
    const { planId } = await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms });
    const rules = { graceSeconds: 2 * 86_400, afterWay: "page", slowDownKbps: 512, slowUpKbps: 256 };
    await call("PUT", "/subscription-rules", { ...rules, lateFeeCents: 0, promiseDaysMax: 3, pauseDaysMax: 30 });
    const { customerId } = await call("POST", "/customers", { name: "Kamau", phone: "0711000001" });
    const order = { customerId, username: "kamau", password: "clientPass", planId, siteIds: [site.siteId] };
    const { accountId } = await call("POST", "/accounts", order);

    const line = openLine(lab);
    const { agent, server } = await startPppoeSite(lab, { enrolToken: enrolmentToken, line, world });
    const dial = () => server.dial("kamau", "clientPass");
    const hears = (what: string, isIt: (answer: Awaited<ReturnType<typeof dial>>) => boolean) =>
      until(what, async () => isIt(await dial()), waitMs);

    // Billed and without a subscription: not let in. With one that was never paid: the page. Paid: full speed.
    await until("the site is told", async () => agent.radius().kind === "listening", waitMs);
    expect(await dial()).toBeNull();
    const made = await call("POST", "/subscriptions", {
      customerId,
      accountId,
      planId,
      every: { unit: "day", count: 10 },
    });
    const path = `/subscriptions/${made.subscriptionId}`;
    await hears("the page", (answer) => answer?.mikrotikAddressList === page.mikrotikAddressList);
    const pay = async (): Promise<number> => (await call("POST", `${path}/renew`, { from: "cash" })).paidUntilMs;
    const state = async () => (await call("GET", path)).state;
    let endMs = await pay();
    await hears("of the payment", (answer) => answer?.mikrotikRateLimit === full);

    const log = await dial();
    const session = { user: "kamau", grant: log?.class };
    await server.account("start", session);
    await server.account("interim", { ...session, downloaded: 5_000_000, uploaded: 700_000, seconds: 600 });
    await server.account("stop", { ...session, downloaded: 6_000_000, uploaded: 800_000, seconds: 900 });
    const sessions = async () => (await call("GET", "/sessions?service=pppoe")).items;
    await until("the hub has what was used", async () => (await sessions())[0]?.state === "ended", waitMs);
    expect(JSON.stringify((await sessions())[0])).toMatch(/6000000/);

    // With the hub: to the end, through grace, to the page, and back.
    await pass(endMs - nowMs() - 5 * minuteMs);
    expect((await dial())?.mikrotikRateLimit).toBe(full);
    await pass(6 * minuteMs);
    expect([await state(), (await dial())?.mikrotikRateLimit]).toEqual(["grace", full]);
    await pass(endMs + 2 * dayMs - nowMs() - 5 * minuteMs);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();
    await pass(6 * minuteMs);
    expect(await state()).toBe("over");
    expect(await dial()).toMatchObject(page);
    endMs = await pay();
    expect(endMs).toBeGreaterThan(nowMs() + 10 * dayMs - hourMs);
    await hears("of the payment", (answer) => answer?.mikrotikRateLimit === full);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();

    // Two days before the next end the hub goes away, for a week.
    await pass(endMs - nowMs() - 2 * dayMs);
    await hears("nothing new", (answer) => answer?.mikrotikRateLimit === full);
    line.cut(true);
    const goneAtMs = nowMs();
    await pass(2 * dayMs - 5 * minuteMs);
    expect((await dial())?.mikrotikRateLimit).toBe(full);
    await pass(6 * minuteMs);
    const away = { user: "kamau", grant: (await dial())?.class, id: "81700002" };
    await server.account("start", away);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();
    await pass(endMs + 2 * dayMs - nowMs() - 5 * minuteMs);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();
    await pass(6 * minuteMs);
    expect(await dial()).toMatchObject(page);
    await server.account("stop", { ...away, downloaded: 9_000_000, uploaded: 900_000, seconds: 170_000 });
    await pay();
    await pass(goneAtMs + 7 * dayMs - nowMs());
    expect(await dial()).toMatchObject(page); // nobody has told the site
    line.cut(false);
    await hears("of the payment", (answer) => answer?.mikrotikRateLimit === full);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();
    await until(
      "the hub has what was used meanwhile",
      async () => /9000000/.test(JSON.stringify(await sessions())),
      waitMs,
    );

    // A holiday of three days that ends while the hub is away: let in again to the second, with its days given back.
    const before = (await call("GET", path)).paidUntilMs;
    const { pauseUntilMs } = await call("POST", `${path}/pause`, { days: 3 });
    await hears("of the holiday", (answer) => answer === null);
    line.cut(true);
    await pass(pauseUntilMs - nowMs() - 5 * minuteMs);
    expect(await dial()).toBeNull();
    await pass(6 * minuteMs);
    expect((await dial())?.mikrotikRateLimit).toBe(full);
    await pass(before + 3 * dayMs + 2 * dayMs - nowMs() - 5 * minuteMs);
    expect((await dial())?.mikrotikAddressList).toBeUndefined();
    await pass(6 * minuteMs);
    expect(await dial()).toMatchObject(page);
    await until("the hub ends it too", async () => (await state()) === "over", waitMs);
    expect((await call("GET", path)).paidUntilMs).toBe(before + 3 * dayMs);
    line.cut(false);
  }, 120_000);
});
