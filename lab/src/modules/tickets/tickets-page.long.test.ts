/** Tickets on the console: a customer is answered. */
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chromiumPath, goTo, lookAt } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("care for customers, in a browser", () => {
  const console = useBusiness("Huduma");
  const call = sureAskerOf(console.hub, () => console.business.token);

  beforeAll(async () => {
    const { customerId, siteId } = console.business;
    const ticket = {
      subject: "Mtandao haupo tangu jana jioni",
      kind: "connection",
      text: "Taa nyekundu inawaka.",
      customerId,
      siteId,
    };
    await call("POST", "/tickets", { ...ticket, priority: "urgent" });
    await call("POST", "/canned-answers", { name: "Restart", text: "Dear {name}, please restart the router. {staff}" });
  });

  test("[CUS-09] a ticket is found among those that are open, taken, answered with a ready answer, noted on, and solved", async () => {
    const owner = await console.open({ email: console.business.ownerEmail }, { hash: "#/tickets" });
    const { page, errors } = owner;
    await page.getByText("Mtandao haupo").first().waitFor();
    await lookAt(page, "tickets");
    await page.getByText("Mtandao haupo").first().click();
    await page.getByText("Taa nyekundu inawaka.").waitFor();
    await page.getByRole("button", { name: "Take it" }).click();
    await page.getByText("changed who works on it").waitFor();
    await page.getByRole("button", { name: "Answer the customer" }).click();
    await page.getByRole("button", { name: "Restart" }).click();
    expect(await page.locator("ticket-page textarea").inputValue()).toMatch(/^Dear \S.*, please restart the router\./);
    await lookAt(page, "ticket-answer");
    await page.getByRole("button", { name: "Send the answer" }).click();
    await page.locator("ticket-page .badge", { hasText: "Waits for the customer" }).waitFor();
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByLabel("Note", { exact: false }).last().fill("<b>He moved</b> the router");
    await page.locator("ticket-page action-form button.primary").click();
    await page.getByText("<b>He moved</b> the router").waitFor(); // text, and no element
    await lookAt(page, "ticket");
    await page.getByRole("button", { name: "Solved", exact: true }).click();
    await page.locator("ticket-page .badge.good").first().waitFor();
    await goTo(page, "#/ticket-settings");
    await page.getByText("Ready answers").waitFor();
    await lookAt(page, "ticket-settings");
    await goTo(page, `#/customers/${console.business.customerId}`);
    // A customer calls: the ticket is theirs from the first line on.
    await page.locator("customer-tickets-card").getByRole("button", { name: "Open a ticket" }).click();
    await page.locator("customer-tickets-card").getByLabel("Subject").fill("Slow since noon");
    await page.locator("customer-tickets-card").getByLabel("What is it about?").fill("Calls break off.");
    await lookAt(page, "customer-ticket");
    await page.locator("customer-tickets-card action-form button.primary").click();
    await page.getByText("Calls break off.").waitFor();
    const theirs = (await call("GET", `/tickets?customerId=${console.business.customerId}`)).items;
    expect(theirs.map(({ subject }: { subject: string }) => subject)).toContain("Slow since noon");
    expect(errors).toEqual([]);
    await page.close();
  }, 180_000);
});
