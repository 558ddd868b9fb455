/** The built portal in a real browser, against the real portal server and a hotspot: what a customer sees and does. */

import { join } from "node:path";
import type { Plan } from "@karibu/protocol/plan";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { chromiumPath } from "@karibu/tools/ci/test-chromium";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { HttpListener } from "../ground/http.ts";
import { listenHttp } from "./http/http-listener.ts";
import { inspect, standsStill, usePortalBrowser } from "./test-browser.ts";
import { createTestPortal, createTestSite, listenHotspot, type TestSite, testPlans } from "./test-portal-site.ts";

/** Where `KARIBU_TEST_PICTURES` names a folder, pictures go there. */
const shots = process.env.KARIBU_TEST_PICTURES;

/** Time that has passed at the agent without anybody having to wait for it. */
let aheadMs = 0;

const world: World = {
  clock: {
    monotonicMs: () => performance.now() + aheadMs,
    wall: () => ({ atMs: Date.now() as ReturnType<World["clock"]["wall"]>["atMs"], quality: "synced" }),
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
  },
  random: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
  log: { debug() {}, info() {}, warn() {}, error() {} },
};

/** Takes away what browsers have learnt since. Chrome 61 knows modules, and no `import()`: `build-portal.test.ts` sees to the syntax. */
function beChrome61(): void {
  const since: [object, string[]][] = [
    [Element.prototype, ["toggleAttribute", "replaceChildren", "checkVisibility"]],
    [Promise.prototype, ["finally"]],
    [Promise, ["allSettled", "any", "withResolvers", "try"]],
    [Array.prototype, ["flat", "flatMap", "at", "findLast", "toSorted", "toSpliced", "toReversed"]],
    [String.prototype, ["at", "matchAll", "replaceAll", "trimStart", "trimEnd", "toWellFormed", "isWellFormed"]],
    [Object, ["fromEntries", "hasOwn", "groupBy"]],
    [URL, ["canParse", "parse"]],
    [
      window,
      [
        "AbortController",
        "AbortSignal",
        "queueMicrotask",
        "structuredClone",
        "WeakRef",

        "ResizeObserver",
      ],
    ],
    [window, ["requestIdleCallback", "visualViewport", "scheduler", "BigInt", "FinalizationRegistry"]],
    [Crypto.prototype, ["randomUUID"]],
    [Document.prototype, ["adoptedStyleSheets"]],
    [CSSStyleSheet.prototype, ["replaceSync", "replace"]],
    [Response.prototype, ["bytes"]],
  ];
  for (const [of, names] of since) for (const name of names) delete (of as Record<string, unknown>)[name];
}

