/** Every page while it loads, when the hub does not answer, and with nothing in it: at the other widths than `every-page.test.ts`. */
import { admin } from "@karibu/cloud/test-hub";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, useConsole } from "./test-console.ts";
import { cutOff, examine, nameOf, openIn, type PageState, pathsOf, type Theme } from "./test-page-looks.ts";

interface Look {
  /** `empty` is all that a new provider has. */
  readonly state: PageState | "empty";
  readonly width: number;
  readonly theme: Theme;
  readonly language: "en" | "sw";
}

/** With the two of `every-page.test.ts` (full: 1440 light English, 360 dark Swahili) every width, theme, language and state is seen. */
const looks: readonly Look[] = [
  { state: "empty", width: 768, theme: "light", language: "sw" },
  { state: "loading", width: 390, theme: "light", language: "en" },
  { state: "error", width: 768, theme: "dark", language: "en" },
];

describe.skipIf(chromiumPath === null)("every state of every page, in a browser", () => {
  const console = useConsole();

  test.each(looks)(
    "[UIX-06] [UIX-01] [UIX-02] a new provider's pages: $state at $width, $theme, $language",
    async (look) => {
      const { ownerEmail } = await console.hub.makeProvider(`New-${look.state}`);
      const { page, errors } = await console.open({ email: ownerEmail });
      expect(await lookAt(page, pathsOf("owner"), look)).toEqual([]);
      expect(ofThePage(errors)).toEqual([]);
      await page.context().close();
    },
    200_000,
  );

  test.each(looks.slice(1))(
    "[UIX-06] a platform admin's pages: $state at $width, $theme, $language",
    async (look) => {
      const { page, errors } = await console.open({ email: admin.email, password: admin.password });
      expect(await lookAt(page, pathsOf("platform-admin"), look)).toEqual([]);
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
