/** Sentences say no more than was asked, found out or done. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, goTo, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("what the console claims, in a browser", () => {
  const console = useBusiness("Ukweli");

  test("where no statement was imported nothing was compared, and no difference is denied", async () => {
    const { ownerEmail: email } = await console.hub.makeProvider("Bilataarifa");
    const { page, errors } = await console.open({ email }, { hash: "#/reconciliation" });
    const differences = page.locator("open-differences");
    await differences.getByText("No statement has been imported: nothing was compared yet.").waitFor(patience);
    expect(await differences.getByText("No open difference").count()).toBe(0);
    await page.context().close();
    const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/alarms" });
    await owner.page.getByText("No alarm", { exact: true }).waitFor(patience);
    expect(await owner.page.getByText("are well", { exact: false }).count()).toBe(0);
    await goTo(owner.page, "#/sessions");
    await owner.page.getByText("Nobody is online.").waitFor(patience);
    expect([...errors, ...owner.errors]).toEqual([]);
    await owner.page.context().close();
  });

  test("a customer without a line is told how one begins here, not that it begins where they are", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: `#/customers/${console.business.customerId}` },
    );
    const lines = page.locator("lines-card");
    await lines.getByText("No subscription yet: open a line.").waitFor(patience);
    await goTo(page, "#/subscriptions");
    await page.getByText("No subscription yet. One begins on the page of its customer.").waitFor(patience);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("[PAY-15] who approves a refund in cash reads that it is done; the file says nothing of a channel about cash", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.accountantEmail }, { hash: "#/refunds?state=asked" });
    const row = page.getByRole("row").filter({ hasText: "The site was away" });
    await row.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await page.locator("toast-stack, .toast, [role=status]").getByText("Refunded.").first().waitFor(patience);
    const { text } = await hub.call("GET", "/api/v1/payments/export", { token: business.token });
    const [head = "", ...lines] = text.trimEnd().split("\r\n");
    const at = (name: string) => head.replace("\uFEFF", "").split(",").indexOf(name);
    const cash = lines.map((line) => line.split(",")).filter((cells) => cells[at("Channel")] === "Cash");
    expect(cash.length).toBeGreaterThan(0);
    for (const cells of cash) expect(cells[at("Confirmed by the channel")]).toBe("");
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
