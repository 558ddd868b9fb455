/** The console on a home screen: its manifest, its worker, and what it shows while the hub is away. */

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleFiles } from "@karibu/cloud/ground/http/console-files";
import { ownerPassword } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { buildConsole } from "@karibu/tools/build/build-console";
import { builtOnce } from "@karibu/tools/ci/test-chromium";
import express from "express";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, complaintsOf, goTo, lookAt, patience, picture } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the console on a home screen", () => {
  const console = useBusiness("Installed");
  let folder: string;
  let server: Server | null = null;
  let port = 0;
  let page: Page;
  let errors: string[];

  async function hubIsThere() {
    server = createServer(express().use(console.hub.hub().app).use(consoleFiles(folder)));
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  }
  async function hubIsAway() {
    const going = server;
    server = null;
    going?.closeAllConnections();
    await new Promise((resolve) => (going === null ? resolve(null) : going.close(resolve)));
  }
  const url = () => `http://127.0.0.1:${port}/`;
  const caches = () => page.evaluate(() => globalThis.caches.keys());
  const workerIsThere = () => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "karibu-installed-")), "console");
    await cp(await builtOnce("console", buildConsole), folder, { recursive: true });
    await hubIsThere();
    const context = await console.browser().newContext({ viewport: { width: 360, height: 740 } });
    page = await context.newPage();
    errors = complaintsOf(page);
    await page.goto(url());
    await page.getByLabel("E-mail").fill(console.business.ownerEmail);
    await page.getByLabel("Password").fill(ownerPassword);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator("account-menu button").waitFor();
  });
  afterAll(async () => {
    await hubIsAway();
    await rm(join(folder, ".."), { recursive: true, force: true });
  });

  test("[UIX-08] a browser finds nothing that keeps it from installing the console, and every icon of the manifest is there", async () => {
    const browserSide = await page.context().newCDPSession(page);
    const { data, errors: wrong } = (await browserSide.send("Page.getAppManifest")) as {
      data: string;
      errors: object[];
    };
    expect(wrong).toEqual([]);
    const manifest = JSON.parse(data);
    expect(manifest).toMatchObject({ display: "standalone", start_url: "./", scope: "./" });
    for (const { src, type } of manifest.icons) {
      const answer = await fetch(url() + src);
      expect([src, answer.status, answer.headers.get("content-type")]).toEqual([src, 200, type]);
    }
    const { installabilityErrors } = (await browserSide.send("Page.getInstallabilityErrors")) as {
      installabilityErrors: { errorId: string }[];
    };
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    const touchIcon = await page.locator('link[rel="apple-touch-icon"]').getAttribute("href");
    expect((await fetch(new URL(touchIcon ?? "", url()))).headers.get("content-type")).toBe("image/png");
    expect(errors).toEqual([]);
  });

  test("[UIX-08] the worker keeps this release's shell and no answer of the hub", async () => {
    await workerIsThere();
    await page.reload();
    await goTo(page, "#/payments");
    await page.locator("payments-page").waitFor();
    const names = await caches();
    expect(names).toHaveLength(1);
    const kept = await page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await globalThis.caches.keys())
        for (const { url: address } of await (await globalThis.caches.open(name)).keys())
          found.push(new URL(address).pathname);
      return found;
    });
    const released = new Set((await readdir(folder, { recursive: true })).map((name) => `/${name}`));
    expect(kept.filter((path) => !released.has(path))).toEqual([]);
    expect(kept).toContain("/index.html");
    expect(kept.some((path) => /payments-page/.test(path))).toBe(true);
  });

  test("[UIX-08] without the hub the console opens, says what stands still and what goes on, and comes back by itself", async () => {
    await hubIsAway();
    await page.reload();
    await page.getByRole("heading", { name: "The hub does not answer" }).waitFor();
    await page.getByText("A seller with a PIN can sell for cash", { exact: false }).waitFor();
    await picture(page, "away-en-360");
    for (const [widthPx, theme] of [
      [390, "light"],
      [1440, "dark"],
    ] as const) {
      await page.setViewportSize({ width: widthPx, height: 740 });
      await page.emulateMedia({ colorScheme: theme });
      await picture(page, `away-en-${widthPx}-${theme}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "The hub does not answer" }).waitFor();
    await hubIsThere();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await page.locator("account-menu button").waitFor();
  });

  longTest("[UIX-08] a newer release waits until it is taken, then the older one's files are gone", async () => {
    const [before] = await caches();
    const build = /"?build"?:"([0-9a-f]{16})"/.exec(await readFile(join(folder, "worker.js"), "utf8"))?.[1] as string;
    expect(before).toBe(`karibu-shell-${build}`);
    const newer = "0123456789abcdef";
    for (const name of ["worker.js", "index.html"]) {
      const text = (await readFile(join(folder, name), "utf8")).replaceAll(build, newer);
      await writeFile(join(folder, name), text);
      for (const ending of [".br", ".gz"]) await rm(join(folder, name + ending), { force: true });
    }
    await goTo(page, "#/account");
    const typed = page.getByLabel("New password");
    await typed.fill("half typed");
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await page.getByText("A newer version of this page is available.").waitFor();
    // Nothing happens to what is being typed until then.
    expect(await typed.inputValue()).toBe("half typed");
    await lookAt(page, "new-version");
    await page.getByRole("button", { name: "Load it" }).click();
    await expect.poll(caches, patience).toEqual([`karibu-shell-${newer}`]);
    await page.locator("account-menu button").waitFor();
    expect(await page.getByText("A newer version of this page is available.").count()).toBe(0);
  });
});
