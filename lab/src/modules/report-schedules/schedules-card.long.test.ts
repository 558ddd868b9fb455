/** Reports by e-mail on the console: scheduled, and sent at once. */
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "../../console/test-business.ts";
import { chromiumPath, goTo } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("reports by e-mail, in a browser", () => {
  const console = useBusiness("Mwangaza");
  const owner = useOwner(console);

  test("[REP-12] an owner has reports sent each week, and sends them at once", async () => {
    const { page } = owner;
    await goTo(page, "#/reports");
    await page.getByRole("button", { name: "Schedule a report" }).click();
    await page.getByLabel(/^To /).first().waitFor();
    for (const reader of await page.getByLabel(/^To /).all()) await reader.check();
    await page.getByRole("button", { name: "Schedule a report" }).last().click();
    await page.getByRole("button", { name: "Send now" }).click();
    // Of the people here some may read no report: they get none.
    await page.getByText(/[1-9]\d* letters? sent\./).waitFor();
    await expect
      .poll(() => console.hub.letters().some(({ attachment }) => attachment?.mediaType === "application/pdf"), {
        timeout: 30_000,
      })
      .toBe(true);
  }, 90_000);
});
