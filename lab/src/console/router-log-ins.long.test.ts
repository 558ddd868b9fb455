/** Staff at a router, in a browser: a password is made and shown once, listed, ended; who was on the router; and what happens while the site is away. */
import { codeAt } from "@karibu/cloud/identity/credentials/test-totp";
import { askerOf } from "@karibu/cloud/test-asking";
import { ownerPassword } from "@karibu/cloud/test-hub";
import { allowRouterLogIn, endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import { serve } from "@karibu/protocol/rpc/rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractSite, openContractSite } from "../link/test-contract-site.ts";
import { chooseLanguage, chromiumPath, goTo, patience, picture, settled, useConsole } from "./test-console.ts";
import { cutOff, examine } from "./test-page-looks.ts";

const nasty = "<img src=x onerror=alert(1)>";

describe.skipIf(chromiumPath === null)("staff at a router, in a browser", () => {
  const console = useConsole();
  let provider: Awaited<ReturnType<typeof console.hub.makeProvider>>;
  let site: ContractSite;
  const call = askerOf(console.hub, () => provider.token);

  beforeAll(async () => {
    provider = await console.hub.makeProvider("Kilifi");
    site = await openContractSite(console.hub, provider, "Harbour", [
      serve(allowRouterLogIn, () => ({ kind: "allowed" as const })),
      serve(endRouterLogIn, () => ({ endedSessions: 0, leftSessions: 1, why: nasty })),
    ]);
    const off = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null };
    const on = await call("PUT", `/sites/${site.siteId}/router-services`, {
      ...off,
      staff: { emergencyAddresses: ["192.168.88.0/24"] },
    });
    expect(on.status, on.text).toBe(200);
  }, 120_000);
  afterAll(() => site?.link.stop());

  test("[TEN-13] made and shown once, ended in the router's own words, and who was on it; 360 px, both languages, dark and light", async () => {
    const { page, errors } = await console.open(
      { email: provider.ownerEmail },
      { hash: `#/routers/${site.siteId}?tab=log-ins` },
    );
    await page.getByText("Nobody has made a password for this router.").waitFor(patience);
    // Without a second factor there is none: the page says what to do.
    await page.getByRole("button", { name: "Password to change" }).click();
    await page.getByText("Set it up first", { exact: false }).first().waitFor(patience);
    await goTo(page, "#/account");
    const factor = page.locator("second-factor-card");
    await factor.getByRole("button", { name: "Set up" }).click();
    await factor.getByLabel("Current password").fill(ownerPassword);
    await factor.getByRole("button", { name: "Continue" }).click();
    await factor.getByRole("img", { name: "Scan this" }).waitFor(patience);
    const secret = ((await factor.locator(".secret").textContent()) as string).replaceAll(/\s/g, "");
    await factor
      .getByLabel("The code that the app shows now")
      .fill(codeAt(secret, console.hub.world.clock.wall().atMs));
    await factor.getByRole("button", { name: "Switch on" }).click();
    await factor.getByText("Recovery codes left: 8").waitFor(patience);
    await goTo(page, `#/routers/${site.siteId}?tab=log-ins`);
    await page.getByRole("button", { name: "Password for everything" }).click();
    const card = page.getByRole("status", { name: "Name and password for the router" });
    await card.getByText(/^staff-/).waitFor(patience);
    const text = await card.innerText();
    const shown = text.match(/\b[bcdfghjkmnpqrstvwxz2-9]{20}\b/)?.[0] ?? "";
    expect(shown).toHaveLength(20);
    const name = text.match(/staff-[a-z2-9]{8}/)?.[0] ?? "";
    await site.link.journal.append({ kind: "router-log-in", name, what: "began", from: nasty, nas: "lobby" }).durable;
    await page.getByText(nasty).first().waitFor(patience);
    const found: string[] = [];
    const look = async (name: string) => {
      for (const width of [1440, 390, 360]) {
        found.push(...(await cutOff(page, name, width)));
        found.push(...(await examine(page, `${name}-${width}`, width === 360 ? "dark" : "light")));
        await picture(page, `${name}-${width}`);
      }
    };
    await look("router-log-ins-en");
    await page.setViewportSize({ width: 1440, height: 900 });
    await card.getByRole("button", { name: "Close" }).click();
    expect(await page.getByText(shown).count()).toBe(0);
    await page.getByRole("button", { name: "End now" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "End now" }).click();
    await page.getByText("The router says", { exact: false }).first().waitFor(patience);
    await page.getByText("Ended", { exact: true }).first().waitFor(patience);
    await chooseLanguage(page, "sw");
    await goTo(page, `#/routers/${site.siteId}?tab=log-ins`);
    await settled(page);
    await look("router-log-ins-sw");
    await goTo(page, `#/router-services/${site.siteId}`);
    await settled(page);
    await page.locator("main h1").first().waitFor(patience);
    await look("router-services-staff-sw");
    expect(found).toEqual([]);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(errors.filter((error) => !/403/.test(error))).toEqual([]);
    await page.close();
  }, 120_000);
});
