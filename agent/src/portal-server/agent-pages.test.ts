/** The agent's own pages in a real browser: the installer's `/status` and the seller's `/sell`, on phones and on a desk. */

import { join } from "node:path";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { languages } from "@karibu/portal/strings/all-words";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { chromiumPath } from "@karibu/tools/ci/test-chromium";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { OtherDevices } from "../access/other-devices/other-devices.ts";
import { createTestSite as createAccessSite } from "../access/test-site.ts";
import type { HttpListener } from "../ground/http.ts";
import { statusWords } from "../start/status-words.ts";
import { listenHttp } from "./http/http-listener.ts";
import type { StatusReport } from "./installer/status-report.ts";
import { createPortalServer, type PortalParts } from "./portal-server.ts";
import { inspect, standsStill, usePortalBrowser } from "./test-browser.ts";
import { createTestSite, testSettings } from "./test-portal-site.ts";

const shots = process.env.KARIBU_TEST_PICTURES;

const everyLook = (["en", "sw"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((colorScheme) => [360, 1440].map((width) => ({ language, colorScheme, width }))),
);
const looks = inLongRunAll(
  everyLook,
  ({ language, colorScheme, width }) => language === "sw" && colorScheme === "light" && width === 360,
);
type Look = (typeof looks)[number];

describe.skipIf(chromiumPath === null)("the agent's own pages in Chromium", () => {
  const { browser, files } = usePortalBrowser(shots);

  /** A site with its pages, and a browser that looks at them; the page must have had no error. */
  async function atPage(
    look: Look,
    parts: (site: ReturnType<typeof createTestSite>) => Partial<PortalParts>,
    visit: (page: Page, base: string, context: BrowserContext) => Promise<void>,
    world = createSimulatedWorld(),
  ): Promise<void> {
    const site = createTestSite(world);
    const portal = createPortalServer(world, site.parts({ files: files(), ...parts(site) }), testSettings);
    const server: HttpListener = await listenHttp(portal, { port: 0, address: "127.0.0.1", world });
    const context = await browser().newContext({
      viewport: { width: look.width, height: look.width < 600 ? 640 : 900 },
      locale: look.language === "sw" ? "sw-KE" : "en-KE",
      colorScheme: look.colorScheme,
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (/content security policy/i.test(message.text())) faults.push(message.text());
      });
      await visit(page, `http://127.0.0.1:${server.port}`, context);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  }

  async function look(page: Page, name: string, { language, colorScheme, width }: Look): Promise<void> {
    const where = `${name}-${language}-${colorScheme}-${width}`;
    await inspect(page, where);
    await standsStill(page);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${where}.png`), fullPage: true });
  }

  const reportIn = (language: "en" | "sw"): StatusReport => {
    const words = statusWords[language];
    return {
      version: "0.1.0",
      siteName: "Mwangaza Café, Kisumu",
      utcOffsetMinutes: 180,
      items: [
        { name: words.hub, state: "waiting", text: words.silent(words.minutes(12)), advice: words.hubAway },
        {
          name: words.board,
          state: "wrong",
          text: "No /radius row for the hotspot points to this agent.",
          advice: `/radius add service=hotspot,ppp address=172.31.255.2 authentication-port=1812 accounting-port=1813 ${"x".repeat(90)}`,
        },
        { name: words.radius, state: "missing", text: words.radiusOff, advice: words.setSecret },
        { name: words.clock, state: "ok", text: "20 Nov 2026, 12:00 UTC." },
        { name: words.router, state: "ok", text: "RouterOS 7.22" },
        { name: words.disk, state: "ok", text: words.lastRecord(4711) },
      ],
      logIns: [
        {
          atMs: Date.UTC(2026, 10, 20, 12, 1, 5),
          nas: "hotspot-1",
          device: "…:0E:01",
          address: "10.5.50.20",
          by: "voucher",
          outcome: "accept",
        },
        {
          atMs: Date.UTC(2026, 10, 20, 11, 59),
          nas: "hotspot-1",
          device: "…:0E:02",
          address: null,
          by: "unknown",
          outcome: "too-many-devices",
        },
      ],
    };
  };

  test("[CUS-16] /devices: a television that waits is chosen and put online, and taken off again; a form of another page does nothing", async () => {
    const asked: string[] = [];
    const view = { planName: "UNLIMITED-MONTHLY", places: 3, taken: 1 };
    const around = [{ name: "0123456789abcdef", lastOctets: "DD:EE:02", address: "10.5.50.31" }];
    let isAdded = false;
    let isFull = false;
    const otherDevices: OtherDevices = {
      list: async () => ({
        ...view,
        taken: isFull ? 3 : 1,
        added: isAdded ? [{ mac: "AC:BB:CC:DD:EE:02", isOnline: true }] : [],
        around: isAdded ? [] : around,
      }),
      add: async (_device, named) => {
        asked.push(named);
        if (named.startsWith("01")) isAdded = true;
        return isAdded ? { kind: "online" } : { kind: "refused", reason: "belongs-to-another" };
      },
      remove: async (_device, mac) => {
        asked.push(`off ${mac}`);
        isAdded = false;
        return true;
      },
    };
    for (const shown of looks.filter(({ width, colorScheme }) => (width === 360) === (colorScheme === "light"))) {
      isAdded = false;
      await atPage(
        shown,
        () => ({ otherDevices }),
        async (page, base) => {
          const words = languages[shown.language].pages.devices;
          await page.goto(`${base}/devices`);
          await page
            .getByText(words.places(1, 3, ""))
            .or(page.locator("main .card").first())
            .first()
            .waitFor();
          await look(page, "devices", shown);
          await page.getByLabel(words.typed).fill("AE:BB:CC:DD:EE:09");
          await page.getByRole("button", { name: words.add }).click();
          await page.getByText(words.refusals["belongs-to-another"] ?? "").waitFor();
          await page.locator("label[for=device-0]").click();
          await page.getByRole("button", { name: words.add }).click();
          await page.getByText(words.isOnline, { exact: true }).waitFor();
          await look(page, "devices-added", shown);
          await page.getByRole("button", { name: words.remove }).click();
          await page.getByText(words.isRemoved).waitFor();
          const forged = await page.request.post(`${base}/devices`, { form: { act: "add", device: "01", proof: "x" } });
          expect(forged.status()).toBe(403);
          // Nobody fills in a form that can only be refused.
          isFull = true;
          await page.goto(`${base}/devices`);
          await page.getByText(words.full(0)).waitFor();
          expect(await page.getByLabel(words.typed).count()).toBe(0);
          await look(page, "devices-full", shown);
          isFull = false;
        },
      );
    }
    expect(asked.slice(0, 3)).toEqual(["AE:BB:CC:DD:EE:09", "0123456789abcdef", "off AC:BB:CC:DD:EE:02"]);
    expect(asked).not.toContain("01");
  });

  test.each(looks)(
    "[SYS-13] /status at $width px, $language, $colorScheme: what needs a hand and what to do, what works, the last log-ins",
    async (shown) => {
      const facts = (site: ReturnType<typeof createTestSite>) => ({
        facts: { ...site.parts().facts, status: async (language: "en" | "sw" = "en") => reportIn(language) },
      });
      await atPage(shown, facts, async (page, base) => {
        await page.goto(`${base}/status`);
        const isEnglish = shown.language === "en";
        await page
          .getByRole("heading", { level: 1, name: isEnglish ? "State of this site" : "Hali ya kituo hiki" })
          .waitFor();
        await page.getByText(isEnglish ? "3 things need attention." : "Mambo 3 yanahitaji kushughulikiwa.").waitFor();
        const hub = page.getByRole("listitem").filter({ hasText: statusWords[shown.language].hubAway });
        expect(await hub.textContent()).toContain(isEnglish ? "waiting" : "inasubiri");
        expect(await page.getByText("15:01:05").count()).toBe(1); // the site's own time
        await page.getByText(isEnglish ? "too many devices" : "vifaa vingi mno").waitFor();
        await look(page, "status", shown);
        await page.getByRole("link", { name: isEnglish ? "Kiswahili" : "English" }).click();
        await page
          .getByRole("heading", { level: 1, name: isEnglish ? "Hali ya kituo hiki" : "State of this site" })
          .waitFor();
      });
    },
  );

  const file = { sellers: [{ name: "Main Counter", pin: "4821", floatCents: 500_000 }] };
  const words = {
    en: {
      who: "Who is selling?",
      name: "Your name",
      pin: "Your PIN",
      start: "Start selling",
      wrong: "Name or PIN is wrong",
      choose: "Choose a package",
      weekly: "5 GB Weekly",
      sum: "KSh\u00a0200 received: make the code",
      copy: "Copy the code",
      copied: "Copied",
      another: "Sell another",
      sales: "1 sale",
      notMe: "Not me",
    },
    sw: {
      who: "Nani anauza?",
      name: "Jina lako",
      pin: "PIN yako",
      start: "Anza kuuza",
      wrong: "Jina au PIN si sahihi",
      choose: "Chagua kifurushi",
      weekly: "GB 5 kwa wiki",
      sum: "Nimepokea KSh\u00a0200: toa vocha",
      copy: "Nakili msimbo",
      copied: "Umenakiliwa",
      another: "Uza nyingine",
      sales: "mauzo 1",
      notMe: "Si mimi",
    },
  };

  test.each(looks)(
    "[BEY-19] /sell at $width px, $language, $colorScheme: PIN once, a tile, one button with the sum, the code, own sales today",
    async (shown) => {
      const said = words[shown.language];
      const world = createSimulatedWorld();
      const cash = (site: ReturnType<typeof createTestSite>) => {
        const access = createAccessSite(world, { file });
        for (const plan of site.rows.plan.values()) access.put({ kind: "plan", key: plan.planId, body: plan });
        return { cash: access.cash };
      };
      await atPage(
        shown,
        cash,
        async (page, base, context) => {
          await page.goto(`${base}/sell`);
          await page.getByRole("heading", { name: said.who }).waitFor();
          const logIn = async (pin: string) => {
            await page.getByLabel(said.name).fill("main counter");
            await page.getByLabel(said.pin).fill(pin);
            await page.getByRole("button", { name: said.start }).click();
          };
          await logIn("0000");
          await page.getByText(said.wrong).waitFor();
          await look(page, "sell-who", shown);
          await logIn("4821");
          await page.getByRole("button", { name: said.choose }).waitFor();
          const cookies = (await context.cookies(`${base}/sell`)).filter(({ name }) => name === "karibu_seller");
          expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: "/sell" }]);
          // By keyboard: into the group, to the fourth tile.
          await page.getByRole("radio").first().focus();
          for (let down = 0; down < 3; down++) await page.keyboard.press("ArrowDown");
          await page.getByRole("button", { name: said.sum }).waitFor();
          await look(page, "sell-tiles", shown);
          await page.getByText(said.weekly).click();
          await page.getByRole("button", { name: said.sum }).click();
          await expect.poll(() => page.locator("#code").textContent()).toMatch(/^\d{3} \d{3} \d{4}$/);
          expect(await page.getByRole("status").textContent()).toContain(`${said.weekly}, KSh\u00a0200`);
          await page.getByText(said.sales, { exact: true }).waitFor();
          await page.getByRole("button", { name: said.copy }).click();
          await page.getByRole("button", { name: said.copied }).waitFor();
          await look(page, "sell-code", shown);
          // A thumb hits the one that it means, and they look like one row of things.
          const boxes = await page
            .locator(".given :is(a, button):visible")
            .evaluateAll((all) =>
              all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })),
            );
          const gaps = boxes.slice(1).map(({ top }, at) => Math.round(top - (boxes[at]?.bottom ?? 0)));
          expect(new Set(gaps)).toEqual(new Set([12]));
          await page.getByRole("link", { name: said.another }).click();
          await page.getByRole("button", { name: said.choose }).waitFor(); // and no PIN
          // For the customer who lost it: the code again, with its picture, for paper.
          await page.locator("#lately summary").click();
          await page.locator("#lately svg.scan").waitFor();
          await look(page, "sell-lately", shown);
          await page.evaluate(() => {
            window.print = () =>
              void document.body.setAttribute("data-printed", document.querySelector(".slip")?.textContent ?? "");
          });
          await page.locator("#lately [data-print]").click();
          expect(await page.locator("body").getAttribute("data-printed")).toMatch(/\d{3} \d{3} \d{4}/);
          await page.getByRole("button", { name: said.notMe }).click();
          await page.getByRole("heading", { name: said.who }).waitFor();
        },
        world,
      );
    },
  );
});
