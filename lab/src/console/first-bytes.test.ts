/** What a phone far away fetches before anybody can work: all that goes over the wire with its headers, the hub's answers too. */
import { ownerPassword } from "@karibu/cloud/test-hub";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, patience, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("from nothing to Home, in a browser", () => {
  const console = useBusiness("Mbali");

  test("[UIX-01] the log-in is at most 70 kB and 10 requests, and Home stands after 150 kB in all, with what is prepared for the first press", async () => {
    const context = await console
      .browser()
      .newContext({ viewport: { width: 390, height: 860 }, serviceWorkers: "block" });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    const fetched = new Map<string, number>();
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
      // What the browser has already costs nothing.
      encodedDataLength === 0 ? undefined : void fetched.set(requestId, encodedDataLength),
    );
    const sum = () => ({ requests: fetched.size, bytes: [...fetched.values()].reduce((all, one) => all + one, 0) });
    await page.goto(`${console.url()}/#/`);
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
});
