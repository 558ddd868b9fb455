import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleFiles } from "@karibu/cloud/http/console-files";
import { admin, useHub } from "@karibu/cloud/test-hub";
import { buildConsole } from "@karibu/lab/build/build-console";
import { findTool } from "@karibu/lab/ci/tools";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import express from "express";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const executablePath = findTool("chromium");
const { privateKey } = generateKeyPairSync("ed25519");

describe.skipIf(executablePath === null)("the page of releases in a browser", () => {
  const hub = useHub("embedded", { releaseKeys: readPublicKeys(writePublicKey(privateKey)) });
  let folder: string;
  let server: Server;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "karibu-console-"));
    await buildConsole(join(folder, "console"));
    const bundle = encodeBundle(
      new Map([["agent/agent.cjs", Buffer.of(1)]]),
      { version: "0.2.0", minimalImage: "0.1.0" },
      privateKey,
    );
    await writeFile(join(folder, "next.karibu"), bundle);
    const provider = await hub.makeProvider("Mwangaza");
    await hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name: "Kisumu market" } });
    const app = express()
      .use(hub.hub().app)
      .use(consoleFiles(join(folder, "console")));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.goto(`${url}/#/releases`);
    await page.getByLabel("E-mail").fill(admin.email);
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Releases", exact: true }).waitFor();
    return page;
  }

  test("[BEY-20] on a phone of 360 px a platform admin uploads a release, carries it in stages, pauses, and pins a site", async () => {
    const page = await open();
    await page.getByLabel("Bundle").setInputFiles(join(folder, "next.karibu"));
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("Release 0.2.0 is here").waitFor();
    const stable = page.getByRole("region", { name: "Stable" });
    await stable.getByLabel("Release").selectOption({ label: "0.2.0" });
    await stable.getByLabel("Share of sites").selectOption("10");
    await stable.getByRole("button", { name: "Save" }).click();
    await stable.getByText("In stages").waitFor();
    await stable.getByRole("button", { name: "Pause" }).click();
    await stable.getByText("Paused").waitFor();
    await page.getByLabel("Pinned to: Kisumu market").selectOption({ label: "0.2.0" });
    await page.getByText("Kisumu market has been told.").waitFor();
    await page.getByText("On its way").first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    if (process.env.KARIBU_TEST_SCREENSHOT)
      await page.screenshot({ path: process.env.KARIBU_TEST_SCREENSHOT, fullPage: true });
    await page.getByLabel("Language").selectOption("sw");
    await page.getByRole("heading", { name: "Matoleo", exact: true }).waitFor();
    await page.close();
  });
});
