/** What every page of the console has: lists, states, the live stream, notices, themes; and the pages about use. */
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { useBusiness, useOwner } from "./test-business.ts";
import { chooseInMenu, chromiumPath, goTo, patience } from "./test-console.ts";

describe.skipIf(chromiumPath === null)("the console's frame, in a browser", () => {
  const console = useBusiness("Mwangaza");
  const owner = useOwner(console);
  const post = (path: string, body: object) =>
    console.hub.call("POST", `/api/v1${path}`, { token: console.business.token, body });
  const path = (id: string) => `/api/v1/sites/${id}`;

  test("[UIX-03] a list is sorted in both directions, searched, and read page by page", async () => {
    const { page } = owner;
    const numbers = Array.from({ length: 55 }, (_, at) => String(at + 1).padStart(2, "0"));
    await Promise.all(numbers.map((number) => post("/customers", { name: `Kamau ${number}` })));
    await goTo(page, "#/customers");
    await page.getByRole("searchbox", { name: "Search" }).fill("kamau");
    await page.getByRole("searchbox", { name: "Search" }).press("Enter");
    const first = page.locator("tbody tr").first();
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    await first.getByText("Kamau 01").waitFor();
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    await first.getByText("Kamau 55").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(50);
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await expect.poll(() => page.locator("tbody tr").count(), patience).toBe(5);
    expect(await page.locator("tbody tr").last().textContent()).toContain("Kamau 01");
  });

  test("[UIX-06] a list that is being read, that failed and that is empty says so", async () => {
    const { page } = owner;
    const held = Promise.withResolvers<void>();
    await page.route("**/api/v1/subscriptions?*", async (route) => {
      await held.promise;
      await route.abort();
    });
    await goTo(page, "#/subscriptions");
    await page.locator('table[aria-busy="true"]').waitFor();
    held.resolve();
    await page.getByRole("alert").getByText("The hub does not answer.", { exact: false }).waitFor();
    await page.unroute("**/api/v1/subscriptions?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".state p").waitFor();
    expect(await page.locator("tbody tr").count()).toBe(0);
  });

  longTest("[UIX-02] the open page's tab is in sight on a phone, also after the phone was turned", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail });
    await page.setViewportSize({ width: 360, height: 740 });
    await goTo(page, "#/refunds");
    const isInSight = () =>
      page.locator('.tabs [aria-current="page"]').evaluate((tab) => {
        const { left, right } = tab.getBoundingClientRect();
        return left >= 0 && right <= innerWidth;
      });
    await expect.poll(isInSight, patience).toBe(true);
    await page.setViewportSize({ width: 1440, height: 740 });
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(isInSight, patience).toBe(true);
    await page.context().close();
  });

  test("[UIX-04] whether changes are heard as they happen is seen, and again after a break", async () => {
    const { page } = await console.open({ email: console.business.accountantEmail });
    const badge = page.locator(".badge.live");
    await badge.getByText("Live").waitFor();
    await page.route("**/api/v1/events", (route) => route.abort());
    await page.reload();
    await badge.getByText("Reconnecting").waitFor();
    await page.unroute("**/api/v1/events");
    await badge.getByText("Live").waitFor();
    await page.context().close();
  });

  test("[UIX-05] a notice shows what was done, and can be closed", async () => {
    const { page } = owner;
    await goTo(page, "#/vouchers");
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=1`);
    await page.getByRole("searchbox", { name: "Look up a code" }).fill(items[0].code);
    await page.getByRole("button", { name: "Search" }).click();
    const row = page.locator("voucher-search").getByRole("row").filter({ hasText: "Switch off" });
    await row.getByRole("button", { name: "Switch off" }).click();
    const notice = page.getByRole("status").filter({ hasText: "Saved" });
    await notice.waitFor();
    await notice.getByRole("button", { name: "Close" }).click();
    await notice.waitFor({ state: "detached" });
  });

  test("[UIX-10] the theme is chosen in the frame, changes at once and is remembered", async () => {
    const { page } = owner;
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await chooseInMenu(page, "theme:light");
    const light = await ground();
    await chooseInMenu(page, "theme:dark");
    await expect.poll(ground, patience).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await page.locator("account-menu button").waitFor();
    expect(await ground()).toBe(dark);
    await chooseInMenu(page, "theme:auto");
    // The phone's own, also when it changes at dusk.
    for (const [colorScheme, colour] of [
      ["light", light],
      ["dark", dark],
      ["light", light],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(ground, patience).toBe(colour);
    }
  });

  test("[UIX-10] who works in the dark prints a report on white paper, in dark ink", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: "#/reports?report=revenue" },
    );
    await chooseInMenu(page, "theme:dark");
    await page.locator("report-view h2").first().waitFor();
    const look = () =>
      page
        .locator("report-view h2")
        .first()
        .evaluate((title) => {
          const cell = getComputedStyle(title);
          const ground = getComputedStyle(document.documentElement).backgroundColor;
          return { ground, ink: cell.color, card: cell.getPropertyValue("--surface") };
        });
    const onScreen = await look();
    await page.emulateMedia({ media: "print" });
    await expect.poll(look, patience).toEqual({ ground: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)", card: "#fff" });
    await page.emulateMedia({ media: "screen" });
    await expect.poll(look, patience).toEqual(onScreen);
    expect(errors).toEqual([]);
  });

  longTest("[BEY-22] [VOU-06] a code is found, its history is shown, and it is sent once more", async () => {
    const { page } = owner;
    await goTo(page, "#/vouchers");
    const { items } = await console.ask(`/vouchers?batchId=${console.business.batchId}&limit=2`);
    await page.getByRole("searchbox", { name: "Look up a code" }).fill(items[1].code);
    await page.getByRole("button", { name: "Search" }).click();
    const trace = page.locator("voucher-trace");
    await trace.getByRole("row").filter({ hasText: "Created" }).waitFor();
    const send = trace
      .locator("action-form")
      .filter({ has: page.getByRole("button", { name: "Send the code", exact: true }) });
    await send.getByRole("textbox", { name: "Phone" }).fill("0722000444");
    await send.getByRole("button", { name: "Send the code", exact: true }).click();
    await page.getByText("The code is on its way.").waitFor();
    await trace.getByRole("row").filter({ hasText: "Sent by SMS" }).getByText("2547***444").waitFor();

    await page.getByRole("searchbox", { name: "Look up a code" }).fill(items[0].code);
    await page.getByRole("button", { name: "Search" }).click();
    // At once: without the event the page would be read again only after half a minute.
    await trace.getByRole("row").filter({ hasText: "Switched off" }).waitFor({ timeout: 10_000 });
    expect(await trace.getByText("Sent by SMS").count()).toBe(0);
  });

  test("another address of the same page shows that other thing", async () => {
    const { page } = owner;
    const { items } = await console.ask("/customers?q=kamau&sort=name&limit=2");
    for (const { customerId, name } of items) {
      await goTo(page, `#/customers/${customerId}`);
      await page.getByRole("heading", { name, exact: true }).waitFor();
    }
  });

  test("typed text stays in its field when the form changes, and appears in no other field", async () => {
    const { page } = owner;
    await goTo(page, "#/channels");
    await page.getByRole("button", { name: "Add a channel" }).click();
    const form = page.locator("channels-page action-form").first();
    await form.getByRole("textbox", { name: /^Name/ }).fill("Another way to pay");
    await form.getByLabel("Paybill number").fill("600999");
    await page.getByLabel("Kind").selectOption({ label: "Stripe" });
    await form.getByLabel("Webhook secret").waitFor();
    expect(
      await form.locator("input").evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
    ).toEqual(["Another way to pay", "", ""]);
  });

  longTest(
    "[VOU-15] [VOU-17] [PLN-03] a batch is made with another price, time and speed than its plan, and its paper has nothing but vouchers",
    async () => {
      const { page } = owner;
      await goTo(page, "#/plans");
      await goTo(page, "#/vouchers");
      await page.getByRole("button", { name: "Make vouchers" }).click();
      const form = page.locator("batch-form");
      await form.getByLabel("How many").fill("3");
      // Of several sites none is chosen for who orders.
      expect(await form.locator("select[name=siteId]").inputValue()).toBe("");
      await form.getByRole("button", { name: "Make vouchers" }).click();
      await form.getByRole("alert").filter({ hasText: "Site" }).waitFor();
      await form.locator("select[name=siteId]").selectOption({ label: "Market square" });
      await form.getByText("More options").click();
      await form.getByLabel("Price (KSh)").fill("35");
      await form.getByLabel("Valid from first use").fill("1.5");
      await form.getByLabel("Speed down").fill("8");
      await form.getByRole("button", { name: "Make vouchers" }).click();
      // Vouchers are made to be printed: the batch opens, and its largest button prints.
      const print = page.getByRole("button", { name: "Print", exact: true });
      await print.waitFor();
      expect((await print.boundingBox())?.height).toBeGreaterThan(50);
      await page.locator("batch-codes").getByText("KSh 35").first().waitFor();
      await page.evaluate(() => {
        window.print = () => document.body.setAttribute("data-printed", "yes");
      });
      await print.click();
      await page.locator("body[data-printed]").waitFor();
      // On paper there are the vouchers alone, black on white, also for who works in the dark.
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.locator(".sheet .voucher").first().waitFor();
      expect(await page.locator(".sheet .voucher:visible").count()).toBe(3);
      expect(await page.locator("nav:visible, header:visible, main-menu:visible, .shut:visible").count()).toBe(0);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe("rgb(255, 255, 255)");
      await page.emulateMedia({ media: null, colorScheme: null });
      const { items } = await console.ask("/vouchers/batches?limit=1");
      expect(items[0]).toMatchObject({ codes: 3, priceCents: 3500, terms: { validitySeconds: 5400, downKbps: 8000 } });
    },
  );

  test("[SYS-12] [UIX-09] the figures of the day follow a sale by themselves", async () => {
    const { page } = owner;
    await goTo(page, "#/");
    const taken = page.locator(".tile").filter({ hasText: "Sales today" }).locator("strong");
    await expect.poll(() => taken.textContent(), patience).toMatch(/^KSh [\d,]+$/);
    const centsOf = (text: string | null) => Number((text ?? "").replaceAll(/\D/g, "")) * 100;
    const before = centsOf(await taken.textContent());
    const { items } = await console.ask("/plans?q=1%20hour");
    const sale = { siteId: console.business.siteId, planId: items[0].planId, phone: "0722000555", pay: "cash" };
    const headers = { "Idempotency-Key": "fresh" };
    await console.hub.call("POST", "/api/v1/payments/purchase", { token: console.business.token, headers, body: sale });
    await expect.poll(async () => centsOf(await taken.textContent()), patience).toBe(before + items[0].priceCents);
  });

  longTest("[RTR-03] a site has a region, a district and coordinates, and is shown on a map", async () => {
    const place = { latitude: -0.0917, longitude: 34.768 };
    await console.hub.call("PATCH", path(console.business.siteId), { token: console.business.token, body: place });
    const { page } = owner;
    await goTo(page, `#/sites/${console.business.siteId}?tab=settings`);
    await page.getByText("Central, Kisumu").waitFor();
    await page.getByText("-0.09170, 34.76800").waitFor();
    expect(await page.getByRole("link", { name: "Show on a map" }).getAttribute("href")).toBe(
      "https://www.openstreetmap.org/?mlat=-0.0917&mlon=34.768#map=16/-0.0917/34.768",
    );
  });

  longTest(
    "[RTR-03] a site's page says how it does: 30 days of its connection, today's sales against a week ago, who is online; what is set stands behind a tab",
    async () => {
      const { siteId, providerId } = console.business;
      const nowMs = console.hub.world.clock.wall().atMs;
      await console.hub.database().asProvider(providerId, async (tx) => {
        const ids = { providerId, siteId };
        const enrolled = { ...ids, publicKey: "k", enrolledAtMs: nowMs - 10 * 86_400_000 };
        await tx
          .insertInto("agents")
          .values(enrolled)
          .onConflict((on) => on.doNothing())
          .execute();
        const hour = 3_600_000;
        await tx
          .insertInto("site_absences")
          .values({ ...ids, fromMs: nowMs - 50 * hour, untilMs: nowMs - 48 * hour })
          .execute();
      });
      const { page } = owner;
      await goTo(page, "#/");
      await goTo(page, `#/sites/${siteId}`);
      await page.getByRole("heading", { name: /^Connected 99\.16 % of the time since \d+ \w+, \d\d:\d\d$/ }).waitFor();
      await page.getByText("Offline 1 time, for 2 h at most.").waitFor();
      const sold = page.locator("site-overview .tile").filter({ hasText: "Sales today" }).locator("strong");
      await expect.poll(() => sold.textContent(), patience).toMatch(/^KSh [1-9]/);
      await page.locator("site-overview bar-chart").waitFor();
      expect(await page.locator("uptime-strip .days span").count()).toBe(30);
      expect(await page.locator("tunnel-card").count()).toBe(0);
      await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Settings" }).click();
      await page.locator("tunnel-card").waitFor();
    },
  );

  longTest("[REP-03] [REP-08] the page about use shows log-ins, devices and bytes, by day and by site", async () => {
    const { page, errors } = owner;
    const nowMs = console.hub.world.clock.wall().atMs;
    await console.hub.database().asProvider(console.business.providerId, async (tx) => {
      const ids = { providerId: console.business.providerId, siteId: console.business.siteId, sessionKey: "seen" };
      const seen = { ...ids, mac: "AA:BB:CC:DD:EE:01", startedAtMs: nowMs, receivedAtMs: nowMs };
      await tx.insertInto("sessions").values(seen).execute();
      const used = { ...ids, day: new Date(nowMs).toISOString().slice(0, 10), grantId: null, onlineSeconds: 60 };
      await tx
        .insertInto("usage_days")
        .values({ ...used, inputBytes: 1_000_000, outputBytes: 4_000_000 })
        .execute();
    });
    await goTo(page, "#/usage");
    await page.getByText("Sent and received by day, 28 days: 5", { exact: false }).first().waitFor();
    await page.locator(".tile").filter({ hasText: "Log-ins" }).getByText("1", { exact: true }).waitFor();
    const row = page.getByRole("row").filter({ hasText: "Market square" });
    await row.getByText("4.00 MB").waitFor();
    expect(errors.filter((text) => !text.includes("ERR_FAILED"))).toEqual([]);
  });
});
