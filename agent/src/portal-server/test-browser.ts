/** For tests in a browser: Chromium if it is installed, and the requirements of every page. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Everything that moves once has arrived; what moves for ever does not count. */
export async function standsStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.effect?.getTiming().iterations === Infinity || one.playState !== "running"),
  );
}

/** No fault by axe, and nothing wider than the screen. */
export async function inspect(page: Page, where: string): Promise<void> {
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
  expect({ where, violations }).toEqual({ where, violations: [] });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
}

/** Null when there is none: those tests are skipped. */
export function findChromium(): string | null {
  try {
    return execFileSync(
      "sh",
      ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"],
      {
        encoding: "utf8",
      },
    ).trim();
  } catch {
    return null;
  }
}
