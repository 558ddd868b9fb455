/** The seller's page in a real browser, on a small phone. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestSite as createAccessSite } from "../../access/test-site.ts";
import type { HttpListener } from "../../ground/http.ts";
import { listenHttp } from "../http/http-listener.ts";
import { createPortalServer } from "../portal-server.ts";
import { findChromium, inspect } from "../test-browser.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";

const chromiumPath = findChromium();

describe.skipIf(chromiumPath === null)("the seller's page in Chromium", () => {
  let browser: Browser;
  let server: HttpListener;

  beforeAll(async () => {
    const world = createSimulatedWorld();
    const file = { sellers: [{ name: "Main Counter", pin: "4821", floatCents: 500_000 }] };
    const site = createTestSite(world);
    const accessSite = createAccessSite(world, { file });
    for (const plan of site.rows.plan.values()) accessSite.put({ kind: "plan", key: plan.planId, body: plan });
    const portal = createPortalServer(world, site.parts({ cash: accessSite.cash }), testSettings);
    server = await listenHttp(portal, { port: 0, address: "127.0.0.1", world });
    browser = await chromium.launch({
      executablePath: chromiumPath as string,
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test.each([
    ["en", "light", "Sell for cash", "Your PIN", "I have the cash: make the code", "Name or PIN is wrong"],
    ["sw", "dark", "Uza kwa pesa taslimu", "PIN yako", "Nimepokea pesa: toa namba", "Jina au PIN si sahihi"],
  ] as const)(
    "[BEY-19] sells at 360 px, in %s and %s, without scripts, and passes axe",
    async (language, colorScheme, title, pin, sell, wrong) => {
      const context = await browser.newContext({
        viewport: { width: 360, height: 640 },
        locale: language === "sw" ? "sw-KE" : "en-KE",
        colorScheme,
      });
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${server.port}/sell`);
        await expect.poll(() => page.locator("h1").textContent()).toBe(title);
        await inspect(page, `sell ${language}`);
        const fill = async (typed: string) => {
          await page.locator("#seller").fill("main counter");
          await page.getByLabel(pin).fill(typed);
          await page.getByRole("button", { name: sell }).click();
        };
        await page.getByText("5 GB Weekly").click();
        await fill("0000");
        await page.getByText(wrong).waitFor();
        expect(await page.locator("input[type=radio]:checked").getAttribute("value")).toBe("plan-5gb-weekly");
        await inspect(page, `refused ${language}`);
        await fill("4821");
        await expect.poll(() => page.locator(".code").textContent()).toMatch(/^\d{3} \d{3} \d{4}$/);
        expect(await page.locator("body").textContent()).toContain("5 GB Weekly, KES\u00a0200");
        await inspect(page, `sold ${language}`);
      } finally {
        await context.close();
      }
    },
  );
});
