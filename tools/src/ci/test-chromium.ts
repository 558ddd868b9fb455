/** A browser for the tests of a file, and the pages as they are built, once for all files of a test run. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { findTool } from "./tools.ts";

/** Null when there is none: those tests are skipped. */
export const chromiumPath = findTool("chromium");
/** The one that shows notifications. Null when there is none. */
export const desktopChromiumPath = findTool("desktopChromium");

/** The machine may have no network: a browser that looks for one is slow to start. */
const chromiumArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** By path. A worker is reused for hundreds of files; to start a browser takes a second of the processor or more. It ends with the worker's process. */
const browsers = new Map<string, Promise<Browser>>();

async function launchedOnce(path: string): Promise<Browser> {
  const known = await browsers.get(path)?.catch(() => null);
  if (known?.isConnected() === true) return known;
  const launched = chromium.launch({ executablePath: path, args: chromiumArgs });
  browsers.set(path, launched);
  return launched;
}

/** `browser()` is valid inside tests and hooks of what calls this. The contexts that are open in the end are closed. */
export function useChromium(path: string | null = chromiumPath): { browser(): Browser } {
  let browser: Browser | null = null;
  beforeAll(async () => {
    if (path !== null) browser = await launchedOnce(path);
  });
  afterAll(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  });
  return {
    browser() {
      if (browser === null) throw new Error("the browser is started by beforeAll: use it inside a test");
      return browser;
    },
  };
}

const folders = new Map<string, Promise<string>>();

/**
 * The folder of a build that no test changes. Building takes seconds of the processor, so all processes of a test run share it;
 * a run that watches for changes goes on with what its first test built.
 */
export function builtOnce(name: string, build: (folder: string) => Promise<unknown>): Promise<string> {
  const known = folders.get(name) ?? findOrBuild(name, build);
  folders.set(name, known);
  return known;
}

async function findOrBuild(name: string, build: (folder: string) => Promise<unknown>): Promise<string> {
  const shared = process.env.KARIBU_TEST_SHARED_FOLDER ?? (await mkdtemp(join(tmpdir(), "karibu-shared-")));
  const folder = join(shared, name);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${randomBytes(6).toString("hex")}`;
  await build(making);
  try {
    await rename(making, folder);
  } catch (error) {
    // Another process was faster: what it built is the same.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await rm(making, { recursive: true });
  }
  return folder;
}
