/** A tablet held upright, and a wide screen: nothing scrolls sideways, and no page leaves half of the screen empty. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, type OpenPage, picture, settled } from "./test-console.ts";
import { cutOff, pathsOf } from "./test-page-looks.ts";

describe.skipIf(chromiumPath === null)("the widths of the console, in a browser", () => {
  const console = useBusiness("Upana");
  let owner: OpenPage;

  beforeAll(async () => {
    const { token, paymentId } = console.business;
    let keys = 0;
    const post = (path: string, body: object) =>
      console.hub.call("POST", `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": `width-${++keys}` } });
    // A refund that waits for approval, with buttons and names; an invoice with two lines.
    const reason = "The Wi-Fi was down for the whole evening, says the customer";
    expect((await post("/refunds", { paymentId, method: "cash", amountCents: 500, reason })).status).toBe(201);
    const lines = [
      { text: "Internet for the guest house, November", quantity: 1, unitCents: 250_000 },
      { text: "Router, on loan", quantity: 2, unitCents: 40_000 },
    ];
    expect((await post("/invoices", { customerName: "Lake view guest house", lines })).status).toBe(201);
    owner = await console.open({ email: console.business.ownerEmail });
  });

  test.each([
    [768, "en"],
    [768, "sw"],
    [1440, "en"],
    [1440, "sw"],
  ] as const)(
    "[UIX-02] at %i px no table scrolls sideways, in %s",
    async (width, language) => {
      const { page, errors } = owner;
      await page.setViewportSize({ width, height: 1000 });
      await chooseLanguage(page, language);
      const found: string[] = [];
      for (const address of pathsOf("owner")) {
        await goTo(page, `#/${address}`);
        await page.locator("main h1").first().waitFor();
        await settled(page);
        found.push(...(await cutOff(page, address, width)));
        found.push(...(await wideTables(page)).map((caption) => `${address}: ${caption}`));
        if (["refunds", "invoices", "plans"].includes(address)) await picture(page, `${language}-${address}-${width}`);
      }
      expect(found).toEqual([]);
      expect(errors).toEqual([]);
    },
    300_000,
  );

  test("[UIX-02] at 1440 px Sell has the customer's plan and one's own sales beside the form, and the money rules have what they do beside them", async () => {
    const { page } = owner;
    await page.setViewportSize({ width: 1440, height: 900 });
    await chooseLanguage(page, "en");
    for (const [address, form, beside] of [
      ["sell", "sell-page action-form", "sell-page .beside"],
      ["channels", "money-rules action-form", "money-rules ul"],
    ] as const) {
      await goTo(page, `#/${address}`);
      const [left, right] = [page.locator(form), page.locator(beside)];
      await right.waitFor();
      await settled(page);
      const [one, other] = [await left.boundingBox(), await right.boundingBox()];
      const main = await page.locator("main").boundingBox();
      if (one === null || other === null || main === null) throw new Error("it is not drawn");
      expect(other.x).toBeGreaterThan(one.x + one.width);
      expect(other.x + other.width).toBeGreaterThan(main.x + 0.85 * main.width);
      await picture(page, `${address}-1440`);
    }
    await page.getByText("Of KSh 100 that a seller takes in cash, KSh 5 is the seller's.").waitFor();
  });
});

/** Tables that are wider than their place. */
function wideTables(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const each of root.querySelectorAll("*")) {
        if (each.shadowRoot === null) continue;
        const table = each.shadowRoot.querySelector("table");
        if (each.localName === "data-table" && table !== null && table.scrollWidth > each.clientWidth + 1)
          found.push(each.getAttribute("caption") ?? "a table");
        look(each.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}
