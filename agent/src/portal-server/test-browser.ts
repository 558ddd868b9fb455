/** For tests in a browser: Chromium if it is installed, and the requirements of every page. */
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { buildPortal } from "@karibu/tools/build/build-portal";
import { builtOnce, useChromium } from "@karibu/tools/ci/test-chromium";
import type { Browser, Page } from "playwright-core";
import { beforeAll, expect } from "vitest";
import type { StaticFiles } from "../ground/http.ts";
import { readStaticFiles } from "./http/static-files.ts";

/** For the tests of one file: a browser, and the portal as it is built. `pictures`: a folder that is made, if it is wanted. */
export function usePortalBrowser(pictures?: string): { browser(): Browser; files(): StaticFiles } {
  const { browser } = useChromium();
  let files: StaticFiles;
  beforeAll(async () => {
    if (pictures !== undefined) await mkdir(pictures, { recursive: true });
    files = await readStaticFiles(await builtOnce("portal", buildPortal));
  });
  return { browser, files: () => files };
}

/** Everything that moves once has arrived; what moves for ever does not count. */
export async function standsStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.effect?.getTiming().iterations === Infinity || one.playState !== "running"),
  );
}

/** No fault by axe, and nothing wider than the screen. `meant`: rules that the page breaks on purpose. */
export async function inspect(page: Page, where: string, meant: readonly string[] = []): Promise<void> {
  await standsStill(page);
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations.map((one) => ({
      id: one.id,
      nodes: one.nodes.map((node) => `${node.html} ${node.failureSummary}`),
    }));
  });
  const faults = violations.filter(({ id }) => !meant.includes(id));
  expect({ where, violations: faults }).toEqual({ where, violations: [] });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}
