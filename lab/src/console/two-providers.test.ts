/** Two providers at one hub, with the same customer: each sees its own money and nothing of the other's. */
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, type OpenPage } from "./test-console.ts";
import { customerPhone, makeBusiness, type SampleBusiness } from "./test-sample-business.ts";

describe.skipIf(chromiumPath === null)("two providers side by side, in a browser", () => {
  const console = useBusiness("Ziwa");
  let neighbour: SampleBusiness;
  let owner: OpenPage;
  beforeAll(async () => {
    neighbour = await makeBusiness(console.hub, "Mlima");
    owner = await console.open({ email: console.business.ownerEmail });
  });

  longTest("[PAY-20] the list of payments, the sums of the day and the ledger are of one provider alone", async () => {
    const { page, errors } = owner;
    await goTo(page, "#/payments");
    const own = await console.ask("/payments");
    const rows = page.locator("payments-page").getByRole("row").filter({ hasText: "KSh 20" });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(own.items.length);
    await goTo(page, "#/");
    await page.getByText("KSh 60").first().waitFor();
    await goTo(page, "#/ledger");
    const cash = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Plans sold" }) });
    await cash.getByText("KSh 60").waitFor();
    expect(errors).toEqual([]);
  });

  test("[PAY-20] the other's payment, customer and channel are not there, whoever knows their addresses; nor does the search find them", async () => {
    const { page } = owner;
    const addresses = [
      `payments/${neighbour.paymentId}`,
      `customers/${neighbour.customerId}`,
      `channels/${neighbour.channelId}`,
      `sites/${neighbour.siteId}`,
    ];
    for (const address of addresses) {
      await goTo(page, `#/${address}`);
      await page.getByText("This no longer exists, or never did.").first().waitFor();
    }
    await goTo(page, "#/payments");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill(customerPhone);
    await page.getByRole("option").filter({ hasText: "Achieng Otieno" }).waitFor();
    expect(await page.getByRole("option").filter({ hasText: "Achieng Otieno" }).count()).toBe(1);
  });
});
