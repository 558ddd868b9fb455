/** Messages to customers in the console, on a phone: words with a preview, reminders, what a customer wants. */
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, goTo, patience, useConsole } from "./test-console.ts";
import { lookOnPhone } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("messages to customers, on a phone", () => {
  const console = useConsole();

  test("[MSG-01] [MSG-05] [CUS-10] a text in own words is refused by the name of its wrong value, and the customer's page says what they agreed to", async () => {
    const owner = await console.hub.makeProvider("Jirani");
    const person = { name: "Amina Wanjiru", phone: "0711000101", email: "amina@example.com" };
    const { body: customer } = await console.hub.call("POST", "/api/v1/customers", {
      token: owner.token,
      body: person,
    });
    const { page, errors } = await console.open({ email: owner.ownerEmail }, { hash: "#/message-texts", width: 360 });
    const problems: string[] = [];
    const look = async (name: string) => void problems.push(...(await lookOnPhone(page, name)));

    await page.locator("message-texts-page select").first().selectOption("reminder-before");
    const words = page.locator("message-texts-page textarea");
    await words.fill("{provider}: {planet} ends");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This text does not know planet.").first().waitFor(patience);
    await words.fill("{provider}: {plan} ends on {due}. {link}");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("Jirani: Home 10 Mbps ends on 30 Nov 2026.", { exact: false }).first().waitFor(patience);
    await page.getByText(/1 SMS, \d+ characters, GSM-7/).waitFor(patience);
    await look("message-texts");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Your words").first().waitFor(patience);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Reminders, in days", { exact: false }).fill("-7, -1, 0");
    await page.getByLabel("Quiet from", { exact: false }).fill("00:00");
    await page.getByLabel("Quiet until", { exact: false }).fill("00:00");
    await page.getByLabel("Price of an SMS", { exact: false }).fill("0.9");
    await look("message-rules-form");
    await page.getByRole("button", { name: "Save" }).last().click();
    await page.getByLabel("Price of an SMS", { exact: false }).waitFor({ state: "hidden", ...patience });
    const rules = await console.hub.call("GET", "/api/v1/message-rules", { token: owner.token });
    expect(rules.body).toMatchObject({ reminderDays: [-7, -1, 0], partPriceMillicents: 90_000, quietFromMinute: 0 });

    await goTo(page, `#/customers/${customer.customerId}`);
    await page.getByRole("button", { name: "Agrees" }).nth(1).click();
    await page.getByLabel("How did they say it?", { exact: false }).fill("At the counter");
    const said = page.locator("action-form").filter({ has: page.getByLabel("How did they say it?", { exact: false }) });
    await said.getByRole("button", { name: "Save" }).click();
    await page
      .getByText(/: At the counter/)
      .first()
      .waitFor(patience);
    await look("customer-messages");

    await chooseLanguage(page, "sw");
    await goTo(page, "#/message-texts");
    await look("message-texts-sw");
    expect(problems).toEqual([]);
    // The refusal above, and nothing else.
    expect(errors.filter((error) => !error.includes("400"))).toEqual([]);
  }, 120_000);
});
