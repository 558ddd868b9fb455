/**
 * Every page at every width, in both themes and languages, empty, loading, failed and full, looked at by axe. With
 * `KARIBU_TEST_PICTURES` a contact sheet per page, `sheet-<page>.png`, shows all of its looks beside each other; `-t` picks a page.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { admin } from "@karibu/cloud/test-hub";
import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath } from "./test-console.ts";
import { fillPages } from "./test-full-pages.ts";
import { cutOff, examine, nameOf, openIn, type PageState, pathsOf, themes } from "./test-page-looks.ts";

const widths = [360, 390, 768, 1440] as const;
const languages = ["en", "sw"] as const;

describe.skipIf(chromiumPath === null)("every look of every page, in a browser", () => {
  const console = useBusiness("Mwangaza");

  const things = (): Readonly<Record<string, string>> => ({
    "payments-one": `payments/${console.business.paymentId}`,
    "sites-one": `sites/${console.business.siteId}`,
    "customers-one": `customers/${console.business.customerId}`,
    "vouchers-one": `vouchers/${console.business.batchId}`,
    "channels-one": `channels/${console.business.channelId}`,
    "ledger-one": "ledger/revenue%40KES",
    "providers-one": `providers/${console.business.providerId}`,
  });
  /** A page by its name. */
  const addressOf = (name: string) => things()[name] ?? (name === "home" ? "" : name);
  let owner: Page;
  let newcomer: Page;
  let platformAdmin: Page;
  beforeAll(async () => {
    await fillPages(console);
    owner = (await console.open({ email: console.business.ownerEmail })).page;
    const { ownerEmail } = await console.hub.makeProvider("Nothing-yet");
    newcomer = (await console.open({ email: ownerEmail })).page;
    platformAdmin = (await console.open({ email: admin.email, password: admin.password })).page;
  });

  test.each(pathsOf("owner").map(nameOf))(
    "[UIX-01] [UIX-02] [UIX-06] an owner's page %s, full, loading and failed; a new owner's, empty",
    async (name) => {
      const looks = [
        ...(await everyLook(owner, addressOf(name), ["full", "loading", "error"])),
        ...(await everyLook(newcomer, addressOf(name), ["full"], "empty")),
      ];
      expect(await keepSheet(console.browser(), `owner-${name}`, looks)).toEqual([]);
    },
    1_200_000,
  );

  test.each(["payments-one", "sites-one", "customers-one", "vouchers-one", "channels-one", "ledger-one"])(
    "[UIX-01] [UIX-02] [UIX-06] one thing of an owner: %s, full, loading and failed",
    async (name) => {
      const looks = await everyLook(owner, addressOf(name), ["full", "loading", "error"]);
      expect(await keepSheet(console.browser(), `owner-${name}`, looks)).toEqual([]);
    },
    1_200_000,
  );

  test.each([...pathsOf("platform-admin").map(nameOf), "providers-one"])(
    "[UIX-01] [UIX-02] [UIX-06] a platform admin's page %s, full, loading and failed",
    async (name) => {
      const looks = await everyLook(platformAdmin, addressOf(name), ["full", "loading", "error"]);
      expect(await keepSheet(console.browser(), `admin-${name}`, looks)).toEqual([]);
    },
    1_200_000,
  );
});

interface Look {
  readonly picture: string;
  readonly problems: readonly string[];
}

async function everyLook(page: Page, address: string, states: readonly PageState[], as?: "empty"): Promise<Look[]> {
  const looks: Look[] = [];
  for (const language of languages) {
    await chooseLanguage(page, language);
    for (const state of states) {
      // From another page, so that this one is made again.
      await openIn(page, address === "account" ? "" : "account", "full").then(({ answer }) => answer());
      const { answer } = await openIn(page, address, state);
      for (const width of widths) {
        const name = `${language}-${nameOf(address)}-${as ?? state}`;
        const cut = await cutOff(page, name, width);
        for (const theme of themes) {
          const found = await examine(page, `${name}-${width}`, theme);
          looks.push({ picture: `${name}-${width}-${theme}`, problems: [...cut, ...found] });
        }
      }
      await answer();
    }
  }
  await page.setViewportSize({ width: 1440, height: 860 });
  return looks;
}

/** All looks of one page beside each other, where pictures are kept. Returns what was found. */
async function keepSheet(browser: Browser, name: string, looks: readonly Look[]): Promise<string[]> {
  const into = process.env.KARIBU_TEST_PICTURES;
  if (into !== undefined) {
    const figures = looks.map(
      ({ picture }) =>
        `<figure style="margin:6px"><img src="${picture}.png" width="300"><figcaption>${picture}</figcaption></figure>`,
    );
    const sheet = join(into, `sheet-${name}.html`);
    const body = '<body style="display:flex;flex-wrap:wrap;font:12px sans-serif">';
    await writeFile(sheet, `<!doctype html><meta charset="utf-8"><title>${name}</title>${body}${figures.join("")}`);
    const page = await browser.newPage({ viewport: { width: 8 * 312, height: 800 } });
    await page.goto(pathToFileURL(sheet).href);
    await page.screenshot({ path: join(into, `sheet-${name}.png`), fullPage: true });
    await page.close();
  }
  return looks.flatMap(({ problems }) => problems);
}
