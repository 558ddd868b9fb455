/** The page of a phone's own packages in a real browser, over a whole site without hub, router API or script. */

import { join } from "node:path";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { languages } from "@karibu/portal/strings/all-words";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { deviceOfToken } from "@karibu/protocol/device-key";
import type { BatchBody, ProviderBody, SiteBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { isLongRun } from "@karibu/protocol/test-long-run";
import { chromiumPath } from "@karibu/tools/ci/test-chromium";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Device } from "../../access/portal-access.ts";
import { createTestSite as createAccessSite, logInRequest, reportOf } from "../../access/test-site.ts";
import type { HostTable } from "../../ground/host-table.ts";
import type { HttpListener, HttpRequest } from "../../ground/http.ts";
import { purchaseCookie } from "../customer/purchase-cookie.ts";
import { listenHttp } from "../http/http-listener.ts";
import { createPortalServer } from "../portal-server.ts";
import { inspect, standsStill, usePortalBrowser } from "../test-browser.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";

const shots = process.env.KARIBU_TEST_PICTURES;
const batch: BatchBody = {
  ...plainBatch,
  planName: "5GB-WEEKLY",
  terms: {
    ...unlimitedTerms,
    validitySeconds: seconds(604_800),
    dataBytes: bytes(5_000_000_000),
    downKbps: kbps(5000),
    devices: 2,
  },
};
const codeOf = (serial: number) => encodeVoucherCode(batch, serial);
const tokenOf = (number: number) => number.toString(16).padStart(32, "0");
const phone = (number: number): Device => ({
  token: tokenOf(number),
  mac: `02:00:00:00:00:0${number}`,
  address: `10.5.50.${number}`,
});
const provider: ProviderBody = {
  name: "Jirani <b>Networks</b>",
  currency: "KES",
  locale: "en",
  utcOffsetMinutes: 180,
  supportPhone: null,
  bridge: { seconds: seconds(1800), dataBytes: bytes(100_000_000) },
  codeGuard: { mayPause: true, mayPin: true, movesPerDay: 4 },
  customerPage: "/my/p1/",
};

/** Phones are known by their cookies alone: this site's router has no API. */
function openSite() {
  const world = createSimulatedWorld();
  const access = createAccessSite(world);
  const site: SiteBody = { siteId: "s1", name: "Mwangaza Café", interimSeconds: seconds(60), sellsOnline: false };
  access.put({ kind: "provider", key: "provider", body: provider });
  access.put({ kind: "site", key: "site", body: site });
  access.put({ kind: "batch", key: "b1", body: batch });
  const { portalAccess, ownGrants, feed } = access;
  const parts = createTestSite(world).parts({ access: portalAccess, ownGrants, feed });
  async function goOnline(device: Device, serial: number): Promise<string> {
    const redeemed = await portalAccess.redeem(codeOf(serial), device);
    if (redeemed.kind === "refused") throw new Error(redeemed.reason);
    const { grantId } = redeemed;
    const { username, password } = portalAccess.issueLogIn(grantId, device);
    access.access.logIn(logInRequest(username, password, device));
    const { mac, address } = device;
    await access.access.account(reportOf("start", { sessionId: device.token, user: username, grantId, mac, address }));
    return grantId;
  }
  return { world, access, parts, goOnline };
}
const settings = { ...testSettings, hubUrl: "https://hub.example.com" };

