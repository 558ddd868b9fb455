/** What an owner reads of the activity: words, and nothing of how the hub works inside. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the audit, in a browser", () => {
  const console = useBusiness("Maneno");

  test("[UIX-03] the activity is told in words: no method, no path, no names of fields, and no tab leads to jobs or the log", async () => {
    const { page, errors } = await console.open({ email: console.business.ownerEmail }, { hash: "#/audit" });
    await page.locator("audit-page tbody tr td").nth(3).waitFor();
    await settled(page);
    const rows = await page.locator("audit-page data-table").first().locator("tbody tr").allTextContents();
    expect(rows.length).toBeGreaterThan(10);
    expect(
      rows.filter((text) => /\/api\/|\b(POST|PUT|PATCH|DELETE)\b|[{}"]|[a-z](Cents|Seconds|Bytes|Ms)\b/.test(text)),
    ).toEqual([]);
    // Names of fields are written in one word with capitals inside.
    expect(rows.flatMap((text) => text.match(/\b[a-z]+[A-Z][a-zA-Z]*(?=:)/g) ?? [])).toEqual([]);
    const tabs = await page.locator(".tabs a, nav a").allTextContents();
    expect(tabs.map((text) => text.trim()).filter((text) => /background|^log$|^logs$|queue/i.test(text))).toEqual([]);

    await chooseLanguage(page, "sw");
    await settled(page);
    const inSwahili = (await page.locator("audit-page data-table").first().locator("tbody tr").allTextContents()).join(
      "\n",
    );
    expect(inSwahili).toContain("imeongezwa");
    expect(inSwahili).not.toMatch(/: (added|changed|set|removed)\b/);
    // What has an English name alone is marked as English.
    for (const text of await page.locator("audit-page tbody span[lang=en]").allTextContents())
      expect(text).toMatch(/^[a-z][a-z0-9 ]*: /);
    expect(errors).toEqual([]);
  });
});
