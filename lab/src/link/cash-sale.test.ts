/** A seller from the hub sells at an offline site; the sale reaches the books once, after every failure on its way. */
import type { Agent } from "@karibu/agent/start/agent";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { balancesIn } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";
import { createAgentOfTest, openLine } from "./test-agent-beside.ts";

const waitMs = 30_000;

engineSuite("a cut-off site's till", (engine) => {
  const lab = useHub(engine);

  test("[BEY-19] hub row, sale for cash with the hub away and a power cut after it, journal, the hub's books: once", async () => {
    const { token } = await lab.makeProvider("Till");
    const call = async (method: string, path: string, body?: object, key = "") =>
      (
        await lab.call(method, `/api/v1${path}`, {
          token,
          headers: key === "" ? {} : { "Idempotency-Key": key },
          ...(body === undefined ? {} : { body }),
        })
      ).body;
    const { site: made, enrolmentToken } = await call("POST", "/sites", { name: "Harbour" });
    const { siteId } = made;
    const plan = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
    /** Frames that a weak link delivers twice. */
    const tamper = (text: string) => (text.includes('"journal"') ? [text, text] : [text]);
    const line = openLine(lab, { tamper });
    const folder = createFaultyFolder(lab.world);
    const start = async () => {
      const world = hastened(lab.world, 20);
      const agent = createAgentOfTest(lab, { world, folder, enrolToken: enrolmentToken, line });
      await agent.start();
      return agent;
    };
    const agent = await start();
    await until("it is connected", () => agent.hub.state === "connected", waitMs);
    expect(agent.cash.isOpen).toBe(false);
    const seller = await call("POST", "/sellers", {
      name: "Wanjiru",
      pin: "482193",
      commissionPermille: 100,
      sites: [{ siteId, floatCents: 5000 }],
    });
    await until("the site knows the seller", () => agent.cash.isOpen, waitMs);

    line.cut(true);
    await until("it is cut off", () => agent.hub.state === "away", waitMs);
    const from = { mac: null, address: "10.5.50.2" };
    const order = { seller: "wanjiru", pin: "482193", planKey: plan.planId };
    const sell = (one: Agent, number: number) =>
      one.cash.sell({ ...order, saleId: number.toString(16).padStart(32, "0") }, from);
    const first = await sell(agent, 1);
    expect(first).toMatchObject({ kind: "sold", outCents: 2000, floatCents: 5000 });
    expect(await sell(agent, 2)).toMatchObject({ kind: "sold", outCents: 4000 });
    expect(await sell(agent, 3)).toMatchObject({ kind: "refused", reason: "float-used-up" });
    folder.cutPowerAt(folder.operations);
    await agent.stop().catch(() => {});
    folder.reboot();
    const again = await start();
    expect(await sell(again, 1)).toEqual({ ...first, outCents: 4000 });
    line.cut(false);

    const sales = async () => (await call("GET", `/cash-sales?siteId=${siteId}`)).items;
    await until("the sales are at the hub", async () => (await sales()).length === 2, waitMs);
    await until("it is connected again", () => again.hub.state === "connected", waitMs);
    expect((await sales())[1]).toMatchObject({
      sellerName: "Wanjiru",
      planId: plan.planId,
      priceCents: 2000,
      commissionCents: 200,
      startedAtMs: null,
      codeEnd: first.kind === "sold" ? first.code.slice(-4) : "",
    });
    const books = async () => {
      const { items } = await call("GET", "/ledger/accounts");
      return balancesIn(items);
    };
    const float = `float:${seller.sellerId}`;
    expect(await books()).toEqual({ [float]: 3600, commission: 400, revenue: -4000 });

    const path = `/sellers/${seller.sellerId}/hand-in`;
    expect(await call("POST", path, { siteId, amountCents: 3600 }, "evening")).toMatchObject({ owedCents: 0 });
    expect(await books()).toEqual({ [float]: 0, cash: 3600, commission: 400, revenue: -4000 });
    await until("the float is free again", async () => (await sell(again, 4)).kind === "sold", waitMs);
    await until("the third is there too", async () => (await sales()).length === 3, waitMs);
    const fifth = await again.cash.sell({ ...order, saleId: "ab".repeat(16), phone: "0722 000 444" }, from);
    expect(fifth).toMatchObject({ kind: "sold" });
    const code = fifth.kind === "sold" ? fifth.code : "";
    // A code's digits may be a phone number's too: then whoever has it is found beside the sale.
    const found = async (typed: string) =>
      (await call("GET", `/search?q=${typed}`)).items.filter(({ kind }: { kind: string }) => kind === "cash-sale");
    await until("the fourth is there too", async () => (await found(code)).length === 1, waitMs);
    const [hit] = await found("0722000444");
    expect(hit).toMatchObject({ kind: "cash-sale", id: `${siteId}.${"ab".repeat(16)}` });
    const client = { token: "phone-1", mac: "AA:BB:CC:DD:EE:01", address: from.address };
    const refund = { cashSaleId: hit.id, method: "cash", reason: "does not want it" };
    expect(await call("POST", "/refunds", refund, "back")).toMatchObject({ state: "done" });
    const refused = async () => {
      const outcome = await again.portalAccess.redeem(code, client);
      return outcome.kind === "refused" && ["disabled", "revoked"].includes(outcome.reason);
    };
    await until("the site refuses the code that was given back", refused, waitMs);
    expect((await call("GET", "/ledger/trial-balance")).balanced).toBe(true);
    await call("POST", `/sellers/${seller.sellerId}/disable`);
    await until("who is disabled sells no more", () => !again.cash.isOpen, waitMs);
    expect(await call("GET", "/ledger/trial-balance")).toMatchObject({ balanced: true });
  });
});
