/** What a phone far away fetches before anybody can work: all that goes over the wire with its headers, the hub's answers too. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { sw } from "@karibu/console/strings/sw";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, complaintsOf, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("from nothing to Home, in a browser", () => {
  const console = useBusiness("Mbali");

  /** A log-in page in this language, and what it has fetched so far. */
  async function openCounted(locale: string) {
    const viewport = { width: 390, height: 860 };
    const context = await console.browser().newContext({ viewport, locale, serviceWorkers: "block" });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    const fetched = new Map<string, number>();
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      // What the browser has already costs nothing.
      if (encodedDataLength > 0) fetched.set(requestId, encodedDataLength);
    });
    const sum = () => ({ requests: fetched.size, bytes: [...fetched.values()].reduce((all, one) => all + one, 0) });
    await page.goto(`${console.url()}/#/`);
    return { context, page, sum, complaints };
  }

  test("[UIX-01] the log-in is at most 70 kB and 10 requests, and Home stands after 150 kB in all, with what is prepared for the first press", async () => {
    const { context, page, sum } = await openCounted("en-GB");
    await page.getByLabel("E-mail").fill(console.business.ownerEmail);
    await page.waitForLoadState("networkidle");
    const logIn = sum();
    expect(logIn.bytes, "something is counted").toBeGreaterThan(30_000);
    expect(logIn.bytes).toBeLessThan(70_000);
    expect(logIn.requests).toBeLessThanOrEqual(10);
    const prepared = page.waitForResponse(/\/assets\/overlays-/, patience);
    await page.getByLabel("Password").fill(ownerPassword);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Latest payments" }).waitFor(patience);
    await (await prepared).finished();
    await settled(page);
    expect(sum().bytes).toBeLessThan(150_000);
    await context.close();
  });

  test("[UIX-01] who reads Swahili waits for no other words than those of the log-in and Home; the next page has all of its own", async () => {
    const { context, page, sum, complaints } = await openCounted("sw-KE");
    await page.getByLabel("Barua pepe").fill(console.business.ownerEmail);
    await page.waitForLoadState("networkidle");
    expect(sum().bytes).toBeLessThan(70_000);
    expect(sum().requests).toBeLessThanOrEqual(10);
    // What comes after Home is held until Home was looked at.
    const held = Promise.withResolvers<void>();
    await page.route(/\/assets\/sw-rest-/, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByLabel("Nenosiri").fill(ownerPassword);
    await page.getByRole("button", { name: "Ingia" }).click();
    await page.getByRole("heading", { name: sw.latestPayments }).waitFor(patience);
    await settled(page);
    const wordless = await page.evaluate(() => {
      const walk = (root: Document | ShadowRoot): Element[] =>
        [...root.querySelectorAll("*")].flatMap((one) => [
          one,
          ...(one.shadowRoot === null ? [] : walk(one.shadowRoot)),
        ]);
      return walk(document)
        .filter((one) => one.matches("h1, h2, th, a, button") && !one.closest("svg") && one.childElementCount === 0)
        .filter((one) => (one.textContent ?? "").trim() === "" && one.getAttribute("aria-label") === null)
        .map((one) => one.outerHTML);
    });
    expect(wordless).toEqual([]);
    await page.evaluate(() => (location.hash = "#/ledger"));
    held.resolve();
    await page.getByText(sw.trialBalance, { exact: true }).first().waitFor(patience);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