describe.skipIf(chromiumPath === null)("the portal in Chromium", () => {
  const { browser, files } = usePortalBrowser(shots);

  /** One customer at one site; closes all of it, and sees to it that the page had no error. */
  async function atSite(
    options: { width?: number; dark?: boolean; locale?: string; noStorage?: boolean; asOld?: boolean },
    visit: (
      page: Page,
      site: TestSite,
      tools: { context: BrowserContext; url: string; restart(): Promise<void>; stop(): Promise<void> },
    ) => Promise<void>,
    arrange: (site: TestSite) => void = () => {},
  ): Promise<void> {
    const site = createTestSite(world);
    arrange(site);
    const hotspot = await listenHotspot(site);
    let listener: HttpListener | null = await listen(0);
    const { port } = listener;
    const context = await browser().newContext({
      viewport: { width: options.width ?? 390, height: 844 },
      deviceScaleFactor: 2,
      colorScheme: options.dark ? "dark" : "light",
      locale: options.locale ?? "en-KE",
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (/content security policy/i.test(message.text())) faults.push(message.text());
      });
      if (options.asOld) await page.addInitScript(`(${String(beChrome61)})()`);
      if (options.noStorage) {
        await page.addInitScript(() => {
          for (const name of ["localStorage", "sessionStorage"]) {
            Object.defineProperty(window, name, {
              get: () => {
                throw new Error("no storage here");
              },
            });
          }
        });
      }
      const query = new URLSearchParams({ mac: "AA:BB:CC:00:00:01", ip: "10.5.50.20", login: hotspot.loginUrl });
      const url = `http://127.0.0.1:${port}/?${query}`;
      await page.goto(url);
      const stop = async () => {
        await listener?.close();
        listener = null;
      };
      const restart = async () => {
        listener = await listen(port);
      };
      await visit(page, site, { context, url, stop, restart });
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await listener?.close();
      await hotspot.close();
    }

    function listen(port: number): Promise<HttpListener> {
      return listenHttp(createTestPortal(world, site, files()), { port, address: "127.0.0.1", world });
    }
  }

  async function chooseLanguage(page: Page, name: string): Promise<void> {
    await page.locator(".tongues summary").click();
    await page.getByRole("button", { name, exact: true }).click();
  }

  async function shoot(page: Page, name: string): Promise<void> {
    await standsStill(page);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  /** The page came to the front: it asks at once. Where a test is about the page that asks by itself, it waits instead. */
  async function look(page: Page): Promise<void> {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  }

  async function buyOneGigabyte(page: Page): Promise<void> {
    await page.getByRole("button", { name: /Buy 1 GB Daily .*KSh 50/ }).click();
    await page.getByLabel("Your M-Pesa number").fill("0712345678");
    await page.getByRole("button", { name: "Pay KSh 50" }).click();
    await page.getByRole("heading", { name: "Check your phone" }).waitFor();
  }

  test("[POR-01] [POR-02] [POR-03] buying: package, number, 'check your phone', paid, online, without a reload", async () => {
    await atSite({}, async (page, site) => {
      await page.getByRole("button", { name: /Buy 1 GB Daily/ }).waitFor();
      await shoot(page, "01-home");
      await page.evaluate(() => {
        (window as unknown as { marked: boolean }).marked = true;
      });
      await page.getByRole("button", { name: /Buy 1 GB Daily .*KSh 50/ }).click();
      await shoot(page, "02-buy");
      await page.getByRole("button", { name: "Pay KSh 50" }).click();
      await page.getByText("Type the number that pays.").waitFor();
      await page.getByLabel("Your M-Pesa number").pressSequentially("0812345678");
      await page.getByRole("button", { name: "Pay KSh 50" }).click();
      await page.getByText("That is not a Safaricom number").waitFor();
      await shoot(page, "03-buy-wrong-number");
      await page.getByLabel("Your M-Pesa number").fill("");
      await page.getByLabel("Your M-Pesa number").pressSequentially("0712345678");
      expect(await page.getByLabel("Your M-Pesa number").inputValue()).toBe("0712 345 678");
      await page.getByRole("button", { name: "Pay KSh 50" }).click();
      await page.getByRole("heading", { name: "Check your phone" }).waitFor();
      await page.getByText("on 0712 345 678 to pay KSh 50").waitFor();
      await shoot(page, "04-check-phone");
      expect(site.hub.calls[0]).toMatchObject({ method: "start-purchase", params: { phone: "254712345678" } });
      const knownAtMs = performance.now();
      site.settle("paid");
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      // The agent tells the page: no poll is waited for.
      const shownAfterMs = Math.round(performance.now() - knownAtMs);
      console.log(`paid, from the agent's knowledge to "You are online" on the screen: ${shownAfterMs} ms`);
      expect(shownAfterMs).toBeLessThan(1000);
      await page.getByText("M-Pesa receipt UK20ABCDEF").waitFor();
      await page.getByText(/23:59:\d\d/).waitFor();
      await shoot(page, "05-online");
      expect(await page.evaluate(() => (window as unknown as { marked?: boolean }).marked)).toBe(true);
    });
  });

  test.each(
    inLongRunAll(
      [
        ["en", "Check your phone", "Credit on this number is spent first", "You have KSh 20 left here"],
        ["sw", "Angalia simu yako", "Salio la namba hii hutumika kwanza", "Umebakiwa na salio la KSh 20"],
      ] as const,
      ([language]) => language === "sw",
    ),
  )(
    "[PAY-12] who buys hears that credit is spent first, and once it is paid what is left of it: %s",
    async (language, check, first, left) => {
      await atSite({}, async (page, site) => {
        if (language === "sw") await chooseLanguage(page, "Kiswahili");
        await page
          .getByRole("button", { name: /KSh 50/ })
          .first()
          .click();
        await page.locator("#phone").fill("0712345678");
        await page.locator("form.pay button[type=submit]").click();
        await page.getByRole("heading", { name: check }).waitFor();
        await page.getByText(first, { exact: false }).waitFor();
        // Who typed the number is told nothing of what it has.
        expect(await page.getByText("KSh 20").count()).toBe(0);
        expect(site.hub.calls[0]).toMatchObject({ method: "start-purchase", params: { spendsCredit: true } });
        site.settle("paid", null, { creditLeftCents: 2000 });
        await page.getByText(left, { exact: false }).waitFor();
        await page.setViewportSize({ width: 360, height: 740 });
        await shoot(page, `credit-left-${language}`);
      });
    },
  );

  longTest("[POR-03] a phone that went online with a code shows no receipt of what it paid for before", async () => {
    await atSite(
      {},
      async (page, site, { context }) => {
        await buyOneGigabyte(page);
        site.settle("paid");
        await page.getByText("M-Pesa receipt UK20ABCDEF").waitFor();
        const token = (await context.cookies()).find((one) => one.name === "karibu_device")?.value as string;
        site.useUp(token);
        site.hotspotLogOut();
        await look(page);
        await page.getByLabel("Voucher code").fill("4821773016");
        await page.getByRole("button", { name: "Use it" }).click();
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        await page.locator(".online").getByText("1 hour", { exact: true }).waitFor();
        expect(await page.getByText("M-Pesa receipt").count()).toBe(0);
      },
      (site) => {
        site.vouchers.set("4821773016", { plan: testPlans[0] as never, refuse: null, retryAfterSeconds: null });
      },
    );
  });

  const failures = [
    ["cancelled", "The payment was cancelled"],
    ["no-funds", "Not enough money in M-Pesa"],
    ["wrong-pin", "The PIN was wrong"],
    ["pin-locked", "Your M-Pesa is locked"],
    ["unreachable", "Your phone did not answer"],
    ["expired", "The request timed out"],
    ["limit", "This is above your M-Pesa limit"],
    ["busy", "M-Pesa is busy with this number"],
    ["not-sent", "The request did not reach M-Pesa"],
    ["other", "The payment did not go through"],
  ] as const;

  test.each(
    inLongRunAll(
      [failures.slice(1, 2), failures.slice(0, 1), failures.slice(2, 6), failures.slice(6)],
      (_, at) => at === 0,
    ),
  )(
    "[POR-02] each way in which a payment fails has its sentence, and 'try again' keeps the number: %s",
    async (...reasons) => {
      await atSite({ width: 360 }, async (page, site) => {
        await buyOneGigabyte(page);
        for (const [reason, title] of reasons) {
          site.settle("failed", reason);
          await look(page);
          await page.getByRole("heading", { name: title }).waitFor();
          if (reason === "no-funds") await shoot(page, "06-no-funds-360");
          await page.getByRole("button", { name: "Try again" }).click();
          expect(await page.getByLabel("Your M-Pesa number").inputValue()).toBe("0712 345 678");
          await page.getByRole("button", { name: "Pay KSh 50" }).click();
          await page.getByRole("heading", { name: "Check your phone" }).waitFor();
        }
      });
    },
  );

  longTest(
    "[POR-02] after a failure on the owner's side the page offers another package, and an unclear payment is never shown as failed",
    async () => {
      await atSite({}, async (page, site) => {
        await buyOneGigabyte(page);
        site.settle("unknown");
        aheadMs += 95_000;
        await page.reload();
        await page.getByRole("heading", { name: "We are asking M-Pesa" }).waitFor();
        await page.getByText("Do not pay again.").waitFor();
        await shoot(page, "07-unknown");
        aheadMs += 300_000;
        await page.reload();
        await page.getByText("Keep your M-Pesa message and call 0700 123 456.").waitFor();
        await shoot(page, "07-unknown-long");
        site.settle("failed", "merchant-problem");
        await look(page);
        await page.getByRole("heading", { name: "M-Pesa is not working at this place" }).waitFor();
        expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
        await page.getByRole("button", { name: "Choose another package" }).click();
        await page.getByRole("heading", { name: "Karibu" }).waitFor();
      });
    },
  );

  test("[POR-05] a voucher: a wrong code says so at the field, a good one goes online", async () => {
    await atSite(
      { width: 360 },
      async (page) => {
        await page.getByLabel("Voucher code").fill("11112222");
        await page.getByRole("button", { name: "Use it" }).click();
        await page.getByText("codes of other places are not known here").waitFor();
        await page.getByLabel("Voucher code").fill("GUESSED");
        await page.getByRole("button", { name: "Use it" }).click();
        await page.getByText("Wait 3 minutes.").waitFor();
        await page.getByLabel("Voucher code").scrollIntoViewIfNeeded();
        await shoot(page, "08-voucher-wrong-360");
        await page.getByLabel("Voucher code").fill("4821 7730 16");
        await page.getByLabel("Voucher code").press("Enter");
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        await page.getByText("Unlimited Daily").waitFor();
        await shoot(page, "09-online-unlimited-360");
      },
      (site) => {
        site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: null, retryAfterSeconds: null });
        site.vouchers.set("GUESSED", { plan: testPlans[2] as never, refuse: "guessing", retryAfterSeconds: 170 });
      },
    );
  });

  test.each(
    inLongRunAll(
      [
        { locale: "en-KE", language: "en", label: "Voucher code", go: "Use it", wait: "One moment: many people" },
        { locale: "sw-KE", language: "sw", label: null, go: null, wait: "Subiri kidogo: watu wengi" },
      ],
      ({ language }) => language === "en",
    ),
  )(
    "[POR-05] while others guess codes, the page says one moment and goes on by itself ($language)",
    async ({ locale, language, label, go, wait }) => {
      await atSite(
        { width: 360, locale },
        async (page, site) => {
          const field = label === null ? page.locator("#code") : page.getByLabel(label);
          await field.fill("4821 7730 16");
          if (go === null) await field.press("Enter");
          else await page.getByRole("button", { name: go }).click();
          await page.getByText(wait).waitFor();
          expect(await field.getAttribute("aria-invalid")).toBe("false");
          await field.scrollIntoViewIfNeeded();
          await shoot(page, `08-voucher-one-moment-${language}-360`);
          site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: null, retryAfterSeconds: null });
          await page.locator(".ring, [class*=ring]").first().or(page.getByText("Unlimited Daily")).first().waitFor();
        },
        (site) =>
          site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: "one-moment", retryAfterSeconds: 2 }),
      );
    },
  );

  test("[VOU-19] a scanned voucher goes online by itself, and its code is gone from the address", async () => {
    await atSite(
      { width: 360 },
      async (page, _site, { url }) => {
        await page.goto("about:blank");
        await page.goto(`${url}#v=4821773016`);
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        expect(page.url()).not.toContain("4821773016");
      },
      (site) => site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: null, retryAfterSeconds: null }),
    );
  });

  test("[POR-05] with the hub offline, buying is closed with a plain sentence and a voucher still goes online", async () => {
    await atSite(
      {},
      async (page) => {
        await page.getByText("Buying is closed for now").waitFor();
        expect(await page.getByRole("button", { name: /Buying is closed: 1 GB Daily/ }).isDisabled()).toBe(true);
        await shoot(page, "10-hub-away");
        await page.getByLabel("Voucher code").fill("4821773016");
        await page.getByRole("button", { name: "Use it" }).click();
        await page.getByRole("heading", { name: "You are online" }).waitFor();
      },
      (site) => {
        site.hub.state = "away";
        site.vouchers.set("4821773016", { plan: testPlans[1] as never, refuse: null, retryAfterSeconds: null });
      },
    );
  });

  test("[POR-03] a purchase survives a reload, also when the agent has restarted in between", async () => {
    await atSite({}, async (page, site, { stop, restart }) => {
      await buyOneGigabyte(page);
      await page.reload();
      await page.getByRole("heading", { name: "Check your phone" }).waitFor();
      await stop();
      await restart();
      await page.reload();
      await page.getByRole("heading", { name: /Check your phone|We are asking M-Pesa/ }).waitFor();
      site.settle("paid");
      await page.getByRole("heading", { name: "You are online" }).waitFor();
    });
  });

  longTest(
    "[POR-03] a package with time left goes online with one tap; without the agent the page says so and recovers",
    async () => {
      await atSite({}, async (page, site, { context, stop, restart }) => {
        await page.getByRole("heading", { name: "Karibu" }).waitFor();
        const cookie = (await context.cookies()).find((one) => one.name === "karibu_device");
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
        site.grantTo({ token: cookie?.value as string }, testPlans[3] as never);
        await look(page);
        await page.getByRole("heading", { name: "Ready to use" }).waitFor();
        await page.getByText("You are not online yet.").waitFor();
        await shoot(page, "11-available");
        await stop();
        await look(page);
        await page.getByText("We lost the Wi-Fi").waitFor();
        await shoot(page, "12-no-contact");
        await restart();
        await page.getByText("We lost the Wi-Fi").waitFor({ state: "detached" });
        await page.getByRole("button", { name: "Go online" }).click();
        await page.getByRole("heading", { name: "You are online" }).waitFor();
      });
    },
  );

  test.each(
    inLongRunAll(
      [
        ["data-used", "Your data is used up"],
        ["too-many-devices", "Now used on another device"],
        ["expired", "Your time is over"],
      ] as const,
      ([reason]) => reason === "expired",
    ),
  )("[POR-05] online and then %s: the page says so, and what to do next", async (reason, sentence) => {
    await atSite({}, async (page, site, { context }) => {
      await buyOneGigabyte(page);
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      const token = (await context.cookies()).find((one) => one.name === "karibu_device")?.value as string;
      site.online.delete(token);
      site.useUp(token);
      site.ended.set(token, { planName: "1GB-DAILY", reason });
      await look(page);
      await page.getByRole("alert").getByText(sentence).waitFor();
      await page.getByText(/“1 GB Daily” .*choose a package/i).waitFor();
      await inspect(page, `ended: ${reason}`);
      await shoot(page, `18-ended-${reason}`);
    });
  });

  test("[POR-01] the first view needs three files; the rest comes right after it, and is there when the Wi-Fi is worse", async () => {
    await atSite({}, async (page, site, { url }) => {
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(url);
      const files = () => asked.filter((path) => path === "/" || path.startsWith("/assets/"));
      await page.getByRole("button", { name: /Buy 1 GB Daily/ }).waitFor();
      const kinds = files().map((path) => path.replace(/-[0-9a-f]{10}\./, "."));
      expect(kinds.slice(0, 3)).toEqual(["/", "/assets/portal.js", "/assets/en.js"]);
      await expect.poll(() => files().length).toBe(6); // later's script, styles and words
      expect(files().some((path) => path.includes("/sw"))).toBe(false);
      await page.route("**/assets/**", (route) => route.abort());
      await buyOneGigabyte(page);
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "You are online" }).waitFor();
    });
  });

  test("[POR-01] the packages stay where they come: nothing moves below a finger", async () => {
    await atSite({}, async (page, _, { url }) => {
      await page.addInitScript(() => {
        const kept = Object.assign(window, { moved: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) kept.moved += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.route("**/api/state**", async (route) => {
        await page.locator(".ghosts").waitFor();
        await route.continue();
      });
      await page.goto(url);
      await page.getByRole("button", { name: /Buy 1 GB Daily/ }).waitFor();
      // Drawn, so that what moved is told.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      expect(await page.evaluate(() => (window as unknown as { moved: number }).moved)).toBeLessThan(0.02);
    });
  });

  longTest("[POR-01] a page whose later script does not come at first asks again, and shows it", async () => {
    await atSite({}, async (page, _, { url }) => {
      let tries = 0;
      await page.route("**/assets/later-*", (route) => (++tries <= 2 ? route.abort() : route.continue()));
      await page.goto(url);
      await page.getByRole("button", { name: "I already paid" }).click();
      await page.getByLabel("The number that paid").waitFor();
      expect(tries).toBeGreaterThan(2);
    });
  });

  longTest(
    "[POR-01] a page that was opened before the agent's update opens anew, and shows what was asked for",
    async () => {
      await atSite({}, async (page, _, { url }) => {
        let opened = 0;
        page.on("request", (request) => {
          if (request.isNavigationRequest()) opened += 1;
        });
        // The part of its own release, which this agent does not have.
        await page.route("**/assets/later-*.js*", async (route) => {
          if (opened > 1) return route.continue();
          const ofOther = new URL("/assets/later-0000000000.js", route.request().url()).href;
          return route.fulfill({ response: await route.fetch({ url: ofOther }) });
        });
        await page.goto(url);
        await page.waitForEvent("load");
        await page.getByRole("button", { name: "I already paid" }).click();
        await page.getByLabel("The number that paid").waitFor();
        expect(opened).toBe(2);
      });
    },
  );

  longTest(
    "[POR-05] a code that is typed before the later script is there is sent once it is; a phone with a package sees what is for sale meanwhile",
    async () => {
      await atSite(
        { width: 360 },
        async (page, site, { context, url }) => {
          const token = (await context.cookies()).find((one) => one.name === "karibu_device")?.value as string;
          site.grantTo({ token }, testPlans[3] as never);
          let isThere = false;
          await page.route("**/assets/later-*.js*", (route) => (isThere ? route.continue() : route.abort()));
          await page.goto(url);
          await page.getByRole("button", { name: /Buy 1 GB Daily/ }).waitFor();
          await page.locator(".ghosts").waitFor();
          await inspect(page, "home, whose news is on its way");
          await shoot(page, "23-news-on-its-way-360");
          await page.getByRole("button", { name: "Use it" }).click();
          await page.getByText("Type the code on your voucher.").waitFor();
          await page.getByLabel("Voucher code").fill("4821773016");
          await page.getByRole("button", { name: "Use it" }).click();
          await page.getByRole("button", { name: "Checking…" }).waitFor();
          isThere = true;
          await page.getByRole("heading", { name: "You are online" }).waitFor();
        },
        (site) =>
          site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: null, retryAfterSeconds: null }),
      );
    },
  );

  longTest(
    "[POR-03] log-out: the phone goes offline, keeps its package, and one tap brings it online again",
    async () => {
      await atSite({ width: 360 }, async (page, site) => {
        await buyOneGigabyte(page);
        site.settle("paid");
        await look(page);
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        await page.getByRole("button", { name: "Log out this phone" }).click();
        await page.getByRole("heading", { name: "Ready to use" }).waitFor();
        await shoot(page, "21-logged-out-360");
        await page.reload();
        await page.getByRole("heading", { name: "Ready to use" }).waitFor();
        expect(site.online.size).toBe(0);
        await page.getByRole("button", { name: "Go online" }).click();
        await page.getByRole("heading", { name: "You are online" }).waitFor();
      });
    },
  );

  test.each(
    inLongRunAll(
      [
        ["en-KE", "Log out this phone", "Ready to use"],
        ["sw-KE", "Ondoa simu hii mtandaoni", "Tayari kutumika"],
      ],
      (_, at) => at === 1,
    ),
  )("[POR-03] log-out in %s", async (locale, logOut, ready) => {
    await atSite({ locale, dark: true, width: 360 }, async (page, site, { context }) => {
      await page.getByRole("heading", { name: "Karibu" }).waitFor();
      const token = (await context.cookies()).find((one) => one.name === "karibu_device")?.value as string;
      site.grantTo({ token }, testPlans[3] as never);
      await look(page);
      await page.getByRole("heading", { name: ready }).waitFor();
      await page.locator(".available .act").click();
      await page.getByRole("button", { name: logOut }).waitFor();
      await inspect(page, "online with a log-out");
      await page.getByRole("button", { name: logOut }).click();
      await page.getByRole("heading", { name: ready }).waitFor();
    });
  });

  longTest(
    "[POR-05] where M-Pesa does not answer, the voucher field stands below the bad news, and works",
    async () => {
      await atSite(
        { width: 360 },
        async (page, site) => {
          await buyOneGigabyte(page);
          site.settle("failed", "not-sent");
          await look(page);
          await page.getByRole("heading", { name: "The request did not reach M-Pesa" }).waitFor();
          await page.getByLabel("Voucher code").waitFor();
          await inspect(page, "failed with a voucher field");
          await page.getByRole("button", { name: "Try again" }).click();
          // The page hears nothing of the lost connection before the customer taps: all its questions get the answer of before.
          await page.getByRole("button", { name: "Pay KSh 50" }).waitFor();
          const [answer] = await Promise.all([page.waitForResponse(/\/api\/state/), look(page)]);
          const openState = await answer.text();
          await page.route(/\/api\/state/, (route) =>
            route.fulfill({ contentType: "application/json", body: openState }),
          );
          site.hub.state = "away";
          await page.getByRole("button", { name: "Pay KSh 50" }).click();
          await page.getByText("Buying is closed while this place has no connection to M-Pesa.").waitFor();
          await page.getByLabel("Voucher code").waitFor();
          // Then it hears of it: the packages are closed, the voucher field stays.
          await page.unroute(/\/api\/state/);
          await look(page);
          await page.getByText("Buying is closed for now").waitFor();
          await page.getByLabel("Voucher code").fill("4821773016");
          await page.getByRole("button", { name: "Use it" }).click();
          await page.getByRole("heading", { name: "You are online" }).waitFor();
        },
        (site) => {
          site.vouchers.set("4821773016", { plan: testPlans[2] as never, refuse: null, retryAfterSeconds: null });
        },
      );
    },
  );

  longTest.each([
    ["en-KE", /Buy 1 GB Daily/, "Your M-Pesa number", "Pay KSh 50", "That number is too short."],
    ["sw-KE", /Nunua GB 1 kwa siku/, "Namba yako ya M-Pesa", "Lipa KSh 50", "Namba hiyo ni fupi mno."],
  ] as const)(
    "[POR-02] a number with digits missing is called too short, in %s",
    async (locale, buy, label, pay, short) => {
      await atSite({ locale }, async (page, site) => {
        await page.getByRole("button", { name: buy }).click();
        await page.getByLabel(label).fill("0712 345 67");
        await page.getByRole("button", { name: pay }).click();
        await page.getByText(short).waitFor();
        await page.getByLabel(label).fill("0812 345 678");
        await page.getByRole("button", { name: pay }).click();
        await page.getByText("0712 345 678", { exact: false }).first().waitFor();
        await page.getByText(short).waitFor({ state: "detached" });
        expect(site.hub.calls).toEqual([]);
      });
    },
  );

  test.each(
    inLongRunAll(
      [
        {
          dark: false,
          width: 360,
          locale: "en-KE",
          how: "How do you want to pay?",
          missing: "Choose how you want to pay.",
          card: /Card/,
        },
        {
          dark: true,
          width: 390,
          locale: "sw-KE",
          how: "Unataka kulipaje?",
          missing: "Chagua njia ya kulipa.",
          card: /Card/,
        },
      ],
      ({ dark }) => !dark,
    ),
  )(
    "[POR-02] several ways to pay: the customer chooses one, none is guessed from the number ($locale)",
    async (shown) => {
      const channels = [
        { channelId: "mpesa", name: "M-Pesa", paysBy: "phone" as const },
        { channelId: "cards", name: "Card", paysBy: "page" as const },
      ];
      await atSite(
        shown,
        async (page, site) => {
          await page.getByRole("button", { name: /1 GB Daily|GB 1 kwa siku/ }).click();
          await page.getByRole("group", { name: shown.how }).waitFor();
          expect(await page.getByRole("radio", { checked: true }).count()).toBe(0);
          await page.locator("#phone").fill("0712345678");
          await page.locator("#phone").press("Enter");
          await page.getByText(shown.missing).waitFor();
          expect(site.hub.calls).toEqual([]);
          await inspect(page, "ways to pay");
          await shoot(page, `22-ways-to-pay-${shown.locale}`);
          await page.getByRole("radio", { name: shown.card }).check();
          await page.locator("#phone").press("Enter");
          await expect
            .poll(() => site.hub.calls[0])
            .toMatchObject({ method: "start-purchase", params: { channelId: "cards" } });
        },
        (site) => {
          const row = site.rows.site.get("site");
          if (row) site.rows.site.set("site", { ...row, channels });
        },
      );
    },
  );

  longTest("[POR-03] paid after 'stop waiting', the phone goes online without a tap", async () => {
    await atSite({}, async (page, site) => {
      await buyOneGigabyte(page);
      await page.getByRole("button", { name: "Stop waiting" }).click();
      await page.getByText("A payment for 1 GB Daily is still open.").waitFor();
      await shoot(page, "19-stopped-waiting");
      site.settle("paid");
      await page.getByRole("heading", { name: "You are online" }).waitFor();
    });
  });

  test("[POR-06] Swahili and dark, by switch, remembered over a reload", async () => {
    await atSite({ width: 360 }, async (page, site) => {
      await chooseLanguage(page, "Kiswahili");
      await page.getByRole("button", { name: "Rangi za giza" }).click();
      await page.reload();
      await page.getByRole("heading", { name: "Vya leo" }).waitFor();
      expect(
        await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]),
      ).toEqual(["sw", "dark"]);
      await shoot(page, "13-home-swahili-dark-360");
      await page.getByRole("button", { name: /Nunua GB 1 kwa siku/ }).click();
      await page.getByLabel("Namba yako ya M-Pesa").fill("+254 112 345 678");
      await shoot(page, "14-buy-swahili-dark-360");
      await page.getByRole("button", { name: "Lipa KSh 50" }).click();
      await page.getByRole("heading", { name: "Angalia simu yako" }).waitFor();
      await shoot(page, "15-waiting-swahili-dark-360");
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "Uko mtandaoni" }).waitFor();
      await shoot(page, "16-online-swahili-dark-360");
    });
  });

  longTest(
    "[POR-01] a phone that speaks French buys in French; at a provider that chose French, so does one in English",
    async () => {
      await atSite({ width: 360, locale: "fr-CD" }, async (page, site) => {
        await page.getByRole("button", { name: /Acheter 1 Go par jour/ }).click();
        await page.getByLabel("Votre numéro M-Pesa").fill("0712");
        await page.getByRole("button", { name: "Payer KSh 50" }).click();
        await page.getByText("Ce numéro est trop court.", { exact: false }).waitFor();
        await page.getByLabel("Votre numéro M-Pesa").fill("0712345678");
        await page.getByRole("button", { name: "Payer KSh 50" }).click();
        await page.getByRole("heading", { name: "Regardez votre téléphone" }).waitFor();
        site.settle("paid");
        await look(page);
        await page.getByRole("heading", { name: "Vous êtes en ligne" }).waitFor();
        expect(await page.getByRole("link", { name: "Votre forfait" }).getAttribute("href")).toBe("/mine?lang=fr");
      });
      const french = (site: TestSite) => {
        const provider = site.rows.provider.get("provider");
        if (provider !== undefined) site.rows.provider.set("provider", { ...provider, portalLanguage: "fr" });
      };
      await atSite(
        { width: 320, locale: "en-GB" },
        async (page) => {
          await page.getByRole("heading", { name: "Pour aujourd'hui" }).waitFor();
          await chooseLanguage(page, "English");
          await page.getByRole("heading", { name: "For today" }).waitFor();
          expect(await page.locator(".tongues").getAttribute("open")).toBeNull();
        },
        french,
      );
    },
  );

  test("[POR-01] a browser that has no more than Chrome 61 buys and goes online", async () => {
    await atSite({ asOld: true }, async (page, site) => {
      await page.getByRole("button", { name: /1 GB Daily/ }).click();
      await page.locator("#phone").fill("0712345678");
      await page.locator("form.pay button[type=submit]").click();
      await page.getByRole("heading", { name: "Check your phone" }).waitFor();
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      await chooseLanguage(page, "Français");
      await page.getByRole("heading", { name: "Vous êtes en ligne" }).waitFor();
    });
  });

  test("[POR-01] a captive browser without storage sells too, and a phone that speaks Swahili is greeted in it", async () => {
    await atSite({ noStorage: true, locale: "sw-KE" }, async (page, site) => {
      await page.getByRole("button", { name: /Nunua Saa 1/ }).click();
      await page.getByLabel("Namba yako ya M-Pesa").fill("0712345678");
      await page.getByRole("button", { name: "Lipa KSh 10" }).click();
      await page.getByRole("heading", { name: "Angalia simu yako" }).waitFor();
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "Uko mtandaoni" }).waitFor();
    });
  });

  test("[POR-02] a customer who paid already enters the receipt, waits for M-Pesa's answer, and goes online", async () => {
    await atSite({ width: 360 }, async (page, site) => {
      await page.getByRole("button", { name: "I already paid" }).click();
      await page.getByRole("heading", { name: "I already paid" }).waitFor();
      await inspect(page, "claim");
      await shoot(page, "18-claim-360");
      await page.getByRole("button", { name: "Find my payment" }).click();
      await page.getByText("Type the code, or how much you paid.").waitFor();
      await page.getByLabel("The number that paid").pressSequentially("0712345678");
      await page.getByLabel("Code, or the whole message").fill("TJK4XY12AB Confirmed. Ksh50.00 sent to Jirani");
      site.hub.claim = { kind: "refused", reason: "another-payer" };
      await page.getByRole("button", { name: "Find my payment" }).click();
      await page.getByText("That payment came from another phone.").waitFor();
      const planId = testPlans[1]?.planId as string;
      site.hub.claim = { kind: "settled", purchaseId: "by-hand", planId };
      await page.getByRole("button", { name: "Find my payment" }).click();
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      const claims = site.hub.calls.filter(({ method }) => method === "claim-payment");
      expect(claims[0]?.params).toEqual({
        receipt: "TJK4XY12AB Confirmed. Ksh50.00 sent to Jirani",
        phone: "254712345678",
      });
    });
  });

  longTest(
    "[POR-02] a customer who paid cash pastes our message into 'I already paid', and goes online, also with the hub away",
    async () => {
      await atSite({ width: 360 }, async (page, site) => {
        site.vouchers.set("BCDF2345", { plan: testPlans[0] as Plan, refuse: null, retryAfterSeconds: null });
        site.hub.state = "away";
        await look(page);
        await page.getByText("Buying is closed for now").waitFor();
        await page.getByRole("button", { name: "I already paid" }).click();
        const message = "Jirani: you paid KES 10 for 1 hour. Your code is BCDF2345. Type it on the Wi-Fi page";
        await page.getByLabel("Code, or the whole message").fill(message);
        await page.getByRole("button", { name: "Find my payment" }).click();
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        expect(site.hub.calls).toEqual([]);
      });
    },
  );

  longTest.each(
    inLongRunAll(
      [
        [
          "en-KE",
          "I already paid",
          "How much did|No message\\?",
          "Find my payment",
          "We noted your payment",
          "call 0700 123 456",
        ],
        [
          "sw-KE",
          "Nimeshalipa",
          "Huna ujumbe\\?",
          "Tafuta malipo yangu",
          "Tumeandika malipo yako",
          "upige 0700 123 456",
        ],
      ],
      (_, at) => at === 0,
    ),
  )(
    "[POR-02] where no channel can be asked, the customer reads so, and whom to call (%s)",
    async (locale, claim, amount, find, title, advice) => {
      await atSite({ width: 360, locale }, async (page, site) => {
        site.hub.claim = { kind: "asked", noted: true };
        await page.getByRole("button", { name: claim }).click();
        await page.locator("#payer").fill("0712345678");
        await page.getByLabel(new RegExp(amount)).fill("50");
        await page.getByRole("button", { name: find }).click();
        await page.getByRole("heading", { name: title }).waitFor();
        await page.locator("section.card").getByText(advice).waitFor();
        expect(await page.locator("footer a[href^=tel]").getAttribute("href")).toBe("tel:0700123456");
        expect(await page.getByText(/as soon as|zikionekana/).count()).toBe(0);
        await inspect(page, `noted ${locale}`);
        await shoot(page, `claim-noted-${locale}-360`);
      });
    },
  );

  longTest(
    "[POR-02] a customer who waits long can enter the amount; during the query the page says so, in Swahili too",
    async () => {
      await atSite({ width: 360, dark: true, locale: "sw-KE" }, async (page, site) => {
        await page.getByRole("button", { name: /Nunua GB 1 kwa siku/ }).click();
        await page.getByLabel("Namba yako ya M-Pesa").fill("0712345678");
        await page.getByRole("button", { name: "Lipa KSh 50" }).click();
        await page.getByRole("heading", { name: "Angalia simu yako" }).waitFor();
        aheadMs += 100_000;
        await page.reload();
        await page.getByRole("button", { name: "Nimeshalipa" }).click();
        await page.getByLabel("Huna ujumbe? Ulilipa kiasi gani?").fill("fifty");
        await page.getByRole("button", { name: "Tafuta malipo yangu" }).click();
        await page.getByText("Andika kiasi kwa tarakimu").waitFor();
        await page.getByLabel("Huna ujumbe? Ulilipa kiasi gani?").fill("50");
        await page.getByLabel("Namba iliyolipa").fill("0712345678");
        await page.getByRole("button", { name: "Tafuta malipo yangu" }).click();
        await page.getByRole("heading", { name: "Tunauliza M-Pesa" }).waitFor();
        await inspect(page, "asked");
        await shoot(page, "19-claim-asked-swahili-dark-360");
        const claim = site.hub.calls.find(({ method }) => method === "claim-payment");
        const [purchaseId] = [...site.purchases.keys()];
        expect(claim?.params).toEqual({ amountCents: 5000, phone: "254712345678", purchaseId });
        site.settle("paid");
        await look(page);
        await page.getByRole("heading", { name: "Uko mtandaoni" }).waitFor();
      });
    },
  );

  test("[POR-02] a channel with a payment page: the customer is sent there, comes back, and goes online", async () => {
    await atSite({ width: 360 }, async (page, site, { url }) => {
      await buyOneGigabyte(page);
      const [purchase] = [...site.purchases.values()];
      const payAt = `${new URL(url).origin}/captive?the-payment-page`;
      if (purchase) purchase.state = { ...purchase.state, payAt };
      await page.getByRole("heading", { name: "Pay on the next page" }).waitFor();
      await inspect(page, "pay-at");
      await shoot(page, "20-pay-at-360");
      await page.getByRole("link", { name: "Open the payment page" }).click();
      await page.waitForURL(payAt);
      await page.goto(new URL(url).origin);
      await page.getByRole("heading", { name: "Pay on the next page" }).waitFor();
      expect(site.hub.calls[0]?.params).toMatchObject({ returnUrl: `${new URL(url).origin}/` });
      site.settle("paid");
      await look(page);
      await page.getByRole("heading", { name: "You are online" }).waitFor();
    });
  });

  longTest("[POR-01] the back button leads from paying to the packages; nothing for sale says so", async () => {
    await atSite({}, async (page, site) => {
      await page.getByRole("button", { name: /Buy 1 hour/ }).click();
      await page.getByRole("heading", { name: "Pay with M-Pesa" }).waitFor();
      await page.goBack();
      await page.getByRole("heading", { name: "Karibu" }).waitFor();
      site.rows.plan.clear();
      await page.reload();
      await page.getByText("No packages are for sale here yet").waitFor();
      site.rows.site.clear();
      await page.reload();
      await page.getByText("Get a voucher from the people here").waitFor();
      await shoot(page, "17-vouchers-only");
    });
  });

  test.each(
    inLongRunAll(
      [
        { dark: false, width: 390 },
        { dark: true, width: 360 },
      ],
      ({ dark }) => dark,
    ),
  )(
    "[POR-06] axe finds no serious fault on any page (dark: $dark, $width wide), and nothing is wider than the screen",
    async (look) => {
      await atSite(look, async (page, site) => {
        await page.getByRole("button", { name: /Buy 1 GB Daily/ }).waitFor();
        await inspect(page, "home");
        await page.getByRole("button", { name: /Buy 1 GB Daily/ }).click();
        await page.getByRole("button", { name: "Pay KSh 50" }).click();
        await inspect(page, "buy");
        await page.getByLabel("Your M-Pesa number").fill("0712345678");
        await page.getByRole("button", { name: "Pay KSh 50" }).click();
        await page.getByRole("heading", { name: "Check your phone" }).waitFor();
        await inspect(page, "waiting");
        site.settle("failed", "wrong-pin");
        await page.getByRole("heading", { name: "The PIN was wrong" }).waitFor();
        await inspect(page, "failed");
        await page.getByRole("button", { name: "Try again" }).click();
        await page.getByRole("button", { name: "Pay KSh 50" }).click();
        await page.getByRole("heading", { name: "Check your phone" }).waitFor();
        site.settle("paid");
        await page.getByRole("heading", { name: "You are online" }).waitFor();
        await inspect(page, "online");
      });
    },
  );
});
