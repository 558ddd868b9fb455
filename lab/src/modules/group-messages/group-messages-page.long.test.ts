/** A message to a group in the console, on a phone: it is looked at before it is sent. */
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, goTo, patience, useConsole } from "../../console/test-console.ts";
import { lookOnPhone } from "../../console/test-page-looks.ts";

describe.skipIf(chromiumPath === null)("a message to a group, on a phone", () => {
  const sent: string[] = [];
  const console = useConsole({
    http: async ({ body = "" }) => {
      sent.push(JSON.parse(String(body)).message);
      return { status: 200, body: JSON.stringify({ responses: [{ "response-code": 200, messageid: sent.length }] }) };
    },
  });

  test("[MSG-11] who gets it and what it costs is shown first; it is sent, and the customer's page tells of it", async () => {
    const owner = await console.hub.makeProvider("Jirani");
    let keys = 0;
    const call = async (method: string, path: string, body?: object) => {
      const answer = await console.hub.call(method, `/api/v1${path}`, {
        token: owner.token,
        ...(body === undefined ? {} : { body, headers: { "idempotency-key": `k${++keys}` } }),
      });
      expect(answer.status, answer.text).toBeLessThan(300);
      return answer.body;
    };
    const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
    await call("POST", "/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    const { monthMillicents: _, currency: __, ...rules } = await call("GET", "/message-rules");
    await call("PUT", "/message-rules", {
      ...rules,
      quietFromMinute: 0,
      quietUntilMinute: 0,
      partPriceMillicents: 90_000,
    });
    const amina = await call("POST", "/customers", { name: "Amina Wanjiru", phone: "0711000101" });
    await call("POST", "/customers", { name: "Juma Otieno", phone: "0711000102" });
    const { page, errors } = await console.open({ email: owner.ownerEmail }, { hash: "#/group-messages", width: 360 });
    const problems: string[] = [];
    const look = async (name: string) => void problems.push(...(await lookOnPhone(page, name)));

    await page.getByRole("button", { name: "Write to a group" }).first().click();
    await page.locator("group-messages-page select").first().selectOption("all");
    await page.locator("group-messages-page textarea").fill("{provider}: {name}, we work on the mast tonight.");
    await page.getByRole("button", { name: "Look first" }).click();
    await page.getByText("Customers who get it: 2. Cost: about KSh 1.80. Send it?").waitFor(patience);
    await page.getByText("Jirani: Amina Wanjiru, we work on the mast tonight.").waitFor(patience);
    await look("group-messages-look");
    await page.getByRole("button", { name: "Send to 2" }).click();
    await page
      .getByText(/\d of 2 sent/)
      .first()
      .waitFor(patience);
    await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(2);

    await goTo(page, `#/customers/${amina.customerId}`);
    await page.getByText("To a group").first().waitFor(patience);
    await chooseLanguage(page, "sw");
    await goTo(page, "#/group-messages");
    await look("group-messages-sw");
    expect(problems).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);
});
