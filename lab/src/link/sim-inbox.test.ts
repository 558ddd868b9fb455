/** The SIM of an LTE router: M-Pesa's messages reach the books as told, through an agent, its link and a hub; nobody else's messages leave the router. */

import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import type { Agent } from "@karibu/agent/start/agent";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter } from "../router/device/router.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { hastened } from "./link-ends.ts";
import { createAgentOfTest, openLine } from "./test-agent-beside.ts";

const patience = { timeout: 60_000, interval: 50 };
const money = (receipt: string, account = "SHOP7") =>
  `${receipt} Confirmed. Ksh20.00 received for account ${account}. New balance is Ksh99.00.`;

engineSuite("the SIM of a router", { timeout: 240_000 }, (engine) => {
  const lab = useHub(engine);
  async function openSite(name: string) {
    const { token, providerId } = await lab.makeProvider(name);
    const call = sureAskerOf(lab, () => token);
    const { site, enrolmentToken } = await call("POST", "/sites", { name: "Harbour" });
    const { siteId } = site;
    const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { business: _, ...keys } = sampleApp;
    const channel = await call("POST", "/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys });
    await call("POST", "/pay-accounts", { number: "ANNA1", phone: "0712000111", siteId, planId });
    const world = hastened(lab.world, 60);
    const router = createRouter(world, createMemoryUdp(), {});
    await router.boot();
    router.knobs.sim = { port: "lte1", receives: true, inbox: [] };
    const folder = createFaultyFolder(lab.world);
    /** All that the agent said to the hub. */
    const said: string[] = [];
    const line = openLine(lab, {
      tamper(text) {
        said.push(text);
        return [text];
      },
    });
    let agent: Agent;
    const start = async () => {
      const api = createRouterApi(world, dialInMemory(world, router), { user: "karibu", password: "" });
      agent = createAgentOfTest(lab, {
        world,
        folder,
        router: createHotspotControl(api),
        enrolToken: enrolmentToken,
        line,
      });
      await agent.start();
      return agent;
    };
    const path = `/sites/${siteId}/sim-inbox`;
    const inbox = async () => (await call("GET", path)).inbox;
    return {
      call,
      channel,
      path,
      inbox,
      router,
      said,
      start,
      providerId,
      switchOn: (more: object = {}) => call("PUT", path, { channelId: channel.id, ...more }),
      /** The SIM receives a message now. */
      receive(message: string, phone = "MPESA") {
        const at = new Date(lab.world.clock.wall().atMs).toISOString();
        router.knobs.sim?.inbox.push({ phone, message, timestamp: `${at.slice(0, 10)} ${at.slice(11, 19)} GMT +0` });
      },
      receipts: async () => (await call("GET", "/receipts")).items,
      async restart(work: () => void) {
        line.cut(true);
        await agent.stop();
        work();
        line.cut(false);
        await start();
      },
      until: (check: () => Promise<void>) => vi.waitFor(check, patience),
    };
  }

  test("[PAY-25] a message to the SIM books the money as told, once; what was there before, what others wrote and what the owner paid never leave the router", async () => {
    const site = await openSite("Harbour");
    site.receive(money("UKL60ZDR4F", "ANNA1"));
    site.receive("Come home, dinner is ready", "+254712000222");
    await site.start();
    expect(await site.inbox()).toBeNull();
    expect(await site.switchOn()).toMatchObject({ inbox: { sender: "MPESA", state: null, lastAtMs: null } });
    await site.until(async () => expect(await site.inbox()).toMatchObject({ state: "reading" }));
    site.receive(money("UKL61ZDR4F", "ANNA1"));
    site.receive(money("UKL62ZDR4F", "ANNA1"), "+254712000222");
    site.receive("UKL63ZDR4F Confirmed. Ksh500.00 sent to MAMA MBOGA.");
    await site.until(async () =>
      expect(await site.receipts()).toMatchObject([{ receipt: "UKL61ZDR4F", provenance: "told", state: "booked" }]),
    );
    expect((await site.call("GET", "/payments")).items).toMatchObject([{ state: "paid", pendingCents: 2000 }]);
    expect(await site.inbox()).toMatchObject({ state: "reading", lastAtMs: expect.any(Number) });
    // While nobody listens more comes, and the agent starts again: each is told once, in its order.
    await site.restart(() => {
      site.receive(money("UKL64ZDR4F", "SHOP7"));
      site.receive(money("UKL65ZDR4F", "SHOP7"));
    });
    await site.until(async () =>
      expect((await site.receipts()).map(({ receipt }: { receipt: string }) => receipt).sort()).toEqual([
        "UKL61ZDR4F",
        "UKL64ZDR4F",
        "UKL65ZDR4F",
      ]),
    );
    const evidence = await lab
      .database()
      .asProvider(site.providerId, (tx) =>
        tx.selectFrom("evidence").select("naturalKey").orderBy("evidenceId").execute(),
      );
    expect(evidence.map((row) => row.naturalKey)).toEqual(["UKL61ZDR4F", "UKL64ZDR4F", "UKL65ZDR4F"]);
    const all = site.said.join("\n");
    expect(all).toContain("UKL61ZDR4F");
    for (const private_ of ["dinner", "UKL60ZDR4F", "UKL62ZDR4F", "MAMA MBOGA"]) expect(all).not.toContain(private_);
    // Nothing was removed from the SIM.
    expect(site.router.knobs.sim?.inbox).toHaveLength(7);
  });

  longTest(
    "[PAY-25] a router without a modem, or that receives nothing, is said so; switched off, nothing is read",
    async () => {
      const site = await openSite("Quay");
      site.router.knobs.sim = null;
      await site.start();
      await site.switchOn({ sender: "M-PESA" });
      await site.until(async () => expect(await site.inbox()).toMatchObject({ state: "no-modem", sender: "M-PESA" }));
      site.router.knobs.sim = { port: "lte1", receives: false, inbox: [] };
      await site.until(async () => expect(await site.inbox()).toMatchObject({ state: "not-receiving" }));
      site.router.knobs.sim.receives = true;
      await site.until(async () => expect(await site.inbox()).toMatchObject({ state: "reading" }));
      await site.call("DELETE", site.path);
      expect(await site.inbox()).toBeNull();
      site.receive(money("UKL66ZDR4F"), "M-PESA");
      // Switched on again, it begins from there: that message was there before.
      await site.switchOn({ sender: "M-PESA" });
      await site.until(async () => expect(await site.inbox()).toMatchObject({ state: "reading" }));
      site.receive(money("UKL67ZDR4F"), "M-PESA");
      await site.until(async () => expect(await site.receipts()).toMatchObject([{ receipt: "UKL67ZDR4F" }]));
    },
  );
});
