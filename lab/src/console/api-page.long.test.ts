/** The description of the API, for visitors and for people of a provider. */
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, complaintsOf, fits, goTo, lookAt, picture, useConsole } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the page of the API, in a browser", () => {
  const console = useConsole();

  test("[SYS-16] who has no log-in finds a request, who may send it, and what to paste", async () => {
    const page = await console.browser().newPage({ viewport: { width: 360, height: 860 } });
    const errors = complaintsOf(page);
    await page.goto(`${console.url()}/`);
    await page.getByRole("link", { name: "API" }).click();
    await page.getByLabel("Search").fill("plans.manage post");
    await page.getByRole("link", { name: "POST /api/v1/plans ", exact: false }).first().click();
    await page.getByRole("heading", { name: "Request" }).waitFor();
    const request = await page.getByRole("region", { name: "Request" }).innerText();
    expect(request).toContain("curl -X POST");
    expect(request).toContain("Authorization: Bearer $KARIBU_TOKEN");
    await page.getByText("plans.manage", { exact: true }).waitFor();
    await page.getByText("priceCents", { exact: true }).first().waitFor();
    await fits(page, 360);
    await picture(page, "api-guest-360");
    expect(errors).toEqual([]);
  });

  test("[SYS-16] [UIX-02] an owner reads it beside the list, with every code of a refusal, in both languages", async () => {
    const { ownerEmail } = await console.hub.makeProvider("Nuru");
    const { page, errors } = await console.open({ email: ownerEmail });
    await page.goto(`${console.url()}/#/api`);
    await page.getByText("Problem codes").click();
    await page
      .getByText("provider-in-arrears", { exact: true })
      .or(page.getByText("asked-too-often", { exact: true }))
      .first()
      .waitFor();
    await page.goto(`${console.url()}/#/api/post-payments-purchase`);
    await page.getByText("Idempotency-Key", { exact: true }).waitFor();
    await page.setViewportSize({ width: 1440, height: 860 });
    await lookAt(page, "api");
    await chooseLanguage(page, "sw");
    await goTo(page, "#/api");
    await page.getByText("Kila ombi limeelezwa kwa Kiingereza").waitFor();
    await chooseLanguage(page, "en");
    expect(errors).toEqual([]);
  });
});
