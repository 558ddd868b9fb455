/** A router's health in a browser: its grade, what was found, repairs, the list by grade, and upgrades; live, in both languages. */

import { unixMs } from "@karibu/protocol/quantities";
import type { RouterHealth, SiteFinding } from "@karibu/protocol/router/router-health";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractSite, openContractSite } from "../link/test-contract-site.ts";
import { chooseLanguage, chromiumPath, goTo, patience, picture, settled, useConsole } from "./test-console.ts";
import { cutOff, examine } from "./test-page-looks.ts";

const nasty = "<img src=x onerror=alert(1)>";

const portalOff: SiteFinding = {
  check: "drift:/ip/firewall/filter:guest-portal:disabled",
  level: "stops",
  text: {
    en: "The firewall rule that lets phones reach the portal is switched off.",
    sw: "Sheria ya firewall inayoruhusu simu kufika kwenye portal: imezimwa.",
  },
  advice: { en: "Tap Repair: it is set as it was.", sw: "Gusa Rekebisha: inarudishwa ilivyokuwa." },
  repair: "drift:/ip/firewall/filter:guest-portal:disabled",
  isRisky: true,
};
const hostile: SiteFinding = {
  check: "drift:/ip/firewall/filter:order",
  level: "notice",
  text: { en: `A rule stands above ours: forward drop "${nasty}".`, sw: `Sheria iko juu: forward drop "${nasty}".` },
  advice: { en: `${"A long word: ".repeat(4)}${"x".repeat(90)}`, sw: "Neno refu." },
};
const found: RouterHealth = { routerOs: "7.23.3 (stable)", isCompared: true, findings: [portalOff, hostile] };

