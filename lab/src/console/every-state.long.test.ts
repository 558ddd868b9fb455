/**
 * Pages in one of their states, which each run draws anew: while it loads, when the hub does not answer, or with nothing in it; at the other widths
 * than `every-page.test.ts`. Every page in all states: `every-look.long.test.ts`.
 */
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { seedsOfThisRun } from "../simulation/test-story-seeds.ts";
import { chooseLanguage, chromiumPath, useConsole } from "./test-console.ts";
import { cutOff, drawnFor, examine, nameOf, openIn, type PageState, pathsOf, type Theme } from "./test-page-looks.ts";

interface Look {
  /** `empty` is all that a new provider has. */
  readonly state: PageState | "empty";
  readonly width: number;
  readonly theme: Theme;
  readonly language: "en" | "sw";
}

/** With the two of `every-page.test.ts` (full: 1440 light English, 360 dark Swahili) every width, theme, language and state is seen. */
const empty: Look = { state: "empty", width: 768, theme: "light", language: "sw" };
const loading: Look = { state: "loading", width: 390, theme: "light", language: "en" };
const failed: Look = { state: "error", width: 768, theme: "dark", language: "en" };

const [seed = 0] = seedsOfThisRun(1, "states of the console's pages");
/** The pages for which this look was drawn of these. */
const drawn = (role: Parameters<typeof pathsOf>[0], of: readonly [Look, ...Look[]], look: Look) =>
  pathsOf(role).filter((path) => drawnFor(path, of, seed) === look);

describe.skipIf(chromiumPath === null)("every state of every page, in a browser", () => {
  const console = useConsole();

  test.each([empty, loading, failed])(
    "[UIX-06] [UIX-01] [UIX-02] a new provider's pages, those drawn for it: $state at $width, $theme, $language",
    async (look) => {
      const { ownerEmail } = await console.hub.makeProvider(`New-${look.state}`);
      const { page, errors } = await console.open({ email: ownerEmail });
      expect(await lookAt(page, drawn("owner", [empty, loading, failed], look), look)).toEqual([]);
      expect(ofThePage(errors)).toEqual([]);
      await page.context().close();
    },
    200_000,
  );

  test.each([loading, failed])(
    "[UIX-06] a platform admin's pages, those drawn for it: $state at $width, $theme, $language",
    async (look) => {
      const { page, errors } = await console.open({ email: admin.email, password: admin.password });
      expect(await lookAt(page, drawn("platform-admin", [loading, failed], look), look)).toEqual([]);
      expect(ofThePage(errors)).toEqual([]);
      await page.context().close();
    },
    200_000,
  );
});

async function lookAt(
  page: Page,
  paths: readonly string[],
  { state, width, theme, language }: Look,
): Promise<string[]> {
  await chooseLanguage(page, language);
  // Home stands there since the log-in, in its own state: it is left, to be opened in this one.
  const elsewhere = await openIn(page, "account", "full");
  await elsewhere.answer();
  const problems: string[] = [];
  for (const path of paths) {
    const { answer } = await openIn(page, path, state === "empty" ? "full" : state);
    const name = `${language}-${nameOf(path)}-${state}`;
    problems.push(...(await cutOff(page, name, width)), ...(await examine(page, `${name}-${width}`, theme)));
    // What the hub has not said yet may be anything, also nothing.
    const denies = state !== "empty" && (await page.locator("main .empty-picture").count()) > 0;
    if (denies) problems.push(`${name}: says that there is nothing, and does not know`);
    await answer();
  }
  return problems;
}

/** Refused requests are what the test itself brought about. */
const ofThePage = (errors: readonly string[]) => errors.filter((text) => !text.includes("net::ERR_FAILED"));
