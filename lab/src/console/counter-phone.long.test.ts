/** A cashier's phone, in one hand: codes sold, shown, scanned and printed on the paper of a till; and what it says without the hub. */
import { beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, fits, goTo, lookAt, type OpenPage, patience, picture } from "./test-console.ts";

const ptInMm = 72 / 25.4;

describe.skipIf(chromiumPath === null)("a cashier's phone, in a browser", () => {
  const console = useBusiness("Simu");
  let seller: OpenPage;
  beforeAll(async () => {
    seller = await console.open({ email: "seller@simu.test" }, { hash: "#/sell", width: 360 });
  });

  test("[BEY-07] [PAY-18] three codes are sold with a few presses of large buttons: each a sale of its own, all on the screen", async () => {
    const { page, errors } = seller;
    const sell = page.locator("sell-page");
    await sell.getByRole("radio", { name: "1 hour · KSh 20" }).waitFor();
    for (const button of [
      ...(await sell.locator(".large-choice").all()),
      sell.getByRole("button", { name: "Sell", exact: true }),
    ])
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(56);
    await fits(page, 360);
    // At the thumb, above the menu, before anything was scrolled.
    const thumb = await sell.getByRole("button", { name: "Sell", exact: true }).boundingBox();
    expect((thumb?.y ?? 0) + (thumb?.height ?? 0)).toBeLessThanOrEqual(860 - 60);
    await lookAt(page, "sell-form");
    await page.setViewportSize({ width: 360, height: 740 });
    // The bar with the button is opaque and whole, and no field that one is at stands behind it.
    for (const field of await sell.locator("action-form :is(input, select)").all()) {
      if (!(await field.isVisible())) continue;
      await field.focus();
      const bar = await sell.locator(".actions.large").boundingBox();
      const box = await field.boundingBox();
      const name = await field.getAttribute("name");
      expect([name, (box?.y ?? 0) + (box?.height ?? 0) <= (bar?.y ?? 0)]).toEqual([name, true]);
    }
    await sell.getByRole("radio", { name: "1 hour · KSh 20" }).check();
    await sell.getByRole("group", { name: "How many codes" }).getByRole("radio", { name: "3", exact: true }).check();
    const site = sell.getByLabel("Site");
    if ((await site.inputValue()) === "") await site.selectOption({ index: 1 });
    const before = (await console.ask("/payments?count=true")).total.count;
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.getByText("Sold together: 3 codes.", { exact: false }).waitFor();
    expect((await console.ask("/payments?count=true")).total.count).toBe(before + 3);
    const codes = (await sell.locator("sale-code .code:not(dialog .code)").allTextContents()).map((text) =>
      text.trim(),
    );
    expect(new Set(codes).size).toBe(3);
    await lookAt(page, "sell-sold");
    await page.setViewportSize({ width: 360, height: 740 });
    await sell.getByRole("button", { name: "Show large" }).click();
    const { width = 0 } = (await sell.getByRole("dialog").locator("qr-code svg").boundingBox()) ?? {};
    expect(width).toBeGreaterThan(200);
    await picture(page, "sell-qr-360");
    await page.keyboard.press("Escape");
    expect(errors).toEqual([]);
  });

  test("[VOU-19] slips come out as wide as the roll, one a page, with a picture of 25 mm and more; the choice of paper is kept", async () => {
    const { page } = seller;
    await page.evaluate(() => {
      window.print = () => {};
    });
    const slips = page.locator("body > dialog.slips");
    for (const widthMm of [58, 80]) {
      await page.locator("sell-page").getByRole("button", { name: "Print" }).click();
      await slips.getByRole("radio", { name: `${widthMm} mm` }).check();
      await slips.getByText("Simu", { exact: true }).first().waitFor();
      await page.emulateMedia({ colorScheme: "dark" });
      await picture(page, `slips-${widthMm}-dark`);
      await page.emulateMedia({ colorScheme: "light" });
      await picture(page, `slips-${widthMm}-light`);
      const qr = await slips.locator("svg.qr").first().boundingBox();
      // Of the 29 squares across 4 on each side are the white edge.
      expect(((qr?.width ?? 0) / (96 / 25.4)) * (21 / 29)).toBeGreaterThanOrEqual(25);
      await slips.getByRole("button", { name: "Print" }).click();
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
      const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)].map(([, wide, high]) =>
        [wide, high].map((points) => Math.round(Number(points) / ptInMm)),
      );
      expect(boxes).toHaveLength(3);
      for (const [wide, high] of boxes) {
        expect(wide).toBe(widthMm);
        expect(high).toBeGreaterThan(60);
        expect(high).toBeLessThan(130);
      }
      await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
      await slips.getByRole("button", { name: "Close" }).click();
    }
    await page.locator("sell-page").getByRole("button", { name: "Print" }).click();
    expect(await slips.getByRole("radio", { name: "80 mm" }).isChecked()).toBe(true);
    await slips.getByRole("button", { name: "Close" }).click();
  });

  test("[BEY-07] without the hub the page says plainly that nothing is sold, and a sale whose answer was lost is made once", async () => {
    const { page } = seller;
    const sell = page.locator("sell-page");
    await sell.getByRole("button", { name: "Sell another one" }).click();
    const before = (await console.ask("/payments?count=true")).total.count;
    let isLost = true;
    await page.route("**/api/v1/payments/purchase", async (route) => {
      if (!isLost) return route.continue();
      await route.fetch(); // the hub has sold it
      await route.abort();
    });
    const site = sell.getByLabel("Site");
    if ((await site.inputValue()) === "") await site.selectOption({ index: 1 });
    await page.route("**/api/v1/own-sales", (route) => route.abort());
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.getByRole("heading", { name: "No selling here now" }).waitFor();
    await lookAt(page, "sell-away");
    await page.setViewportSize({ width: 360, height: 740 });
    await page.unroute("**/api/v1/own-sales");
    // Another sale is looked at meanwhile, and the browser loads the page anew: the key of the lost one is kept.
    await sell.getByRole("button", { name: "Try again" }).click();
    await sell
      .getByRole("button", { name: /^Show: / })
      .first()
      .click();
    await sell.getByRole("button", { name: "Sell another one" }).click();
    await sell.getByRole("button", { name: "Sell", exact: true }).click();
    await sell.getByRole("alert").filter({ hasText: "A sale got no answer" }).waitFor();
    await page.reload();
    const lost = sell.locator(".open-sale");
    await lost.getByText("A sale got no answer").waitFor();
    expect(await lost.count()).toBe(1);
    await lookAt(page, "sell-open-sale");
    await page.setViewportSize({ width: 360, height: 740 });
    isLost = false;
    await lost.getByRole("button", { name: "Finish it" }).click();
    await sell.locator("sale-code .code").first().waitFor();
    await lost.waitFor({ state: "detached" });
    expect(await sell.getByRole("heading", { name: "No selling here now" }).count()).toBe(0);
    expect((await console.ask("/payments?count=true")).total.count).toBe(before + 1);
    await page.unroute("**/api/v1/payments/purchase");
  });

  test("[VOU-07] a printed voucher is scanned with the camera and found; a camera that is not allowed and a strange picture are said", async () => {
    const { business, hub } = console;
    const { page, errors } = await console.open({ email: business.ownerEmail }, { width: 360 });
    const { items: vouchers } = await console.ask(`/vouchers?batchId=${business.batchId}&limit=1`);
    const { siteId } = await console.ask(`/vouchers/batches/${business.batchId}`);
    await hub.call("PUT", `/api/v1/sites/${siteId}/portal-address`, {
      token: business.token,
      body: { portalAddress: "http://10.5.50.2" },
    });
    await page.evaluate(() => {
      window.print = () => {};
    });
    await goTo(page, `#/vouchers/${business.batchId}`);
    await page.getByRole("button", { name: "Print on till paper" }).click();
    const slip = page.locator("dialog.slips .slip").first();
    const code = ((await slip.locator(".code").textContent()) ?? "").replaceAll(" ", "");
    await picture(page, "slips-batch-360");
    const drawn = (await slip.locator("svg.qr").screenshot()).toString("base64");
    await page.getByRole("button", { name: "Close" }).click();
    expect(vouchers).toHaveLength(1);

    // The camera of the test: first nobody allows it, then it looks at nothing, at last at what came out of the printer.
    await page.evaluate((source) => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: 640, height: 480 });
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      const held = new Image();
      const tools = { isAllowed: false, holds: false, draw: () => {} };
      tools.draw = () => {
        context.fillStyle = "#777";
        context.fillRect(0, 0, 640, 480);
        if (tools.holds) context.drawImage(held, 200, 120, 240, 240);
      };
      held.src = `data:image/png;base64,${source}`;
      setInterval(() => tools.draw(), 50);
      navigator.mediaDevices.getUserMedia = async () => {
        if (!tools.isAllowed) throw new DOMException("no", "NotAllowedError");
        return canvas.captureStream(20);
      };
      Object.assign(window, { tools });
    }, drawn);
    const set = (change: object) =>
      page.evaluate((to) => Object.assign((window as never as { tools: object }).tools, to), change);
    await goTo(page, "#/vouchers");
    await page.getByRole("button", { name: "Scan a code" }).click();
    await page.getByRole("alert").getByText("The camera is not allowed.", { exact: false }).waitFor();
    await lookAt(page, "scan-denied");
    await page.setViewportSize({ width: 360, height: 740 });
    await set({ isAllowed: true });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Hold the voucher's picture into the frame.").waitFor();
    await picture(page, "scan-looking-360");
    await set({ holds: true });
    await page
      .locator("voucher-search data-table")
      .getByText(code.slice(-4), { exact: false })
      .first()
      .waitFor(patience);
    expect(await page.evaluate(() => location.hash)).toContain(`code=${code}`);
    expect(await page.locator("qr-scanner").count()).toBe(0);
    await lookAt(page, "scan-found");
    expect(errors).toEqual([]);
  });
});
