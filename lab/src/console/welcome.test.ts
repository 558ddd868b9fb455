/** The hub's first page and its status page, as visitors and as people who work here meet them. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { chromiumPath, complaintsOf, fits, patience, picture, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the hub's first page, in a browser", () => {
  const console = useConsole();

  test("[UIX-07] a visitor reads it without the console; the log-in stands at the same address, and who is in comes back to it", async () => {
    const { ownerEmail } = await console.hub.makeProvider("Nuru");
    const page = await console.browser().newPage({ viewport: { width: 1280, height: 860 } });
    const errors = complaintsOf(page);
    const scripts: string[] = [];
    page.on("request", (request) => request.resourceType() === "script" && scripts.push(request.url()));
    await page.goto(`${console.url()}/`, { waitUntil: "load" });
    await page.getByRole("heading", { name: "Wi-Fi hotspots that keep selling" }).waitFor();
    expect(scripts.map((url) => /\/assets\/(\w+)-/.exec(url)?.[1])).toEqual(["boot"]);

    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("E-mail").fill(ownerEmail);
    await page.getByLabel("Password").fill("the-owner-password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator("account-menu button").waitFor();
    expect(await page.locator("#welcome").count()).toBe(0);

    await page.goto("about:blank");
    await page.goto(`${console.url()}/`);
    await page.locator("account-menu button").waitFor();
    expect(errors).toEqual([]);
  });

  test("[UIX-07] Swahili on the first page is Swahili at the log-in", async () => {
    const page = await console.browser().newPage();
    await page.goto(`${console.url()}/?lang=sw`);
    await page.getByRole("link", { name: "Ingia" }).click();
    await page.getByRole("button", { name: "Ingia" }).waitFor();
  });

  test("[UIX-07] a page whose end comes after the console's code, as by a slow link, keeps nothing of the first page behind the console", async () => {
    const first = await (await fetch(`${console.url()}/`)).text();
    const boot = await (await fetch(`${console.url()}${/\/assets\/boot-[^"]+/.exec(first)?.[0]}`)).text();
    const isRunning = Promise.withResolvers<void>();
    const answers: Record<string, string> = { "/boot.js": boot, "/code.js": 'fetch("/runs");' };
    const server = createServer(async ({ url = "" }, response) => {
      response.setHeader("Content-Type", url === "/" ? "text/html" : "text/javascript");
      if (url === "/runs") isRunning.resolve();
      if (url !== "/") return void response.end(answers[url]);
      response.write('<!doctype html><script src="/boot.js" data-console="/code.js"></script><body><main>');
      await isRunning.promise;
      response.end('<div id="welcome"><h1>Hotspots</h1></div></main>');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const page = await console.browser().newPage();
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#/sites`, { waitUntil: "load" });
      await expect.poll(() => page.locator("#welcome").count(), patience).toBe(0);
    } finally {
      await page.close();
      server.closeAllConnections();
      server.close();
    }
  });

  const pages = [
    ["/", "Prices"],
    ["/status", "Links to sites"],
  ] as const;
  test.each(inLongRunAll(pages, ([path]) => path === "/"))(
    "[UIX-02] [UIX-07] %s without scripts, on a phone and a desktop, in light and dark, in both languages",
    async (path, said) => {
      const token = await console.hub.adminToken();
      const plan = { name: "Duka", priceCents: 250_000, limits: { sites: 20, messages: 2000 } };
      await console.hub.call("POST", "/api/v1/platform/billing/plans", { token, body: plan });
      await console.hub.hub().maintenance.runDue();
      for (const colorScheme of inLongRunAll(["light", "dark"] as const, (each) => each === "dark")) {
        const context = await console.browser().newContext({ javaScriptEnabled: false, colorScheme });
        const page = await context.newPage();
        const errors = complaintsOf(page);
        for (const lang of ["en", "sw"]) {
          await page.goto(`${console.url()}${path}?lang=${lang}`);
          if (lang === "en") await page.getByText(said, { exact: true }).first().waitFor();
          for (const width of [360, 1440]) {
            await page.setViewportSize({ width, height: 860 });
            await fits(page, width);
            await picture(page, `welcome${path.replace("/", "-")}-${lang}-${width}-${colorScheme}`);
          }
        }
        expect(errors).toEqual([]);
        await context.close();
      }
    },
  );
});