describe.skipIf(chromiumPath === null)("a router's health, in a browser", () => {
  const console = useConsole();
  let provider: Awaited<ReturnType<typeof console.hub.makeProvider>>;
  let site: ContractSite;

  beforeAll(async () => {
    provider = await console.hub.makeProvider("Kilifi");
    site = await openContractSite(console.hub, provider, "Harbour");
    await console.hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name: "Silent" } });
  }, 120_000);
  afterAll(() => site?.link.stop());

  const tells = (health: RouterHealth) =>
    site.link.journal.append({
      kind: "router-health",
      ...health,
      atMs: unixMs(console.hub.world.clock.wall().atMs),
    } as never);
  const address = () => `#/routers/${site.siteId}?tab=health`;

  test("[BEY-16] [BEY-17] [SYS-01] the grade appears as the site tells it, each finding says what to do, and a tap repairs it", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address() });
    await page.getByText("has reported nothing yet").waitFor(patience);
    await picture(page, "health-unknown");
    await tells(found);
    // Nobody reloads: the journal's record is a live event.
    await page.getByRole("img", { name: "Grade F" }).waitFor(patience);
    await page.getByText("lets phones reach the portal is switched off").waitFor();
    await page.getByText("log in by SSH without a password").waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    const looks: string[] = [];
    for (const language of ["en", "sw"] as const) {
      await chooseLanguage(page, language);
      await goTo(page, address());
      await settled(page);
      for (const width of [1440, 390, 360]) looks.push(...(await cutOff(page, `health-${language}`, width)));
      looks.push(...(await examine(page, `health-${language}`, language === "sw" ? "dark" : "light")));
      await picture(page, `health-${language}-360`);
    }
    expect(looks).toEqual([]);
    await page.getByText("imezimwa").first().waitFor();
    await chooseLanguage(page, "en");
    await page.setViewportSize({ width: 1440, height: 900 });
    await goTo(page, address());
    await settled(page);
    await picture(page, "health-en-1440");

    await page.getByRole("button", { name: "Repair" }).click();
    const dialog = page.locator("ask-dialog");
    await dialog.getByText("in safe mode").waitFor();
    await dialog.getByRole("button", { name: "Repair" }).click();
    await page.locator("order-strip").getByText("Done", { exact: true }).waitFor(patience);
    expect(site.acts.at(-1)?.action).toEqual({ kind: "repair-drift", finding: portalOff.repair });

    site.health = { routerOs: "7.24.4 (stable)", isCompared: true, findings: [] };
    await page.getByRole("button", { name: "Look now" }).click();
    await page.getByRole("img", { name: "Grade A" }).waitFor(patience);
    await page.getByText("Nothing was found.").waitFor();
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);

  test("[BEY-16] [RTR-30] routers stand by their grade, the policy is chosen, and an upgrade begins with its first site", async () => {
    await tells(found);
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: "#/routers?view=grades" });
    await page.getByRole("row").filter({ hasText: "Harbour" }).getByText("F", { exact: true }).waitFor(patience);
    const looks: string[] = [];
    for (const width of [1440, 390, 360]) looks.push(...(await cutOff(page, "grades", width)));
    await picture(page, "grades-360");
    await page.setViewportSize({ width: 1440, height: 900 });
    await picture(page, "grades-1440");
    const names = await page.getByRole("row").allTextContents();
    expect(names.findIndex((text) => text.includes("Harbour"))).toBeLessThan(
      names.findIndex((text) => text.includes("Silent")),
    );
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("What to do").selectOption("repair");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("It is repaired by itself").first().waitFor(patience);

    await page.getByRole("checkbox", { name: /Harbour/ }).check();
    await page.getByRole("button", { name: "Upgrade RouterOS" }).click();
    await page.getByText("can't be taken back from here").waitFor();
    await page.getByRole("textbox", { name: /^Version/ }).fill("7.24.4");
    await picture(page, "upgrade-form");
    await page.locator("router-grades").getByRole("button", { name: "Begin" }).click();
    await page
      .locator("router-grades")
      .getByRole("button", { name: "Begin" })
      .waitFor({ state: "hidden", ...patience });
    await goTo(page, "#/routers?view=upgrades");
    await page.getByText("7.24.4").first().waitFor(patience);
    for (const width of [1440, 390, 360]) looks.push(...(await cutOff(page, "upgrades", width)));
    await picture(page, "upgrades-begun");
    await plan();
    await page.reload();
    await page.getByText("Paused: one failed").waitFor(patience);
    const still = page.locator("router-upgrades section").filter({ hasText: "Paused: one failed" });
    await still.getByRole("button", { name: "Show the sites" }).click();
    await page.getByText("It did not come back. Somebody must go there.").waitFor();
    for (const width of [1440, 390, 360]) looks.push(...(await cutOff(page, "upgrade", width)));
    await picture(page, "upgrade-360");
    expect(looks).toEqual([]);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    // The browser tells the refusal too.
    expect(errors.filter((text) => !text.includes("409"))).toEqual([]);
    await page.close();
  }, 120_000);

  /** As one that began where back-ups can be made. */
  async function plan(): Promise<void> {
    const { providerId } = provider;
    const nowMs = console.hub.world.clock.wall().atMs;
    const { items } = (await console.hub.call("GET", "/api/v1/sites", { token: provider.token })).body;
    await console.hub.database().asProvider(providerId, async (tx) => {
      await tx
        .insertInto("router_upgrades")
        .values({
          providerId,
          upgradeId: "up",
          channel: "stable",
          version: "7.24.4",
          healthyMinutes: 60,
          windowFromMinute: 60,
          windowUntilMinute: 240,
          state: "paused",
          begun: 1,
          madeBy: "u",
          madeByName: "Amina",
          madeAtMs: nowMs,
          endedAtMs: null,
        })
        .execute();
      await tx
        .insertInto("router_upgrade_sites")
        .values(
          items.map(({ siteId }: { siteId: string }, place: number) => ({
            providerId,
            upgradeId: "up",
            siteId,
            place,
            fromVersion: "7.23.3 (stable)",
            backUpId: null,
            orderId: null,
            sinceMs: nowMs,
            ...(siteId === site.siteId ? { state: "failed", why: "not-back" } : { state: "waiting", why: nasty }),
          })),
        )
        .execute();
    });
  }
});
