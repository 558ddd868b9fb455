/**
 * How long a phone waits for the portal, in Chromium with a processor that is six times slower, 400 kbps and 100 ms to the Wi-Fi, nothing kept
 * from before, with all that a brand has: `firstPaintMs` until something stands there (the brand's header), `packagesMs` until the packages do.
 * The agent is the real server with a site in memory; each row is the middle one of several visits.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenHttp } from "@karibu/agent/portal-server/http/http-listener";
import { readStaticFiles } from "@karibu/agent/portal-server/http/static-files";
import { createTestPortal, createTestSite } from "@karibu/agent/portal-server/test-portal-site";
import { realWorld } from "@karibu/lab/world/real-world";
import { type Browser, chromium } from "playwright-core";
import { buildPortal } from "../build/build-portal.ts";
import { findProgram } from "../ci/tools.ts";

type Print = (row: object) => void;

const slower = 6;
const bytesPerSecond = 400_000 / 8;
const latencyMs = 100;
const visits = 7;

const brand = {
  mainColour: "#123456",
  accentColour: "#ffaa33",
  words: {
    en: { greeting: "Hello there", invitation: "Choose what suits you and pay from your phone.", help: "Call us:" },
  },
  terms: { en: "Be kind." },
};

export async function run(print: Print): Promise<void> {
  const executablePath = findProgram("chromium");
  if (executablePath === null) return print({ name: "portal", skipped: "Chromium is not installed" });
  const folder = await mkdtemp(join(tmpdir(), "karibu-bench-portal-"));
  const world = realWorld();
  try {
    await buildPortal(folder);
    const files = await readStaticFiles(folder);
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    });
    try {
      for (const worn of [null, brand]) {
        const site = createTestSite(world);
        if (worn !== null) site.rows.brand.set("brand", worn);
        const listener = await listenHttp(createTestPortal(world, site, files), {
          port: 0,
          address: "127.0.0.1",
          world,
        });
        const seen = [];
        for (let visit = 0; visit < visits; visit++)
          seen.push(await visitOnce(browser, `http://127.0.0.1:${listener.port}/`));
        await listener.close();
        print({
          name: "first visit",
          brand: worn !== null,
          slower,
          kbitPerSecond: 400,
          latencyMs,
          firstPaintMs: middle(seen.map(({ paintMs }) => paintMs)),
          packagesMs: middle(seen.map(({ packagesMs }) => packagesMs)),
        });
      }
    } finally {
      await browser.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function visitOnce(browser: Browser, url: string): Promise<{ paintMs: number; packagesMs: number }> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    deviceScaleFactor: 2,
    locale: "en-KE",
  });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: latencyMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
    await page.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (document.querySelector(".ticket") === null) return;
        watch.disconnect();
        requestAnimationFrame(() => performance.mark("packages"));
      });
      watch.observe(document, { childList: true, subtree: true });
    });
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction(() => performance.getEntriesByName("packages").length > 0, undefined, {
      timeout: 60_000,
    });
    return await page.evaluate(() => ({
      paintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      packagesMs: performance.getEntriesByName("packages")[0]?.startTime ?? Number.NaN,
    }));
  } finally {
    await context.close();
  }
}

function middle(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}
