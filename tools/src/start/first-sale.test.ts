/** The whole path on real processes, packets, files and a real browser: what a customer and an operator see. */

import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { hasTool } from "../ci/tools.ts";
import { loadSample, logIn, logIns } from "./sample.ts";
import { openPhone, phoneScreen, picture, useDemo } from "./test-demo.ts";
import { openPhoneProxy } from "./test-phone-proxy.ts";
import { consoleAt } from "./welcome.ts";

const phoneNumber = "254712345678";

describe.skipIf(!hasTool("chromium"))("the first sale, in a browser", () => {
  const demo = useDemo();
  const url = (name: "hub" | "hotspot" | "agent" | "daraja" | "router", path = "/") =>
    `http://127.0.0.1:${demo.current().ports[name]}${path}`;

  test("[POR-01] [POR-02] [POR-03] [PAY-01] [PAY-06] a customer buys an hour on the hotspot's portal and is online without a reload", async () => {
    const { browser } = demo.current();
    const { page, errors } = await openPhone(browser);
    const owner = await logIn(url("hub", ""), logIns.owner);
    await untilTrue(
      async () => (await owner.get<{ items: { state: string }[] }>("/api/v1/sites")).items[0]?.state === "online",
    );

    await page.goto(url("hotspot", "/some/page"));
    await page
      .getByRole("button", { name: /1 hour/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).port).toBe(String(demo.current().ports.agent));
    await picture(page, "portal-packages");
    await page.evaluate("window.notReloaded = true");

    await page
      .getByRole("button", { name: /1 hour/ })
      .first()
      .click();
    await page.getByRole("textbox").first().fill("0712 345 678");
    await picture(page, "portal-pay");
    await page.getByRole("button", { name: /Pay KSh 20/ }).click();
    await page.getByRole("heading", { name: /phone/i }).waitFor();
    await picture(page, "portal-check-phone");

    const phone = await openPhone(browser);
    await phone.page.goto(url("daraja", `/phone/${phoneNumber}`));
    await phone.page.getByLabel("M-Pesa PIN").fill("2580");
    await picture(phone.page, "phone-prompt");
    await phone.page.getByRole("button", { name: "Pay" }).click();

    await page.getByRole("heading", { name: "You are online" }).waitFor();
    expect(await page.evaluate("window.notReloaded")).toBe(true);
    await picture(page, "portal-online");
    expect(errors).toEqual([]);

    await page.getByText("1 GB of 1 GB").waitFor();
    await phone.page.goto(url("hotspot", "/?bytes=200000000"));
    await phone.page.getByRole("heading", { name: "You are online" }).waitFor();
    await page.getByText(/[78]\d\d MB of 1 GB/).waitFor();
    await picture(page, "portal-online-later");
    const { radiusAuth, radiusAcct } = demo.current().ports;
    expect(await (await fetch(url("agent", "/status"))).text()).toContain(`UDP ${radiusAuth}/${radiusAcct}`);
  });

  test("[CUS-11] another browser of the same phone shows the package too, at either name of this machine", async () => {
    const { browser, ports } = demo.current();
    const { page } = await openPhone(browser);
    for (const host of ["127.0.0.1", "localhost"]) {
      await page.goto(`http://${host}:${ports.agent}/mine`);
      await page.getByRole("heading", { name: "1 hour" }).waitFor();
      await page.getByText("This phone is online").waitFor();
    }
  });

  test("[UIX-02] [SYS-01] [PAY-18] [RAD-12] the operator's console shows the payment with its receipt, the grant and the session", async () => {
    const { browser } = demo.current();
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(consoleAt(demo.current().ports));
    await page.getByLabel("E-mail").fill(logIns.owner.email);
    await page.getByLabel("Password").fill(logIns.owner.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("KSh 20").first().waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await picture(page, "console-overview");

    const [success] = (await (await fetch(url("daraja", "/lab/successes"))).json()).items as { receipt: string }[];
    await page.getByRole("navigation").getByRole("link", { name: "Sales" }).click();
    await page.getByRole("cell", { name: success?.receipt as string }).waitFor();
    await page.getByRole("cell", { name: success?.receipt as string }).click();
    await page.getByRole("heading", { name: "Grant", exact: true }).waitFor();
    await page.getByText("Online", { exact: true }).first().waitFor();
    const answer = page.getByRole("listitem").filter({ hasText: "M-Pesa's answer to the prompt" });
    await answer.getByText("As it was stored").click();
    await answer.locator("details[open] .mono").waitFor();
    await picture(page, "console-payment");

    await page.getByRole("navigation").getByRole("link", { name: "Sites", exact: true }).click();
    await page.getByRole("link", { name: "Market square" }).first().waitFor();
    await page.getByRole("row").getByText("Connected", { exact: true }).first().waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    await picture(page, "console-sites-phone");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  longTest(
    "[BEY-01] [POR-05] after the hub is killed, vouchers and packages still work; when it is back, it learns everything",
    async () => {
      const { browser, demo: running, sample, data } = demo.current();
      await running.supervisor.kill("hub");
      await fetch(url("hotspot", "/logout"), { redirect: "manual" });

      const { page: buyer } = await openPhone(browser);
      await buyer.goto(url("hotspot"));
      await buyer.getByText(/Vouchers and what you have bought still work/).waitFor();
      // Its cookie is another one. The router knows it, and what it bought lets it in.
      await buyer.getByRole("heading", { name: "You are online" }).waitFor();

      const other = await openPhoneProxy("127.0.0.2");
      const context = await browser.newContext({ viewport: phoneScreen, proxy: other.proxy });
      const page = await context.newPage();
      await page.goto(url("hotspot"));
      await page.getByText("Buying is closed for now").waitFor();
      await picture(page, "portal-hub-away");
      await page.getByPlaceholder("Voucher code").fill(sample.voucherCodes[0] as string);
      await page.getByRole("button", { name: "Use it" }).click();
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      const redeemedByMs = Date.now();
      await context.close();
      other.close();

      await running.supervisor.start(running.specs().hub);
      const owner = await logIn(url("hub", ""), logIns.owner);
      await untilTrue(async () => (await sessions(owner)).length === 3);
      const [voucher, boughtAgain, bought] = await sessions(owner);
      expect(bought).toMatchObject({ state: "ended", cause: "user-request" });
      expect(boughtAgain).toMatchObject({ state: "live", grantId: bought?.grantId });
      expect(voucher).toMatchObject({ state: "live" });
      // The times are those of the site, not of when the hub came to know.
      expect(voucher?.startedAtMs as number).toBeLessThanOrEqual(redeemedByMs);
      expect(bought?.stoppedAtMs as number).toBeLessThanOrEqual(boughtAgain?.startedAtMs as number);
      const { items } = await owner.get<{ items: { state: string; code: string }[] }>("/api/v1/vouchers?limit=100");
      expect(items.find(({ code }) => code === sample.voucherCodes[0])?.state).toBe("used");
      // A second start names vouchers that are still good.
      const again = await loadSample(url("hub", ""), join(data, "sample.json"));
      expect(again).toEqual({ ...sample, voucherCodes: sample.voucherCodes.slice(1) });
    },
  );
});

interface SessionView {
  readonly state: string;
  readonly cause: string | null;
  readonly grantId: string | null;
  readonly startedAtMs: number | null;
  readonly stoppedAtMs: number | null;
}

async function sessions(owner: Awaited<ReturnType<typeof logIn>>): Promise<readonly SessionView[]> {
  return (await owner.get<{ items: SessionView[] }>("/api/v1/sessions")).items;
}

/** Asks again until it holds; the test's own time-out bounds it. */
async function untilTrue(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
}
