/** The guides in the console: found from the page that they are about, by the search and without a log-in; and each gone through by its reader. */

import { moduleNames } from "@karibu/cloud/modules/choose-modules";
import { admin, ownerPassword } from "@karibu/cloud/test-hub";
import { en } from "@karibu/console/strings/en";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, complaintsOf, goTo, lookAt, picture, settled } from "./test-console.ts";
import { fillPages } from "./test-full-pages.ts";

/** Of the console's words, those of modules too, which this hub may be without. */
const words: Readonly<Record<string, string>> = en;
const isHere = (module: string): boolean => moduleNames.some((name) => name === module);

/** One step of a guide: the page opens for its reader at `at`, and after `press` the buttons that the guide names (`see`) stand there. */
interface Step {
  /** A module's step. */
  readonly of?: string;
  readonly at: string;
  readonly press?: readonly string[];
  readonly see: readonly string[];
}

describe.skipIf(chromiumPath === null)("the guides, in a browser", () => {
  const console = useBusiness("Mwangaza");
  let made = 0;
  let ticketId = "";

  beforeAll(async () => {
    await fillPages(console);
    const { siteId, customerId, token } = console.business;
    const make = async (path: string, body: object) => {
      const answer = await console.hub.call("POST", `/api/v1/${path}`, {
        token,
        body,
        headers: { "Idempotency-Key": `step-${++made}` },
      });
      expect([200, 201], answer.text).toContain(answer.status);
      return answer.body;
    };
    const about = { subject: "Slow", kind: "connection", priority: "normal", text: "Since noon", customerId, siteId };
    if (isHere("tickets")) ({ ticketId } = await make("tickets", about));
    for (const role of ["seller", "support", "installer"])
      await make("users", { name: role, email: `${role}@steps.test`, password: ownerPassword, role });
  });

  test("[SYS-22] a page's “?” opens what is said of it, and the search finds the rest, in both languages", async () => {
    const { ownerEmail } = console.business;
    const { page, errors } = await console.open({ email: ownerEmail }, { hash: "#/channels" });
    await page.getByRole("link", { name: "Guide to this page" }).click();
    const heading = page.getByRole("heading", { name: "Keys of a payment channel" });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element.getRootNode() instanceof ShadowRoot)).toBe(true);
    await page.locator("guide-view").getByRole("link", { name: "Payment channels" }).first().click();
    await page.getByRole("heading", { name: "Payment channels", level: 1 }).waitFor();

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill("paste again");
    await page.getByRole("option", { name: /^Paste again/ }).click();
    await page.getByRole("heading", { name: "For installers" }).waitFor();
    await lookAt(page, "guide-installer");

    await goTo(page, "#/guides");
    await page.getByLabel("Search the guides").fill("statement");
    await page.getByRole("link", { name: "Money, once a day" }).waitFor();
    await page.getByLabel("Search the guides").fill("");
    await lookAt(page, "guides");
    await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await picture(page, "guides-dark");
    expect(errors).toEqual([]);
  });

  test("[SYS-22] who runs the hub is led by the “?” to a guide of their own, and each link in it to a page that is there", async () => {
    const { page, errors } = await console.open({ email: admin.email, password: admin.password });
    await page.locator("platform-page h1").waitFor();
    await page.getByRole("link", { name: "Guide to this page" }).click();
    const guide = page.locator("guide-view");
    await guide.getByRole("heading", { name: "For who runs the hub" }).waitFor();
    await lookAt(page, "guide-platform");
    const links = await guide
      .locator('a[href^="#/"]')
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") as string));
    for (const href of new Set(links.filter((href) => !href.startsWith("#/guides")))) {
      await goTo(page, href);
      await page.locator("main h1").first().waitFor();
      await settled(page);
      expect([href, await page.getByRole("heading", { name: en.notFound }).count()]).toEqual([href, 0]);
    }
    expect(errors).toEqual([]);
  });

  test("[SYS-22] a customer reads theirs without a log-in", async () => {
    const page = await console.browser().newPage({ viewport: { width: 360, height: 800 } });
    const errors = complaintsOf(page);
    await page.goto(`${console.url()}/?lang=sw`);
    await page.getByRole("link", { name: "Miongozo" }).click();
    await page.getByRole("link", { name: "Kwa wateja" }).click();
    await page.getByRole("heading", { name: "Lipa kwa M-Pesa" }).waitFor();
    await picture(page, "guide-customer-guest-360");
    expect(errors).toEqual([]);
  });

  test("[SYS-22] the owner's: each button stands on the page that the guide names", async () => {
    const { channelId, batchId } = console.business;
    await walk({ email: console.business.ownerEmail }, [
      { at: "start", see: ["makeSamples"] },
      { at: "channels", see: ["addChannel"] },
      { at: `channels/${channelId}`, see: ["checkKeys", "addInitiator"] },
      { at: "plans", see: ["addPlan"] },
      { at: "vouchers", see: ["makeVouchers"] },
      { at: `vouchers/${batchId}`, see: ["printFiles", "switchOff"] },
      { at: "people", see: ["invite", "addRole"] },
      { at: "sellers", see: ["addSeller", "handIn"] },
      { at: "review", see: ["alreadyPaid"] },
      { at: "refunds", see: ["refunds"] },
      { at: "reconciliation", see: ["importStatement"] },
      { at: "alarm-rules", see: ["addAlarmRule"] },
      { at: "reports?report=revenue", see: ["reportCsv", "reportPdf"] },
      { at: "settings?subject=export", see: ["exportAll"] },
    ]);
  });

  test("[SYS-22] the cashier's, with a cashier's rights", async () => {
    await walk({ email: "seller@steps.test" }, [
      { at: "sell", see: ["payWith", "pay_cash", "pay_phone", "sell"] },
      { at: "own-revenue", see: ["ownRevenue"] },
    ]);
  });

  test("[SYS-22] support's, with the rights of support", async () => {
    const { paymentId } = console.business;
    await walk({ email: "support@steps.test" }, [
      { at: "sessions", see: ["disconnect", "grantMore"] },
      { at: "sessions", press: ["grantMore"], see: ["giveMore", "pauseGrant"] },
      { at: `payments/${paymentId}`, see: ["helpCustomer"] },
      { at: "vouchers", see: ["findCode"] },
      { at: "refused-log-ins", see: ["refusedLogIns"] },
      { at: "accounts", see: ["accounts"] },
      { of: "tickets", at: "tickets", see: ["addTicket"] },
      { of: "tickets", at: `tickets/${ticketId}`, see: ["assignMe", "answerCustomer", "addNote", "markSolved"] },
      { of: "tickets", at: `tickets/${ticketId}`, press: ["answerCustomer"], see: ["sendAnswer"] },
      { of: "outage-notices", at: "outages", see: ["outages"] },
      { at: "review", see: ["alreadyPaid"] },
    ]);
  });

  test("[SYS-22] the installer's, with the rights of who installs", async () => {
    const { siteId } = console.business;
    await walk({ email: "installer@steps.test" }, [
      { at: "sites", see: ["addSite"] },
      { at: `sites/${siteId}`, see: ["setUpRouter"] },
      { at: `set-up/${siteId}`, see: ["makeLine"] },
      { at: "routers", see: ["routers"] },
      { of: "installations", at: "installations", see: ["installations"] },
    ]);
  });

  async function walk(who: { email: string }, steps: readonly Step[]): Promise<void> {
    const { page, errors } = await console.open({
      ...who,
      ...(who.email.endsWith("@steps.test") ? { password: ownerPassword } : {}),
    });
    const missing: string[] = [];
    for (const { at, press = [], see } of steps.filter((step) => step.of === undefined || isHere(step.of))) {
      await goTo(page, `#/${at}`);
      await page.locator("main h1").first().waitFor();
      await settled(page);
      for (const key of press) await shown(page, key).click();
      for (const key of see)
        await shown(page, key)
          .waitFor({ timeout: 10_000 })
          .catch(() => missing.push(`${at}: ${words[key]}`));
    }
    expect(missing).toEqual([]);
    expect(errors).toEqual([]);
  }
});

const shown = (page: Page, key: string) =>
  page
    .locator("main")
    .getByText(words[key] ?? key)
    .locator("visible=true")
    .first();
