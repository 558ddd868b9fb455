/** What a provider decides about the customers' page, in the console. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, patience, picture, settled } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the customers' page in the settings, in a browser", () => {
  const console = useBusiness("Voi");

  test("[CUS-11] an owner sees where it is, says what codes may cost, and to which plan customers may change", async () => {
    const { business } = console;
    const { page, errors } = await console.open(
      { email: business.ownerEmail },
      { hash: "#/settings?subject=customer-page", width: 360 },
    );
    const card = page.locator("customer-page-card");
    await card.getByRole("link", { name: `/my/${business.providerId}/` }).waitFor(patience);
    await card.getByLabel("Log-in codes by SMS in a day, at most").fill("40");
    const plan = card.getByLabel(/^Customers may change to .* by themselves$/).first();
    await plan.check();
    await settled(page);
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "settings-customers-page");
    await card.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => console.ask("/customer-page"), patience)
      .toMatchObject({ isOpen: true, codesADay: 40, planIds: [expect.any(String)] });
    expect(errors).toEqual([]);
  });
});