describe("over HTTP", () => {
  function serve() {
    const site = openSite();
    const portal = createPortalServer(site.world, site.parts, settings);
    const ask = async (method: string, body: Record<string, string> | null, token: string | null, more = "") => {
      const request: HttpRequest = {
        method,
        url: "/mine",
        headers: { ...(token === null ? {} : { cookie: `karibu_device=${token}${more}` }), "accept-language": "en" },
        body: body === null ? "" : new URLSearchParams(body).toString(),
        address: "127.0.0.1",
      } as HttpRequest;
      const { status, body: answer, headers } = await portal.handle(request);
      return { status, html: Buffer.from(answer).toString("utf8"), headers };
    };
    const proofOf = async (token: string) =>
      /name="proof" value="([0-9a-f]{32})"/.exec((await ask("GET", null, token)).html)?.[1] ?? "";
    return { ...site, ask, proofOf };
  }

  test("[CUS-11] a phone without anything is told nothing of others, and can't act on their packages by name", async () => {
    const site = serve();
    const grantId = await site.goOnline(phone(1), 1);
    const words = languages.en.pages.own;
    const stranger = await site.ask("GET", null, tokenOf(2));
    expect(stranger.html, "its phone may be online by another browser").toContain(words.nothingInBrowser);
    expect(stranger.html).not.toContain(grantId);
    const proof = await site.proofOf(tokenOf(2));
    const before = site.access.log.records.length;
    for (const act of ["give", "off", "pause", "go-on", "pin", "no-pin", "steal"]) {
      const answer = await site.ask("POST", { act, proof, grant: grantId, chosen: "4711", device: "x" }, tokenOf(2));
      expect([400, 409]).toContain(answer.status);
      const guessed = await site.ask("POST", { act, proof, grant: "v.b1.99", chosen: "4711", device: "x" }, tokenOf(2));
      expect(guessed.html, "the same answer for what exists and what does not").toBe(answer.html);
    }
    expect(site.access.log.records.length).toBe(before);
  });

  test("[CUS-11] where the router says whose phone it is, another browser of it shows its package, and a stranger's shows none", async () => {
    const site = openSite();
    await site.goOnline(phone(1), 1);
    const hosts: HostTable = {
      listing: () => "listed",
      macOf: async (address) => ({ kind: "known", mac: phone(Number(address.at(-1))).mac as string }),
    };
    const portal = createPortalServer(site.world, { ...site.parts, hosts }, settings);
    const from = async (address: string) => {
      const headers = { "accept-language": "en" };
      const { body } = await portal.handle({ method: "GET", url: "/mine", headers, body: "", address });
      return Buffer.from(body).toString("utf8");
    };
    expect(await from("10.5.50.1")).toContain("5 GB Weekly");
    const stranger = await from("10.5.50.2");
    expect(stranger).toContain(languages.en.pages.own.nothing);
    expect(stranger).not.toContain("5 GB Weekly");
  });

  test("[CUS-11] the data that is left stands in the unit in which the package is round, as on the portal", async () => {
    const site = serve();
    const grantId = await site.goOnline(phone(1), 1);
    const [device, mac] = [phone(1), phone(1).mac];
    const used = { sessionId: device.token, user: "u", grantId, mac, address: device.address, input: 2816 };
    await site.access.access.account(reportOf("interim", used));
    expect((await site.ask("GET", null, tokenOf(1))).html).toContain("<dd>4.99 GB</dd>");
  });

  test("[CUS-11] the end of a package is in the site's time, and names its zone: the phone may have another one", async () => {
    const site = serve();
    await site.goOnline(phone(1), 1);
    const { html } = await site.ask("GET", null, tokenOf(1));
    expect(html).toMatch(/<dd>[\d. ]*\d\d:\d\d \(UTC\+3\)<\/dd>/);
  });

  test("[CUS-11] a form of another page knows no proof, one phone's proof is none for another, and names are text", async () => {
    const site = serve();
    const grantId = await site.goOnline(phone(1), 1);
    for (const proof of ["", "x", await site.proofOf(tokenOf(2))])
      expect((await site.ask("POST", { act: "pause", proof, grant: grantId }, tokenOf(1))).status).toBe(403);
    expect((await site.ask("POST", { act: "pause", proof: "", grant: grantId }, null)).status).toBe(403);
    expect(site.access.state.guards.size).toBe(0);
    const page = await site.ask("GET", null, tokenOf(1));
    expect(page.html).not.toContain("<b>Networks");
    expect(page.html).toContain("&#60;b&#62;Networks");
    expect(page.html).not.toContain("<script");
    expect(page.headers["content-security-policy"]).toContain("form-action 'self'");
    expect(page.html).toContain(`href="https://hub.example.com/my/p1/"`);
  });

  test("[CUS-11] who gives away what they just bought does not get it back by the page that waits for the purchase", async () => {
    const site = serve();
    const terms = { ...batch.terms, devices: 1 };
    const grant = { grantId: "g-1", origin: "purchase", planName: "Week", terms, revokedAtMs: null, unverified: false };
    const body = { grant: { ...grant, startedAtMs: null, endsAtMs: null }, purchaseId: "p-1", phoneHash: null };
    site.access.put({ kind: "grant", key: "g-1", body });
    const portal = createPortalServer(site.world, site.parts, { ...settings, purchaseKey: "k" });
    const state = (cookie: string) =>
      portal.handle({ method: "GET", url: "/api/state", headers: { cookie }, body: "", address: "127.0.0.1" } as never);
    const submit = (token: string, body: Record<string, string>) =>
      portal.handle({
        at: { address: "10.5.50.2", port: 80 },
        method: "POST",
        url: "/mine",
        headers: { cookie: `karibu_device=${token}`, "accept-language": "en" },
        body: new URLSearchParams(body).toString(),
        address: "127.0.0.1",
      } as never);
    const [giver, taker] = [tokenOf(1), tokenOf(2)];
    const cookie = purchaseCookie("k", { purchaseId: "p-1", planId: "plan" }, { device: { token: giver } } as never);
    await state(`karibu_device=${giver}; ${cookie.split(";")[0]}`);
    const holders = () => site.access.state.slots.get("g-1")?.map(({ device }) => device);
    expect(holders()).toEqual([deviceOfToken(giver)]);
    const given = await submit(giver, { act: "give", grant: "g-1", proof: await site.proofOf(giver) });
    expect(String(given.headers["set-cookie"])).toContain("karibu_purchase=; Path=/; Max-Age=0");
    const shown = Buffer.from(given.body).toString("utf8");
    expect(shown).toContain('class="scan"');
    const code = /code-given">([\d ]+)</.exec(shown)?.[1] ?? "";
    await submit(taker, { act: "here", code, proof: await site.proofOf(taker) });
    expect(holders()).toEqual([deviceOfToken(taker)]);
    await state(`karibu_device=${giver}`);
    expect(holders()).toEqual([deviceOfToken(taker)]);
  });

  test("[CUS-11] [POR-05] while others guess, the page comes again by itself with the same code, which stands in no address, and is looked at once", async () => {
    const site = serve();
    await site.goOnline(phone(1), 1);
    const guess = (at: number) =>
      site.parts.access.redeem(`99${at}`, {
        ...phone(at),
        token: tokenOf(at),
        mac: `02:00:00:00:01:${at.toString(16)}`,
      });
    // More than a quiet time's 200 wrong codes at once.
    for (let at = 16; at < 256; at++) await guess(at);
    const asked = { act: "here", code: codeOf(2), pin: "", proof: await site.proofOf(tokenOf(2)), lang: "en" };
    const waits = await site.ask("POST", asked, tokenOf(2));
    expect(waits.html).toMatch(/http-equiv="refresh" content="\d+;url=\/mine\?lang=en"/);
    expect(waits.status).toBe(200);
    expect(waits.html).toContain("One moment: many people are entering codes.");
    expect(waits.html).not.toContain(codeOf(2));
    const cookies = [waits.headers["set-cookie"] ?? []].flat();
    const turn = cookies.find((one) => one.startsWith("karibu_turn=")) ?? "";
    expect(turn).toMatch(/; Path=\/mine; Max-Age=60; HttpOnly; SameSite=Strict$/);
    const again = () => site.ask("GET", null, tokenOf(2), `; ${turn.split(";")[0]}`);
    expect((await again()).html).toContain('http-equiv="refresh"');
    site.world.advance(60_000);
    const done = await again();
    expect(done.html).toContain(languages.en.pages.own.moved);
    expect(done.html).not.toContain('http-equiv="refresh"');
    expect([done.headers["set-cookie"] ?? []].flat()).toContainEqual(
      expect.stringMatching(/^karibu_turn=; Path=\/mine; Max-Age=0/),
    );
    expect([...site.access.state.slots].flatMap(([, slots]) => slots.map(({ device }) => device))).toContain(
      deviceOfToken(tokenOf(2)),
    );
  });

  test("[CUS-11] who tries codes there meets the visitor's limit and the guesser's", async () => {
    const site = serve();
    const proof = await site.proofOf(tokenOf(2));
    const statuses: number[] = [];
    for (let tries = 0; tries < 140; tries++)
      statuses.push((await site.ask("POST", { act: "here", proof, code: `99${tries}`, pin: "" }, tokenOf(2))).status);
    expect(statuses[0]).toBe(409);
    expect(statuses.at(-1)).toBe(429);
  });
});

