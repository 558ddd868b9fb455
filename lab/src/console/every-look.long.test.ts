/**
 * Every page at every width, in both themes and languages, empty, loading, failed and full, looked at by axe. With
 * `KARIBU_TEST_PICTURES` a contact sheet per page, `<page>.html`, shows all of its looks beside each other.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath } from "./test-console.ts";
import { cutOff, examine, nameOf, openIn, type PageState, pathsOf, themes } from "./test-page-looks.ts";

const widths = [360, 390, 768, 1440] as const;
const languages = ["en", "sw"] as const;

describe.skipIf(chromiumPath === null)("every look of every page, in a browser", () => {
  const console = useBusiness("Mwangaza");

  test("[UIX-01] [UIX-02] [UIX-06] an owner's pages, full, loading and failed; a new owner's, empty", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail });
    const things = [
      `payments/${console.business.paymentId}`,
      `sites/${console.business.siteId}`,
      `customers/${console.business.customerId}`,
      `vouchers/${console.business.batchId}`,
      `channels/${console.business.channelId}`,
    ];
    const { ownerEmail } = await console.hub.makeProvider("Nothing-yet");
    const { page: emptyPage } = await console.open({ email: ownerEmail });
    const problems: string[] = [];
    for (const address of [...pathsOf("owner"), ...things]) {
      const looks = [
        ...(await everyLook(page, address, ["full", "loading", "error"])),
        ...(things.includes(address) ? [] : await everyLook(emptyPage, address, ["full"], "empty")),
      ];
      problems.push(...(await keepSheet(`owner-${nameOf(address)}`, looks)));
    }
    expect(problems).toEqual([]);
  });

  test("[UIX-01] [UIX-02] [UIX-06] a platform admin's pages", async () => {
    const { page } = await console.open({ email: admin.email, password: admin.password });
    const problems: string[] = [];
    for (const address of [...pathsOf("platform-admin"), `providers/${console.business.providerId}`]) {
      const looks = await everyLook(page, address, ["full", "loading", "error"]);
      problems.push(...(await keepSheet(`admin-${nameOf(address)}`, looks)));
    }
    expect(problems).toEqual([]);
  });
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
      // From another page, so that this one is made anew.
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
async function keepSheet(name: string, looks: readonly Look[]): Promise<string[]> {
  const into = process.env.KARIBU_TEST_PICTURES;
  if (into !== undefined) {
    const figures = looks.map(
      ({ picture }) => `<figure><img src="${picture}.png" width="320"><figcaption>${picture}</figcaption></figure>`,
    );
    await writeFile(
      join(into, `${name}.html`),
      `<!doctype html><title>${name}</title><body style="display:flex;flex-wrap:wrap">${figures.join("")}`,
    );
  }
  return looks.flatMap(({ problems }) => problems);
}
