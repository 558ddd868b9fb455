/** A batch passes its date: the hub, the console and the site's portal say so by themselves, with nobody's hand. */
import type { Agent } from "@karibu/agent/start/agent";
import { afterAll, describe, expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "../link/link-ends.ts";
import { createAgentBeside, openLine } from "../link/test-agent-beside.ts";
import { phone } from "../link/test-drill-sites.ts";
import { chromiumPath, goTo, patience, picture, useConsole } from "./test-console.ts";

const livesMs = 30_000;

describe.skipIf(chromiumPath === null)("vouchers past their date", () => {
  const console = useConsole();
  let agent: Agent | null = null;
  afterAll(() => agent?.stop());

  test("[VOU-14] unused codes end at the batch's date: in the hub's list, on the console's page, and at the portal with a reason", async () => {
    const { hub } = console;
    const { token, ownerEmail } = await hub.makeProvider("Dated");
    const post = async (path: string, body: object) =>
      (await hub.call("POST", `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": path } })).body;
    const { site, enrolmentToken } = await post("/sites", { name: "Kiosk" });
    const { planId } = await post("/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
    agent = createAgentBeside(hub, {
      enrolToken: enrolmentToken,
      folder: createFaultyFolder(hub.world),
      line: openLine(hub),
    });
    const expiresAtMs = hub.world.clock.wall().atMs + livesMs;
    const { batchId } = await post("/vouchers/batches", { planId, quantity: 2, siteId: site.siteId, expiresAtMs });
    await agent.start();
    const isThere = async () => {
      const { feed } = (await hub.call("GET", `/api/v1/sites/${site.siteId}/link`, { token })).body;
      return feed.some(
        ({ scope, behind }: { scope: string; behind: number }) => scope.endsWith(batchId) && behind === 0,
      );
    };
    const list = async (query = "") =>
      (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}${query}`, { token })).body.items;
    const [used, unused] = (await list()) as [{ code: string }, { code: string }];
    const redeem = (code: string, number: number) => (agent as Agent).portalAccess.redeem(code, phone(number));
    await until("the site has the batch", isThere, 20_000);
    expect(await redeem(used.code, 1)).toMatchObject({ kind: "redeemed" });
    expect(await list("&state=expired")).toEqual([]);

    await until("it is past its date", () => hub.world.clock.wall().atMs > expiresAtMs, 60_000);
    expect((await list("&state=expired")).map(({ code }: { code: string }) => code)).toContain(unused.code);
    expect(await redeem(unused.code, 2)).toMatchObject({ kind: "refused", reason: "expired" });
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/vouchers/${batchId}` });
    await page.locator("batch-codes .badge", { hasText: "Used up" }).first().waitFor(patience);
    await page.getByLabel("State").first().selectOption({ label: "Used up" });
    await expect.poll(() => page.locator("batch-codes tbody tr").count(), patience).toBeGreaterThan(0);
    await picture(page, "vouchers-expired");
    await goTo(page, "#/home");
    expect(errors).toEqual([]);
  }, 180_000);
});