const looks = (["en", "sw", "fr"] as const).flatMap((language) =>
  (["light", "dark"] as const).map((colorScheme) => ({ language, colorScheme })),
);

// What it does, the tests above show by HTTP.
describe.runIf(isLongRun && chromiumPath !== null)("in Chromium at 360 px", () => {
  const { browser, files } = usePortalBrowser(shots);

  test.each(looks)(
    "[CUS-11] [CUS-18] /mine, $language, $colorScheme: what is left, a code for another phone, a PIN, a pause, and on again; without script and storage",
    async ({ language, colorScheme }) => {
      const site = openSite();
      const portal = createPortalServer(site.world, { ...site.parts, files: files() }, settings);
      const server: HttpListener = await listenHttp(portal, { port: 0, address: "127.0.0.1", world: site.world });
      const base = `http://127.0.0.1:${server.port}`;
      const words = languages[language].pages.own;
      const open = async (token: string): Promise<Page> => {
        const context = await browser().newContext({
          viewport: { width: 360, height: 640 },
          locale: `${language}-KE`,
          colorScheme,
        });
        await context.addCookies([{ name: "karibu_device", value: token, url: base }]);
        // As in a captive browser without storage.
        await context.addInitScript(() => {
          const none = {
            get: () => {
              throw new Error("no storage");
            },
          };
          Object.defineProperty(window, "localStorage", none);
          Object.defineProperty(window, "sessionStorage", none);
        });
        const page = await context.newPage();
        page.setDefaultTimeout(15_000);
        await page.goto(`${base}/mine`);
        return page;
      };
      const look = async (page: Page, name: string) => {
        await inspect(page, name);
        await standsStill(page);
        const file = `${name}-${language}-${colorScheme}.png`;
        if (shots !== undefined) await page.screenshot({ path: join(shots, file), fullPage: true });
      };
      const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();
      const unfold = (page: Page, title: string) => page.locator("summary", { hasText: title }).first().click();
      try {
        await site.goOnline(phone(1), 1);
        const mine = await open(tokenOf(1));
        await mine.getByText(words.online).waitFor();
        await look(mine, "mine");
        // Each language stands on one line of its menu.
        await mine.locator(".tongues summary").click();
        const tall = await mine
          .locator(".tongues a")
          .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().height));
        expect(tall.length).toBeGreaterThan(1);
        expect(Math.max(...tall)).toBeLessThan(60);
        await mine.locator(".tongues summary").click();
        await unfold(mine, words.give);
        await press(mine, words.giveGo);
        const shown = (await mine.locator(".code-given").textContent()) ?? "";
        expect(shown).toMatch(/^\d{4} \d{4}$/);
        await look(mine, "mine-given");
        const other = await open(tokenOf(2));
        await other.getByText(words.nothingInBrowser).waitFor();
        await look(other, "mine-nothing");
        await other.getByLabel(words.code, { exact: true }).fill(shown);
        await press(other, words.hereGo);
        await other.getByText(words.moved).waitFor();
        await mine.reload().catch(() => null);
        await mine.goto(`${base}/mine`);
        await mine.getByText(words.nothingInBrowser).waitFor();

        await unfold(other, words.pin);
        await other.getByLabel(words.pinNew).fill("1234");
        await press(other, words.pinSet);
        await other.getByText(words.refusals["bad-pin"]).waitFor();
        await unfold(other, words.pin);
        await other.getByLabel(words.pinNew).fill("4711");
        await press(other, words.pinSet);
        await other.getByText(words.done.pin).waitFor();
        await unfold(other, words.pause);
        await press(other, words.pause);
        await other.getByText(words.done.paused).waitFor();
        await look(other, "mine-paused");
        await other.getByLabel(words.yourPin).first().fill("4712");
        await press(other, words.resume);
        await other.getByText(words.refusals["wrong-pin"]).waitFor();
        await other.getByLabel(words.yourPin).first().fill("4711");
        await press(other, words.resume);
        await other.getByText(words.done.resumed).waitFor();

        await mine.getByLabel(words.code, { exact: true }).fill(codeOf(1));
        await mine.getByLabel(words.pinIfAny).fill("4711");
        await press(mine, words.hereGo);
        await mine.getByText(words.moved).waitFor();
        await unfold(mine, words.takeOff);
        await mine.getByLabel(words.yourPin).first().fill("4711");
        await look(mine, "mine-devices");
        await press(mine, words.takeOff);
        await mine.getByText(words.done.off).waitFor();
      } finally {
        for (const context of browser().contexts()) await context.close();
        await server.close();
      }
    },
  );
});
