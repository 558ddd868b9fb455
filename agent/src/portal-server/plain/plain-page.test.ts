/** The portal without scripts: over HTTP, and in a browser that has them switched off. */

import { join } from "node:path";
import { realWorld } from "@karibu/lab/world/real-world";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { chromiumPath } from "@karibu/tools/ci/test-chromium";
import type { Page } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import type { HttpHandler, HttpRequest } from "../../ground/http.ts";
import { listenHttp } from "../http/http-listener.ts";
import { createPortalServer, type PortalParts } from "../portal-server.ts";
import { inspect, standsStill, usePortalBrowser } from "../test-browser.ts";
import {
  createTestPortal,
  createTestSite,
  listenHotspot,
  type TestSite,
  testPlans,
  testSettings,
} from "../test-portal-site.ts";

const shots = process.env.KARIBU_TEST_PICTURES;
const loginUrl = "http://10.5.50.1/login";
const daily = testPlans[1] as (typeof testPlans)[number];

describe("over HTTP", () => {
  let site: TestSite;
  let portal: HttpHandler;
  let world: ReturnType<typeof createSimulatedWorld>;
  const token = "a".repeat(32);

  beforeEach(() => {
    world = createSimulatedWorld();
    site = createTestSite(world);
    open();
  });
  const open = (parts: Partial<PortalParts> = {}) => {
    portal = createPortalServer(world, site.parts(parts), testSettings);
  };

  async function ask(
    fields: Record<string, string> | null,
    more: { token?: string | null; cookie?: string; url?: string; from?: string } = {},
  ) {
    const own = more.token === null ? "" : `karibu_device=${more.token ?? token}`;
    const request: HttpRequest = {
      method: fields === null ? "GET" : "POST",
      url: more.url ?? "/plain",
      headers: { "accept-language": "en", cookie: [own, more.cookie].filter(Boolean).join("; ") },
      body: fields === null ? "" : new URLSearchParams({ lang: "en", login: loginUrl, ...fields }).toString(),
      address: more.from ?? "10.5.50.20",
      at: { address: "10.5.50.2", port: 80 },
    };
    const { status, body, headers } = await portal.handle(request);
    return { status, headers, html: Buffer.from(body).toString("utf8") };
  }
  const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
  const proof = async () => hidden((await ask(null)).html, "proof");

  test("[POR-08] a form of another site, or of another phone, does nothing; nor does a phone that keeps no cookie", async () => {
    site.vouchers.set("GOOD", { plan: daily, refuse: null, retryAfterSeconds: null });
    const other = hidden((await ask(null, { token: "b".repeat(32) })).html, "proof");
    for (const said of ["", "x", other])
      for (const act of ["redeem", "buy", "log-in", "log-out"])
        expect(
          (await ask({ act, proof: said, code: "GOOD", plan: `${daily.planId}~5000`, phone: "0712345678", key: "k" }))
            .status,
        ).toBe(403);
    expect((await ask({ act: "redeem", proof: await proof(), code: "GOOD" }, { token: null })).status).toBe(403);
    expect(site.hub.calls).toEqual([]);
    expect(site.purchases.size).toBe(0);
  });

  test("[POR-08] a code: a wrong one has its sentence, a missing check number too, a good one is posted to the hotspot", async () => {
    const wrong = await ask({ act: "redeem", proof: await proof(), code: "nope" });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain(
      "We do not know this code here. Check each sign, and that it is for this place: codes of other places are not known here.",
    );
    expect((await ask({ act: "redeem", proof: await proof(), code: " " })).html).toContain(
      "Type the code on your voucher.",
    );
    site.vouchers.set("PINNED", { plan: daily, refuse: "wrong-password", retryAfterSeconds: null });
    expect((await ask({ act: "redeem", proof: await proof(), code: "pinned", pin: "1" })).html).toContain(
      "check number",
    );
    site.vouchers.set("12345678", { plan: daily, refuse: null, retryAfterSeconds: null });
    const good = await ask({ act: "redeem", proof: await proof(), code: "1234 5678" });
    expect(good.html).toContain(`action="${loginUrl.replaceAll("/", "/")}"`);
    expect(good.headers["content-security-policy"]).toContain("form-action 'self' http://10.5.50.1");
    expect(site.hotspotLogIn(hidden(good.html, "username"), hidden(good.html, "password"))).toBe(true);
  });

  test("[POR-08] [RTR-31] a code is read as it was typed, also after its turn: another system's may be long, with its password", async () => {
    const code = `aBc_1! ${"s3 cret".repeat(9)}`;
    site.vouchers.set(code, { plan: daily, refuse: "one-moment", retryAfterSeconds: 6 });
    const waits = await ask({ act: "redeem", proof: await proof(), code: ` ${code} ` });
    const cookie = (
      [waits.headers["set-cookie"] ?? []].flat().find((one) => one.startsWith("karibu_turn=")) ?? ""
    ).split(";")[0];
    site.vouchers.set(code, { plan: daily, refuse: null, retryAfterSeconds: null });
    const done = await ask(null, { cookie: cookie ?? "", url: `/plain?lang=en&login=${encodeURIComponent(loginUrl)}` });
    expect(site.hotspotLogIn(hidden(done.html, "username"), hidden(done.html, "password"))).toBe(true);
  });

  test("[POR-08] [POR-05] while others guess, the page comes again by itself with the same code, which stands in no address", async () => {
    site.vouchers.set("GOOD", { plan: daily, refuse: "one-moment", retryAfterSeconds: 6 });
    const waits = await ask({ act: "redeem", proof: await proof(), code: "good" });
    expect(waits.status).toBe(200);
    expect(waits.html).toMatch(/http-equiv="refresh" content="6;url=\/plain\?login=[^"]*lang=en"/);
    expect(waits.html).toContain("One moment: many people are entering codes.");
    expect(waits.html).not.toContain("GOOD");
    const cookie = (
      [waits.headers["set-cookie"] ?? []].flat().find((one) => one.startsWith("karibu_turn=")) ?? ""
    ).split(";")[0];
    const url = `/plain?lang=en&login=${encodeURIComponent(loginUrl)}`;
    const stillWaits = await ask(null, { cookie: cookie ?? "", url });
    expect(stillWaits.html).toContain('http-equiv="refresh" content="6;');
    site.vouchers.set("GOOD", { plan: daily, refuse: null, retryAfterSeconds: null });
    const done = await ask(null, { cookie: cookie ?? "", url });
    expect(site.hotspotLogIn(hidden(done.html, "username"), hidden(done.html, "password"))).toBe(true);
    expect([done.headers["set-cookie"] ?? []].flat()).toContainEqual(
      expect.stringMatching(/^karibu_turn=; .*Max-Age=0/),
    );
  });

  test("[POR-08] the tries of this page and those of the portal share one limit", async () => {
    const mine = await proof();
    const answers = [];
    for (let tries = 0; tries < 9; tries++)
      answers.push((await ask({ act: "redeem", proof: mine, code: `no${tries}` })).status);
    expect(answers.at(-1)).toBe(429);
    const asScript = await portal.handle({
      method: "POST",
      url: "/api/vouchers/redeem",
      headers: { "content-type": "application/json", cookie: `karibu_device=${token}` },
      body: JSON.stringify({ code: "no" }),
      address: "10.5.50.20",
    });
    expect(asScript.status).toBe(429);
  });

  test("[POR-08] buying: a form that is sent twice is one purchase; the page comes again, and tells what came of it", async () => {
    const page = (await ask(null)).html;
    expect(page).not.toContain('http-equiv="refresh"');
    const order = {
      act: "buy",
      proof: hidden(page, "proof"),
      key: hidden(page, "key"),
      plan: `${daily.planId}~${daily.priceCents}`,
    };
    expect((await ask({ ...order, phone: "0812" })).html).toContain("It looks like 0712 345 678.");
    // What was typed and chosen is still there.
    const again = (await ask({ ...order, phone: "0812" })).html;
    expect(again).toContain('value="0812"');
    expect(again).toContain(`value="${order.plan}" required checked`);
    const sent = await ask({ ...order, phone: "0712 345 678" });
    expect([sent.status, sent.headers.location]).toEqual([303, `/plain?login=${encodeURIComponent(loginUrl)}&lang=en`]);
    await ask({ ...order, phone: "0712 345 678" });
    expect(site.purchases.size).toBe(1);
    expect(site.hub.calls[0]).toMatchObject({ params: { phone: "254712345678", expectsCents: daily.priceCents } });
    const waiting = await ask(null, { url: `/plain?login=${encodeURIComponent(loginUrl)}` });
    expect(waiting.html).toMatch(/http-equiv="refresh" content="5;url=\/plain\?login=/);
    expect(waiting.html).toContain("Check your phone");
    site.settle("failed", "wrong-pin");
    world.advance(1000);
    const failed = await ask(null);
    expect(failed.html).toContain("The PIN was wrong");
    expect(failed.html).not.toContain('http-equiv="refresh"');
    expect(failed.html).toContain('value="buy"');
  });

  test.each(["", "HALF"])(
    "[POR-08] [POR-04] the hub answers too late: another tap is the same purchase, and is followed; another package is another one (code: %s)",
    async (promo) => {
      let isLate = true;
      const { hub } = site.parts();
      const late: typeof hub.call = async (rpc, params, deadlineMs) => {
        const answer = await hub.call(rpc, params, deadlineMs);
        if (isLate && rpc.method === "start-purchase") throw new Fault("peer/timeout", "late", { retry: "later" });
        return answer;
      };
      open({ hub: { ...hub, call: late } });
      const formOf = (html: string, more: object = {}) => ({
        ...{ act: "buy", proof: hidden(html, "proof"), key: hidden(html, "key"), phone: "0712 345 678", promo },
        plan: `${daily.planId}~${daily.priceCents}`,
        ...more,
      });
      const agreed = { agreed: "yes" };
      const first = await ask(formOf((await ask(null)).html, agreed));
      expect(first.status).toBe(504);
      expect(first.html).toContain("Tap again: you will not pay twice.");
      let shown = first.html;
      // The price with a code is shown once more.
      if (promo !== "") shown = (await ask(formOf(shown))).html;
      const mistyped = await ask(formOf(shown, { ...agreed, phone: "" }));
      expect(mistyped.status).toBe(400);
      isLate = false;
      const second = await ask(formOf(mistyped.html, { ...agreed, phone: "0712345678" }));
      expect(second.status).toBe(303);
      expect(site.purchases.size).toBe(1);
      const cookie = [second.headers["set-cookie"] ?? []]
        .flat()
        .map((one) => one.split(";")[0])
        .join("; ");
      expect((await ask(null, { cookie })).html).toContain("Check your phone");
      const other = testPlans[0] as (typeof testPlans)[number];
      await ask(formOf(mistyped.html, { ...agreed, plan: `${other.planId}~${other.priceCents}` }));
      expect(site.purchases.size).toBe(2);
    },
  );

  test("[POR-08] what the hotspot said of the phone survives the way from the portal's page", async () => {
    const page = await portal.handle({
      method: "GET",
      url: `/?mac=AA:BB:CC:00:00:01&ip=10.5.50.20&login=${encodeURIComponent(loginUrl)}`,
      headers: {},
      body: "",
      address: "10.5.50.20",
    });
    // Without built files there is no page that loses it.
    expect(page.status).toBe(503);
    const files = new Map([
      ["/", { contentType: "text/html", body: Buffer.from("<p>"), gzip: null, immutable: false, styleHashes: [] }],
    ]);
    open({ files });
    const shown = await portal.handle({
      method: "GET",
      url: `/?mac=AA:BB:CC:00:00:01&login=${encodeURIComponent(loginUrl)}`,
      headers: {},
      body: "",
      address: "10.5.50.20",
    });
    const [cookie = ""] = [shown.headers["set-cookie"] ?? []].flat();
    expect(cookie).toMatch(/; Path=\/plain; .*HttpOnly; SameSite=Lax$/);
    const after = await ask(null, { cookie: cookie.split(";")[0] ?? "" });
    expect(hidden(after.html, "login")).toBe(loginUrl);
  });

  test("[POR-08] [BEY-07] I already paid: by the code of the message; asked, noted, credit and what is missing are each told", async () => {
    const claim = async (fields: Record<string, string>) => ask({ act: "claim", proof: await proof(), ...fields });
    expect((await ask(null)).html).toContain("<summary>I already paid</summary>");
    expect((await claim({})).html).toContain("Type the code, or how much you paid.");
    expect((await claim({ amount: "fifty" })).html).toContain("Type the amount in numbers");
    const wrong = await claim({ phone: "0812", receipt: "TJK4XY12AB" });
    expect([
      wrong.status,
      wrong.html.includes("It looks like 0712 345 678."),
      wrong.html.includes('value="TJK4XY12AB"'),
    ]).toEqual([422, true, true]);
    const paid = { phone: "0712345678", receipt: "TJK4XY12AB Confirmed. Ksh50.00" };
    site.hub.claim = { kind: "asked" };
    const asked = await claim(paid);
    expect(asked.html).toContain("We are asking M-Pesa");
    // The same claim again, by a button.
    expect(hidden(asked.html, "receipt")).toBe(paid.receipt);
    world.advance(60_000);
    site.hub.claim = { kind: "refused", reason: "another-payer" };
    expect((await claim(paid)).html).toContain("That payment came from another phone.");
    site.hub.claim = { kind: "settled", purchaseId: null };
    world.advance(60_000);
    expect((await claim(paid)).html).toContain("We have your money");
    site.hub.claim = { kind: "settled", purchaseId: "by-hand", planId: daily.planId };
    const found = await claim(paid);
    expect([found.status, found.headers.location]).toEqual([
      303,
      `/plain?login=${encodeURIComponent(loginUrl)}&lang=en`,
    ]);
    expect([found.headers["set-cookie"] ?? []].flat().join()).toContain("purchase");
    expect(site.hub.calls.filter(({ method }) => method === "claim-payment").at(-1)).toMatchObject({
      params: { phone: "254712345678", receipt: paid.receipt },
    });
  });

  test("[POR-08] [PLN-12] a discount code: its price is shown first, then paid; the tries share the portal's limit", async () => {
    const order = {
      act: "buy",
      key: "k1",
      plan: `${daily.planId}~${daily.priceCents}`,
      phone: "0712345678",
      promo: "HALF",
    };
    const mine = await proof();
    const shown = await ask({ ...order, proof: mine });
    expect(shown.html).toMatch(/<s>50<\/s> KSh 25/);
    expect(site.purchases.size).toBe(0);
    const fields = {
      plan: hidden(shown.html, "plan"),
      phone: hidden(shown.html, "phone"),
      promo: hidden(shown.html, "promo"),
    };
    const agreed = { ...fields, act: "buy", key: hidden(shown.html, "key"), agreed: hidden(shown.html, "agreed") };
    expect((await ask({ ...agreed, proof: mine })).status).toBe(303);
    expect(site.hub.calls.at(-1)).toMatchObject({
      method: "start-purchase",
      params: { expectsCents: 2500, code: "HALF" },
    });
    const refused = await ask({ ...order, proof: mine, promo: "<b>" });
    expect(refused.html).toContain("This discount code does not work for this package.");
    expect(refused.html).toContain('value="&#60;b&#62;"');
    const answers = [];
    for (let tries = 0; tries < 20; tries++) answers.push((await ask({ ...order, proof: mine })).status);
    expect(answers.at(-1)).toBe(429);
  });

  test("[POR-01] [POR-08] the page is in the first of the browser's languages that there is, or in the provider's", async () => {
    const titleFor = async (accept: string, provider: object = {}) => {
      site.rows.provider.set("provider", { ...(site.rows.provider.get("provider") as object), ...provider } as never);
      const headers = { "accept-language": accept };
      const { body } = await portal.handle({ method: "GET", url: "/plain", headers, body: "", address: "10.5.50.20" });
      return /<html lang="(\w+)">/.exec(Buffer.from(body).toString("utf8"))?.[1];
    };
    expect(await titleFor("fr-RW,fr;q=0.9,en;q=0.8")).toBe("fr");
    expect(await titleFor("rw-RW, rw;q=0.9, fr;q=0.7")).toBe("fr");
    expect(await titleFor("de", { locale: "sw" })).toBe("sw");
    expect(await titleFor("de", { locale: "sw", portalLanguage: "fr" })).toBe("fr");
    // A newer hub may name a language that this site does not have.
    expect(await titleFor("de", { locale: "sw", portalLanguage: "rw" })).toBe("sw");
  });

  test("[POR-08] names from the provider are text", async () => {
    site.rows.provider.set("provider", { ...(site.rows.provider.get("provider") as object), name: "<b>Net" } as never);
    site.rows.plan.set("evil", { ...daily, planId: `"><script>`, name: "<img src=x>" });
    const { html } = await ask(null);
    expect(html).not.toMatch(/<b>Net|<img|"><script/);
    expect(html).toContain("&#60;img");
  });
});

describe.skipIf(chromiumPath === null)("in a browser without scripts", () => {
  const { browser, files } = usePortalBrowser(shots);
  const world = realWorld();

  async function atSite(
    look: { locale: string; colorScheme: "light" | "dark"; scripts?: boolean },
    visit: (page: Page, site: TestSite, url: string) => Promise<void>,
  ): Promise<void> {
    const site = createTestSite(world);
    const hotspot = await listenHotspot(site);
    const listener = await listenHttp(createTestPortal(world, site, files()), { port: 0, address: "127.0.0.1", world });
    const { locale, colorScheme } = look;
    const viewport = { width: 360, height: 740 };
    const context = await browser().newContext({
      locale,
      colorScheme,
      viewport,
      javaScriptEnabled: look.scripts === true,
    });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const query = new URLSearchParams({ mac: "AA:BB:CC:00:00:01", ip: "10.5.50.20", login: hotspot.loginUrl });
      await visit(page, site, `http://127.0.0.1:${listener.port}/?${query}`);
    } finally {
      await context.close();
      await listener.close();
      await hotspot.close();
    }
  }
  async function shoot(page: Page, name: string): Promise<void> {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `plain-${name}.png`), fullPage: true });
  }

  test("[POR-08] from the portal's address it comes by itself: buy, wait, go online, log out", async () => {
    await atSite({ locale: "en-KE", colorScheme: "light" }, async (page, site, url) => {
      await page.goto(url);
      await page.waitForURL("**/plain");
      await page.getByText("1 GB Daily").click();
      await page.getByLabel("Your M-Pesa number").fill("0712345678");
      await page.getByRole("button", { name: "Buy" }).click();
      await page.getByRole("heading", { name: "Check your phone" }).waitFor();
      await shoot(page, "en-waiting");
      site.settle("paid");
      // Nobody taps: the page asks again.
      await page.getByRole("button", { name: "Go online" }).click();
      await page.getByText("You are logged in").waitFor();
      await page.goto(new URL("/plain", url).href);
      await page.getByRole("heading", { name: "You are online" }).waitFor();
      // It is for one device, which this phone is: no door that would say so behind it.
      expect(await page.getByRole("link", { name: "Put a TV or console online" }).count()).toBe(0);
      await shoot(page, "en-online");
      await page.getByRole("button", { name: "Log out this phone" }).click();
      await page.getByRole("link", { name: "Log out this phone" }).click();
      await page.getByText("You have logged out").waitFor();
      expect(site.online.size).toBe(0);
    });
  });

  longTest.each(
    inLongRunAll(
      [
        ["en-KE", "light"],
        ["fr-CD", "light"],
        ["en-KE", "dark"],
        ["sw-KE", "light"],
        ["sw-KE", "dark"],
      ] as const,
      ([locale, colorScheme]) => locale === "sw-KE" && colorScheme === "light",
    ),
  )(
    "[POR-08] [POR-06] %s %s at 360 px: no fault by axe, nothing wider than the screen",
    async (locale, colorScheme) => {
      await atSite({ locale, colorScheme, scripts: true }, async (page, site, url) => {
        const name = `${locale.slice(0, 2)}-${colorScheme}`;
        const plain = url.replace("/?", "/plain?");
        await page.goto(plain);
        await inspect(page, `${name} shop`);
        await shoot(page, `${name}-shop`);
        await page.locator("#code").fill("0000");
        await page.locator("form:has(#code) button").click();
        await page.getByRole("alert").waitFor();
        await inspect(page, `${name} wrong code`);
        await page.locator(".tile label").first().click();
        await page.locator("#phone").fill("0712345678");
        await page.locator("form:has(#phone) button").click();
        await page.getByRole("status").waitFor();
        // Without a script there is no other way to go on by itself.
        await inspect(page, `${name} waiting`, ["meta-refresh"]);
        await shoot(page, `${name}-waiting`);
        site.settle("failed", "no-funds");
        await page.goto(plain);
        await page.locator("#phone").waitFor();
        await standsStill(page);
        await shoot(page, `${name}-failed`);
      });
    },
  );
});
