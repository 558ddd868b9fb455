import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, onTestFinished, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";
import { createAgentBeside, openLine } from "./test-agent-beside.ts";

const waitMs = 30_000;
const from = { mac: null, address: "10.5.50.2" };

engineSuite("a device moves to another site", (engine) => {
  const lab = useHub(engine);
  /** Two sites, and a device that sold twice for cash at the first one while it was cut off. */
  async function soldAtHarbour(name: string) {
    const { token } = await lab.makeProvider(name);
    const call = async (method: string, path: string, body?: object) =>
      (await lab.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) })).body;
    const harbour = await call("POST", "/sites", { name: "Harbour" });
    const market = await call("POST", "/sites", { name: "Market" });
    const plan = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
    const folder = createFaultyFolder(lab.world);
    const line = openLine(lab);
    const warnings: { readonly event: string; readonly siteId?: unknown; readonly records?: unknown }[] = [];
    const fast = hastened(lab.world, 20);
    const warn = (event: string, fields: object = {}) => void warnings.push({ event, ...fields });
    const world = { ...fast, log: { ...fast.log, warn } };
    const start = async (enrolToken: string, device = folder) => {
      const agent = createAgentBeside(lab, { world, folder: device, enrolToken, line });
      onTestFinished(() => agent.stop().catch(() => {}));
      await agent.start();
      return agent;
    };
    const agent = await start(harbour.enrolmentToken);
    await call("POST", "/sellers", {
      name: "Wanjiru",
      pin: "482193",
      sites: [{ siteId: harbour.site.siteId, floatCents: 50_000 }],
    });
    await until("the site knows the seller", () => agent.cash.isOpen, waitMs);
    line.cut(true);
    await until("it is cut off", () => agent.hub.state === "away", waitMs);
    const order = { seller: "wanjiru", pin: "482193", planKey: plan.planId };
    for (const number of ["1", "2"])
      expect(await agent.cash.sell({ ...order, saleId: number.repeat(32) }, from)).toMatchObject({ kind: "sold" });
    await agent.stop();
    const sales = async (siteId: string) => (await call("GET", `/cash-sales?siteId=${siteId}`)).items;
    const setAside = async () => (await folder.list("moved/")).length;
    return { call, line, folder, start, sales, setAside, harbour, market, plan, warnings };
  }

  test("its unsent sales reach the first site's books once, and the new journal and state know nothing of them", async () => {
    const { line, start, sales, setAside, harbour, market } = await soldAtHarbour("Movers");
    line.cut(false);
    const moved = await start(market.enrolmentToken);
    await until("the sales are at the hub", async () => (await sales(harbour.site.siteId)).length === 2, waitMs);
    await until("it serves the new site", () => moved.hub.state === "connected", waitMs);
    await until("nothing is set aside any more", async () => (await setAside()) === 0, waitMs);
    expect(await sales(market.site.siteId)).toEqual([]);
    expect([moved.state.sales.size, moved.state.grants.size, moved.state.soldCents.size, moved.cash.isOpen]).toEqual([
      0,
      0,
      0,
      false,
    ]);
    await moved.stop();
    const again = await start(market.enrolmentToken);
    expect(again.state.sales.size).toBe(0);
    await until("it is connected again", () => again.hub.state === "connected", waitMs);
    expect(await sales(harbour.site.siteId)).toHaveLength(2);
  });

  test.each(inLongRunAll([2, 5, 9, 14], (step) => step === 5))(
    "a power cut at step %i of the move loses nothing and mixes nothing",
    async (steps) => {
      const { line, folder, start, sales, setAside, harbour, market } = await soldAtHarbour(`Cut ${steps}`);
      line.cut(false);
      folder.cutPowerAt(folder.operations + steps);
      const first = await start(market.enrolmentToken).catch(() => null);
      const isDark = async () => (await folder.list("").catch(() => null)) === null;
      await until("the power is cut", isDark, waitMs);
      await first?.stop().catch(() => {});
      folder.reboot();
      const moved = await start(market.enrolmentToken);
      await until("the sales are at the hub", async () => (await sales(harbour.site.siteId)).length === 2, waitMs);
      await until("it serves the new site", () => moved.hub.state === "connected", waitMs);
      await until("nothing is set aside any more", async () => (await setAside()) === 0, waitMs);
      expect([await sales(market.site.siteId), moved.state.sales.size]).toEqual([[], 0]);
    },
  );

  test("a site that has another device now is in no other's way: what the second one lacks gets there, and what the first one lacks is said at once", async () => {
    const { call, line, folder, start, sales, harbour, market, plan, warnings } = await soldAtHarbour("Twice");
    const { enrolmentToken } = await call("POST", `/sites/${harbour.site.siteId}/enrolment-token`);
    line.cut(false);
    const other = await start(enrolmentToken, createFaultyFolder(lab.world));
    await until("the first site has another device", () => other.hub.state === "connected", waitMs);
    await other.stop();
    const atMarket = await start(market.enrolmentToken);
    const { sellerId } = await call("POST", "/sellers", {
      name: "Otieno",
      pin: "571936",
      sites: [{ siteId: market.site.siteId, floatCents: 50_000 }],
    });
    // Until it has moved, the first site's seller is still there.
    const isThere = () => atMarket.cash.present({ sellerId, name: "Otieno" }) !== null;
    await until("the second site knows its seller", isThere, waitMs);
    line.cut(true);
    await until("it is cut off", () => atMarket.hub.state === "away", waitMs);
    const order = { seller: "otieno", pin: "571936", planKey: plan.planId, saleId: "3".repeat(32) };
    expect(await atMarket.cash.sell(order, from)).toMatchObject({ kind: "sold" });
    await atMarket.stop();
    // The first site's folder comes first.
    for (const name of await folder.list("moved/")) await folder.rename(name, name.replace(/^moved\/[^/]+/, "moved/!"));
    warnings.length = 0;
    const school = await call("POST", "/sites", { name: "School" });
    line.cut(false);
    const atSchool = await start(school.enrolmentToken);
    await until("the sale is at the hub", async () => (await sales(market.site.siteId)).length === 1, waitMs);
    expect(warnings).toContainEqual({
      event: "moved-site-owed",
      siteId: harbour.site.siteId,
      records: expect.any(Number),
    });
    await atSchool.stop();
  });

  test("where the first site has another device already, what it owes stays aside and goes nowhere else", async () => {
    const { call, line, folder, start, sales, harbour, market } = await soldAtHarbour("Revoked");
    await call("POST", `/sites/${harbour.site.siteId}/revoke`);
    line.cut(false);
    const moved = await start(market.enrolmentToken);
    await until("it serves the new site", () => moved.hub.state === "connected", waitMs);
    expect([await sales(market.site.siteId), moved.state.sales.size]).toEqual([[], 0]);
    expect((await folder.list("moved/")).some((name) => name.endsWith(".log"))).toBe(true);
    await moved.stop();
  });
});
