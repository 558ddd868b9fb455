/** A built console in a real browser, served by a whole hub: for tests of pages and of what people do on them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { consoleFiles } from "@karibu/cloud/ground/http/console-files";
import { portalPreview, previewPath } from "@karibu/cloud/ground/http/portal-preview";
import { everyModule } from "@karibu/cloud/modules/all-modules";
import { publicFace } from "@karibu/cloud/operations/public-face/public-face";
import { ownerPassword, type TestHub, type TestHubOptions, useHub } from "@karibu/cloud/test-hub";
import { buildConsole } from "@karibu/tools/build/build-console";
import { buildPortal } from "@karibu/tools/build/build-portal";
import { builtOnce, chromiumPath, useChromium } from "@karibu/tools/ci/test-chromium";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

export { chromiumPath };

/** Of what a page shows by itself in a moment, on a machine that has other work. */
export const patience = { timeout: 30_000 };

export interface TestConsole {
  readonly hub: TestHub;
  url(): string;
  browser(): Browser;
  /** A new page, logged in; `errors`: what the page complained of. */
  open(who: { email: string; password?: string }, options?: OpenOptions): Promise<OpenPage>;
}

interface OpenOptions {
  readonly hash?: string;
  readonly width?: number;
}

export interface OpenPage {
  readonly page: Page;
  readonly errors: string[];
}

/** @param browserPath where a test wants another one than pages do */
export function useConsole(options: TestHubOptions = {}, browserPath: string | null = chromiumPath): TestConsole {
  const hub = useHub(anyEngine, options);
  const { browser } = useChromium(browserPath);
  let server: Server;

  beforeAll(async () => {
    const folder = await builtOnce("console", buildConsole);
    const { signUp = "open" } = options;
    const prices = everyModule.flatMap(({ publicPrices: hook }) => (hook ? [{ module: "any", hook }] : []));
    const face = { world: hub.world, database: hub.database(), publicUrl: "http://hub.test", signUp, prices };
    const files = [publicFace({ ...face, consoleFolder: folder }), consoleFiles(folder)];
    const preview = portalPreview(await builtOnce("portal", buildPortal));
    server = createServer(
      express()
        .use(hub.hub().app)
        .use(previewPath, preview)
        .use(...files),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  });

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    hub,
    url,
    browser,
    async open({ email, password = ownerPassword }, { hash = "#/", width = 1280 } = {}) {
      const context = await browser().newContext({
        viewport: { width, height: 860 },
        reducedMotion: "reduce",
        // Each page would fetch the whole shell a second time (`installed-app.test.ts` is about it).
        serviceWorkers: "block",
      });
      const page = await context.newPage();
      const errors = complaintsOf(page);
      await page.goto(`${url()}/${hash}`);
      await logIn(page, email, password);
      await page.locator("account-menu button").waitFor();
      return { page, errors };
    },
  };
}

async function logIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Opens the menu of the account, and chooses what has this value there. */
export async function chooseInMenu(page: Page, value: string): Promise<void> {
  const item = page.locator(`account-menu wa-dropdown-item[value="${value}"]`);
  await page.locator("account-menu button").click();
  await item.click();
  await item.waitFor({ state: "hidden" });
}

/** Chooses the language where another one is shown. */
export async function chooseLanguage(page: Page, language: "en" | "sw"): Promise<void> {
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  await chooseInMenu(page, `language:${language}`);
  // The words of a language are fetched when it is first chosen.
  await page.locator(`html[lang="${language}"]`).waitFor({ state: "attached" });
}

/** Errors that the page throws or logs, and what the content security policy refused. */
export function complaintsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  // A page comes with its words; this one had to ask for one that it missed (`strings/strings.ts`).
  page.on("console", (message) => {
    if (message.type() === "warning" && message.text().startsWith("fetched, "))
      errors.push(`words were missing at ${page.url()}: ${message.text()}`);
  });
  return errors;
}

/** Until the page that stood there before is gone. */
export function goTo(page: Page, hash: string): Promise<void> {
  return page.evaluate(async (to) => {
    if (location.hash === to) return;
    const isHeard = new Promise((resolve) => window.addEventListener("hashchange", resolve, { once: true }));
    location.hash = to;
    await isHeard;
    await (document.querySelector("karibu-console") as unknown as { updateComplete: Promise<boolean> }).updateComplete;
  }, hash);
}

/** Waits until nothing on the page is being read any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const busy = (root: Document | ShadowRoot): boolean =>
      root.querySelector('[aria-busy="true"]') !== null ||
      [...root.querySelectorAll("*")].some((element) => element.shadowRoot !== null && busy(element.shadowRoot));
    return !busy(document);
  });
}

/** Waits until nothing is wider than the screen. A table becomes cards a moment after the window has changed. */
export async function fits(page: Page, widthPx: number): Promise<void> {
  await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, widthPx, { timeout: 10_000 });
}

/** At the width of a phone and of a desktop, in both languages: nothing wider than the screen, and a picture of each. */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const language of ["sw", "en"] as const) {
    await chooseLanguage(page, language);
    for (const widthPx of [360, 1440]) {
      await page.setViewportSize({ width: widthPx, height: 860 });
      await settled(page);
      await fits(page, widthPx);
      await picture(page, `${name}-${language}-${widthPx}`);
    }
  }
}

/** On a phone in the light and on a desktop in the dark: nothing wider than the screen, and a picture of each. */
export async function lookInThemes(page: Page, name: string): Promise<void> {
  await settled(page);
  for (const [widthPx, colorScheme] of [
    [360, "light"],
    [1440, "dark"],
  ] as const) {
    await page.setViewportSize({ width: widthPx, height: 860 });
    await page.emulateMedia({ colorScheme });
    await fits(page, widthPx);
    await picture(page, `${name}-${widthPx}`);
  }
}

/** Where `KARIBU_TEST_PICTURES` names a folder, a picture of the whole page goes there. */
export async function picture(page: Page, name: string): Promise<void> {
  const into = process.env.KARIBU_TEST_PICTURES;
  if (into !== undefined)
    await page.screenshot({ path: join(into, `${name}.png`), fullPage: true, animations: "disabled" });
}
