/** A separate demo for a browser test: free ports, data in a temporary folder, everything stopped afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { useChromium } from "../ci/test-chromium.ts";
import { createDemo, type Demo } from "./demo.ts";
import { findFreePorts } from "./free-ports.ts";
import type { Ports } from "./options.ts";
import type { Sample } from "./sample.ts";

export interface RunningDemo {
  readonly demo: Demo;
  readonly ports: Ports;
  readonly sample: Sample;
  readonly browser: Browser;
  readonly data: string;
}

export function useDemo(): { current(): RunningDemo } {
  const data = mkdtempSync(join(tmpdir(), "karibu-demo-"));
  const { browser } = useChromium();
  let running: RunningDemo | null = null;
  let demo: Demo | null = null;
  beforeAll(async () => {
    const ports = await findFreePorts();
    demo = createDemo({ ports, data, say: () => {} });
    running = { demo, ports, sample: await demo.start(), browser: browser(), data };
  });
  afterAll(async () => {
    await demo?.stop();
    rmSync(data, { recursive: true, force: true });
  });
  return {
    current() {
      if (running === null) throw new Error("the demo is started by beforeAll: use it inside a test");
      return running;
    },
  };
}

export const phoneScreen = { width: 390, height: 844 };

/** A page on a phone's screen; its logged errors are kept. */
export async function openPhone(browser: Browser): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: phoneScreen });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, errors };
}

/** Where `KARIBU_TEST_PICTURES` names a folder, screenshots go there; otherwise they are not taken. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.KARIBU_TEST_PICTURES;
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
