/** From the packets of a site's routers, over a real agent, to the hub's lists, its files and its audit log. */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { surePosterOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { afterEach, expect, test } from "vitest";
import type { Router } from "../router/device/router.ts";
import { until } from "./link-ends.ts";
import { openSiteWithRouters } from "./test-site-with-routers.ts";

const waitMs = 60_000;

engineSuite("sessions of a site with two routers", (engine) => {
  const lab = useHub(engine);
  let open: Awaited<ReturnType<typeof openSiteWithRouters>> | null = null;
  afterEach(async () => {
    await open?.close();
    open = null;
  });

  async function openSite(name: string) {
    const { token } = await lab.makeProvider(name);
    const site = await openSiteWithRouters(lab, token, ["lobby", "garden"]);
    open = site;
    const [lobby, garden] = site.routers as [(typeof site.routers)[0], (typeof site.routers)[0]];
    return {
      ...site,
      token,
      lobby: lobby as NonNullable<typeof lobby>,
      garden: garden as NonNullable<typeof garden>,
    };
  }

  test("[RAD-08] the hub lists why a session was ended, finds it by that, exports it, and its audit log has what the site did", async () => {
    const { goOnline, endOf, lobby, garden, read, siteId, token } = await openSite("Ending");
    lobby.knobs.ignoresLimits = true;
    const expiring = await goOnline(lobby, "10.5.50.7", "tim");
    const heavy = await goOnline(garden, "10.6.50.7", "dora");
    const kicked = await goOnline(lobby, "10.5.50.8", "fay");
    const leaving = await goOnline(garden, "10.6.50.8", "fay");
    heavy.consume({ downBytesPerSecond: 500_000 });
    const [live] = await read(`sessions?state=live&mac=${kicked.mac}`);
    const ordered = await lab.call("POST", `/api/v1/sessions/${siteId}/${live.sessionKey}/disconnect`, { token });
    expect(ordered.body).toEqual({ kind: "ending" });
    await leaving.logOut();

    expect(await endOf(expiring.mac)).toMatchObject({ why: "expired", cause: "admin-reset" });
    expect(await endOf(heavy.mac)).toMatchObject({ why: "data-used", cause: "nas-request" });
    expect(await endOf(kicked.mac)).toMatchObject({ why: "kicked", cause: "admin-reset" });
    expect(await endOf(leaving.mac)).toMatchObject({ why: null, cause: "user-request" });

    const found = await read("sessions?why=expired");
    expect(found.map(({ mac }: { mac: string }) => mac)).toEqual([expiring.mac]);
    const one = await lab.call("GET", `/api/v1/sessions/${siteId}/${found[0].sessionKey}`, { token });
    expect(one.body).toMatchObject({ why: "expired", cause: "admin-reset" });
    const file = await lab.call("GET", "/api/v1/sessions/export?why=data-used", { token });
    expect(file.text).toContain("Data used up");

    // Who ended what by hand is there already, by the request. What the site did by itself is one entry for each reason.
    const entries = async () => await read("audit?action=session-ended");
    await until("the audit log has it", async () => (await entries()).length > 0, waitMs);
    expect(await entries()).toMatchObject([
      { target: siteId, userId: null, detail: { why: "expired", count: 1, sessionIds: [found[0].sessionKey] } },
    ]);
    expect(
      await read(`audit?action=${encodeURIComponent("POST /api/v1/sessions/{siteId}/{sessionKey}/disconnect")}`),
    ).toHaveLength(1);
  });

  test("[RAD-05] [RAD-12] who is online names the router; each session is ended at its own router, and the others stay", async () => {
    const { goOnline, endOf, lobby, garden, read, siteId, token } = await openSite("Several");
    // Two guests of two routers with one name and one address, each with a phone of their own.
    const here = await goOnline(lobby, "10.5.50.7", "fay");
    const there = await goOnline(garden, "10.5.50.7", "fay", "02:00:00:00:00:99");
    const online = await read("sessions?state=live&sort=started");
    expect(online.map(({ routerName }: { routerName: string }) => routerName)).toEqual(["lobby", "garden"]);
    const found = await read("sessions?state=live&router=garden");
    expect(found.map(({ routerName }: { routerName: string }) => routerName)).toEqual(["garden"]);

    const heardOf = () => [lobby, garden].map(({ running }) => running?.incoming?.counters.requests);
    expect(heardOf()).toEqual([0, 0]);
    const ordered = await lab.call("POST", `/api/v1/sessions/${siteId}/${found[0].sessionKey}/disconnect`, { token });
    expect(ordered.body).toEqual({ kind: "ending" });
    await until("the guest of the garden is off", () => !there.online(), waitMs);
    await until("the hub knows it", async () => (await read("sessions?state=live")).length === 1, waitMs);
    expect(await read("sessions?state=live")).toMatchObject([{ routerName: "lobby", state: "live" }]);
    expect(here.online()).toBe(true);
    expect(heardOf()[0]).toBe(0);
    expect(await endOf(there.mac)).toMatchObject({ routerName: "garden", why: "kicked", cause: "admin-reset" });
  });

  test("[RAD-09] what guests used at two routers is the hub's usage log, to the byte: session by session, in the day's sum and in the site's", async () => {
    const { goOnline, endOf, lobby, garden, siteId, token } = await openSite("Metered");
    const [here, there] = [await goOnline(lobby, "10.5.50.7", "fay"), await goOnline(garden, "10.6.50.8", "fay")];
    here.use({ up: 12_345, down: 6_789_012 });
    there.use({ up: 321, down: 2_109 });
    await here.logOut();
    await there.logOut();
    expect(await endOf(here.mac)).toMatchObject({ inputBytes: 12_345, outputBytes: 6_789_012 });
    expect(await endOf(there.mac)).toMatchObject({ inputBytes: 321, outputBytes: 2_109 });
    const usage = (await lab.call("GET", "/api/v1/reports/usage?days=2", { token })).body;
    const sum = { inputBytes: 12_345 + 321, outputBytes: 6_789_012 + 2_109 };
    expect(usage.bySite).toMatchObject([{ siteId, logIns: 2, ...sum }]);
    const days = usage.days as { inputBytes: number; outputBytes: number }[];
    expect(days.reduce((all, day) => all + day.inputBytes, 0)).toBe(sum.inputBytes);
    expect(days.reduce((all, day) => all + day.outputBytes, 0)).toBe(sum.outputBytes);
    const file = await lab.call("GET", `/api/v1/sessions/export?siteId=${siteId}`, { token });
    expect(file.text).toContain("6789012");
  });

  test("[CUS-03] a customer is disconnected with one request: all their devices at all sites, nobody else's; a site that is away is named", async () => {
    const { token } = await lab.makeProvider("Leaving");
    const post = surePosterOf(lab, () => token);
    const harbour = await openSiteWithRouters(lab, token, ["lobby", "garden"]);
    const hill = await openSiteWithRouters(lab, token, ["hill"]);
    open = { ...harbour, close: async () => void (await Promise.all([harbour.close(), hill.close()])) };
    const [lobby, garden, top] = [...harbour.routers, ...hill.routers] as [Router, Router, Router];
    const { planId } = await post("/plans", {
      name: "Family",
      priceCents: 2000,
      terms: { validitySeconds: 3600, devices: 5 },
    });
    const { customerId } = await post("/customers", { name: "Achieng", phone: "0712000777" });
    const line = { customerId, username: "achieng", password: "clientPass", planId, siteIds: [harbour.siteId] };
    await post("/accounts", { ...line, service: "hotspot", billing: "free", freeReason: "Test" });
    const paid = { siteId: hill.siteId, planId, phone: "0712000777", pay: "cash" };
    const { code } = (await post("/payments/purchase", paid)).payment;
    /** Also waits until the site has heard of them. */
    const logIn = async (
      site: typeof hill,
      router: Router,
      address: string,
      user: { name: string; password: string },
    ) => {
      const phone = router.client(address);
      const isIn = async () => (await phone.logIn({ user: user.name, password: user.password })).kind === "logged-in";
      await until(`${user.name} is in`, isIn, waitMs);
      const listed = async () => (await site.read(`sessions?state=live&mac=${phone.mac}`)).length > 0;
      await until(`the hub knows of ${user.name}`, listed, waitMs);
      return phone;
    };
    const byLine = { name: "achieng", password: "clientPass" };
    const mine = [
      await logIn(harbour, lobby, "10.5.50.7", byLine),
      await logIn(harbour, garden, "10.6.50.8", byLine),
      await logIn(hill, top, "10.7.50.9", { name: code, password: code }),
    ];
    const other = await harbour.goOnline(lobby, "10.5.50.17", "fay");

    const { sessions } = await post(`/customers/${customerId}/disconnect`);
    expect(sessions.map(({ result }: { result: string }) => result)).toEqual(["ending", "ending", "ending"]);
    expect(sessions.map(({ mac }: { mac: string }) => mac).toSorted()).toEqual(mine.map(({ mac }) => mac).toSorted());
    await until("their phones are off", () => mine.every((phone) => !phone.online()), waitMs);
    expect(other.online()).toBe(true);
    for (const phone of mine) expect(await harbour.endOf(phone.mac)).toMatchObject({ why: "kicked" });
    expect((await post(`/customers/${customerId}/disconnect`)).sessions).toEqual([]);
    const action = encodeURIComponent("POST /api/v1/customers/{customerId}/disconnect");
    expect(await harbour.read(`audit?action=${action}`)).toMatchObject([
      { target: customerId },
      { target: customerId },
    ]);

    await logIn(hill, top, "10.7.50.9", { name: code, password: code });
    await hill.agent.stop();
    expect((await post(`/customers/${customerId}/disconnect`)).sessions).toMatchObject([
      { siteId: hill.siteId, siteName: "Harbour", result: "away" },
    ]);
  }, 120_000);
});
