/** Every page of the console, opened by who may open it: what is cut off, what stays in the other language, what a screen reader stumbles over. */
import { generateKeyPairSync } from "node:crypto";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { admin } from "@karibu/cloud/test-hub";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { seedsOfThisRun } from "../simulation/test-story-seeds.ts";
import { type TestBusiness, useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, complaintsOf, goTo, type OpenPage, picture, settled } from "./test-console.ts";
import { fillPages } from "./test-full-pages.ts";
import { cutOff, drawnFor, examine, nameOf, pathsOf, type Theme, touching } from "./test-page-looks.ts";
import { englishLeft, wideTables } from "./test-page-texts.ts";

const widths = [1440, 360] as const;
/**
 * In this order a page is drawn in English, and language and width change one at a time. Whether something is cut off is looked at in all of them. What
 * a screen reader and the eye need, in one that is drawn for each page, of those where layouts, languages and themes differ most: the table in English
 * by day, the phone's cards in Swahili by night. `npm test` opens an eighth of the pages, which each run draws anew, each in the one that is drawn for
 * it alone. `every-page.long.test.ts` opens each in all six, `every-look.long.test.ts` examines each in all.
 */
const looks = [
  { language: "en", width: 360 },
  { language: "en", width: 768 },
  { language: "en", width: 1440 },
  { language: "sw", width: 1440 },
  { language: "sw", width: 768 },
  { language: "sw", width: 360 },
] as const;
interface Examined {
  readonly language: "en" | "sw";
  readonly width: number;
  readonly theme: Theme;
}
const examined: readonly [Examined, Examined] = [
  { language: "en", width: 1440, theme: "light" },
  { language: "sw", width: 360, theme: "dark" },
];
/** Narrower than that, a table's rows are cards. */
const tablesFrom = 768;
/** Its heads are longer than their column's texts: with sessions in it, the Swahili table of who is online is wider than its place. */
const knownWide = "sw sessions at 1440";
const [seed = 0] = seedsOfThisRun(1, "looks at the console's pages");

describe.skipIf(chromiumPath === null)("every page of the console in a browser", () => {
  const console = useBusiness("Mwangaza");
  let owner: OpenPage;
  beforeAll(async () => {
    await refuseInitiator(console);
    await fillPages(console);
    await widen(console);
    owner = await console.open({ email: console.business.ownerEmail });
  });

  test("[UIX-01] [UIX-02] [UIX-10] an owner opens every page, on a phone and a desktop, light or dark, in both languages: no complaint, nothing cut off, no table that scrolls sideways, no English text that stays, readable by a screen reader", async () => {
    const { page, errors } = owner;
    const addresses = [
      ...pathsOf("owner"),
      `payments/${console.business.paymentId}`,
      `sites/${console.business.siteId}`,
      `set-up/${console.business.siteId}`,
      `router-services/${console.business.siteId}`,
      `customers/${console.business.customerId}`,
      `vouchers/${console.business.batchId}`,
      ...(await partnersOf(console)),
      ...(await careOf(console)),
      `channels/${console.business.channelId}`,
      "ledger/revenue%40KES",
    ];
    expect(await lookAtAll(page, addresses)).toEqual([]);
    expect(errors).toEqual([]);
  }, 400_000);

  test("[UIX-02] a platform admin's pages likewise", async () => {
    const token = await console.hub.adminToken();
    await console.hub.call("POST", "/api/v1/platform/hosts", { token, body: { name: "Nairobi 1" } });
    const { page, errors } = await console.open({ email: admin.email, password: admin.password });
    const paths = [...pathsOf("platform-admin"), `providers/${console.business.providerId}`];
    expect(await lookAtAll(page, paths)).toEqual([]);
    expect(errors).toEqual([]);
  }, 300_000);

  test("[UIX-02] at 1440 px Sell has the customer's plan and one's own sales beside the form, and the money rules have what they do beside them", async () => {
    const { page } = owner;
    await page.setViewportSize({ width: 1440, height: 900 });
    await chooseLanguage(page, "en");
    for (const [address, form, beside] of [
      ["sell", "sell-page .form-card", "sell-page .beside"],
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
    await page.getByText("Of KSh 100 that staff take in cash, KSh 5 is theirs.").waitFor();
  });

  test("[UIX-07] log-in, sign-up and a forgotten password likewise, without a log-in", async () => {
    const page = await console.browser().newPage();
    const errors = complaintsOf(page);
    const problems: string[] = [];
    for (const hash of [
      "",
      "sign-up",
      "forgotten",
      "password/abc",
      "invitation/abc",
      "sign-up/abc",
      "sign-up-invitation/abc",
    ]) {
      await page.goto(`${console.url()}/#/${hash}`);
      await page.getByRole("heading").first().waitFor();
      const name = `guest-${hash.replace("/", "-")}`;
      for (const width of widths) {
        problems.push(...(await cutOff(page, name, width)));
        for (const theme of width === 360 ? ["light", "dark"] : ["light"])
          problems.push(...(await examine(page, `${name}-${width}`, theme)));
      }
    }
    expect(problems).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  }, 200_000);

  test("the keyboard reaches the content first, then the menu, and one sees where one is", async () => {
    const { page } = owner;
    await page.goto(`${console.url()}/#/account`);
    await chooseLanguage(page, "en");
    await page.reload();
    await page.locator("main h1").first().waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatchObject({ text: "Skip to content" });
    for (let at = 0; at < 8; at++) {
      await page.keyboard.press("Tab");
      expect((await focused(page)).outline).not.toBe("none");
    }
  }, 60_000);

  test("[UIX-06] with the hub offline, loaded data stays, and a page without data says so and offers to try again", async () => {
    const { page } = owner;
    await page.goto(`${console.url()}/#/plans`);
    await page.reload();
    await chooseLanguage(page, "en");
    await page.getByText("1 GB Daily").waitFor();
    await page.context().setOffline(true);
    await page.evaluate(() => {
      location.hash = "#/customers";
    });
    await page.getByRole("alert").waitFor();
    await page.getByText("The hub does not answer.", { exact: false }).first().waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Achieng Otieno").waitFor();
  }, 60_000);
});

/** The pages of a reseller who has vouchers, and of a venue with a share. */
async function partnersOf({ hub, business }: TestBusiness): Promise<string[]> {
  const { token, siteId, batchId } = business;
  const call = sureAskerOf(hub, () => token);
  const seller = {
    name: "Duka la Mama Wanjiru",
    phone: "0712 000 111",
    commissionPermille: 125,
    creditLimitCents: 1e9,
  };
  const { resellerId } = await call("POST", "/resellers", seller);
  await call("POST", `/resellers/${resellerId}/hand-overs`, { batchId, codes: 1 });
  const { venueId } = await call("POST", "/venues", { name: "Hoteli ya Baraka", phone: "0712 000 222" });
  await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 150 }] });
  return [`resellers/${resellerId}`, `venues/${venueId}`];
}

/** A ticket, an installation and a thing in stock. */
async function careOf({ hub, business }: TestBusiness): Promise<string[]> {
  const { token, siteId, customerId } = business;
  const call = async (path: string, body: object) => {
    const headers = { "idempotency-key": `care-${path.length}` };
    const answer = await hub.call("POST", `/api/v1/${path}`, { token, body, headers });
    expect([200, 201], answer.text).toContain(answer.status);
    return answer.body;
  };
  const about = {
    subject: "Mtandao haupo",
    kind: "connection",
    priority: "urgent",
    text: "Taa nyekundu",
    customerId,
    siteId,
  };
  const { ticketId } = await call("tickets", about);
  await call("canned-answers", { name: "Restart", text: "Dear {name}" });
  const lead = { name: "Wanjiku Mwangi", phone: "0712 000 444", siteId, latitude: -1.29, longitude: 36.82 };
  const { installationId } = await call("installations", lead);
  const { storeId } = await call("stock-stores", { name: "Duka kuu" });
  const { kindId } = await call("stock-kinds", { name: "SXT Lite5" });
  await call("stock-items/receive", { kindId, place: `store:${storeId}`, serials: "HE508A1B2" });
  const { items } = (await hub.call("GET", "/api/v1/stock-items", { token })).body;
  return [`tickets/${ticketId}`, `installations/${installationId}`, `stock/${items[0].itemId}`];
}

/** What makes tables wide: a refund that waits for approval, with buttons and names; an invoice with two lines. */
async function widen({ hub, business }: TestBusiness): Promise<void> {
  const { token, paymentId } = business;
  const post = async (path: string, body: object) => {
    const headers = { "idempotency-key": `wide-${path.length}` };
    const answer = await hub.call("POST", `/api/v1${path}`, { token, body, headers });
    expect(answer.status, answer.text).toBe(201);
  };
  const reason = "The Wi-Fi was down for the whole evening, says the customer";
  await post("/refunds", { paymentId, method: "cash", amountCents: 500, reason });
  const lines = [
    { text: "Internet for the guest house, November", quantity: 1, unitCents: 250_000 },
    { text: "Router, on loan", quantity: 2, unitCents: 40_000 },
  ];
  await post("/invoices", { customerName: "Lake view guest house", lines });
}

/** The longest that a channel's page says. */
async function refuseInitiator(console: TestBusiness): Promise<void> {
  const { token, providerId, channelId } = console.business;
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const certificate = publicKey.export({ type: "spki", format: "pem" });
  const body = { initiatorName: "teller", initiatorPassword: "secret-1", certificate };
  await console.hub.call("PUT", `/api/v1/channels/${channelId}/initiator`, { token, body });
  const refusal = {
    initiatorCode: "2001",
    initiatorProblem: "2001 The initiator information is invalid.",
    initiatorStoppedAtMs: Date.now(),
  };
  await console.hub
    .database()
    .asProvider(providerId, (tx) =>
      tx.updateTable("channels").set(refusal).where("channelId", "=", channelId).execute(),
    );
}

async function lookAtAll(page: Page, addresses: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  const isOpened = (address: string) => drawnFor(`opened ${address}`, [true, ...Array<boolean>(7).fill(false)], seed);
  for (const address of inLongRunAll(addresses, isOpened)) {
    await chooseLanguage(page, "en");
    await goTo(page, `#/${address}`);
    await page.locator("main h1").first().waitFor();
    await settled(page);
    const name = nameOf(address);
    const drawn = drawnFor(address, examined, seed);
    const isDrawn = ({ language, width }: Pick<Examined, "language" | "width">) =>
      drawn.language === language && drawn.width === width;
    for (const { language, width } of inLongRunAll(looks, isDrawn)) {
      const isNew = (await page.locator("html").getAttribute("lang")) !== language;
      await chooseLanguage(page, language);
      // The API's description names paths and fields, which are English in every language.
      if (isNew && address !== "api")
        problems.push(...(await englishLeft(page)).map((text) => `${address} stays English: ${text}`));
      problems.push(...(await cutOff(page, `${language}-${name}`, width)));
      problems.push(...(await touching(page, `${language}-${name} at ${width}`)));
      if (width >= tablesFrom)
        problems.push(
          ...(await wideTables(page))
            .map((caption) => `${language} ${address} at ${width}: ${caption} scrolls sideways`)
            .filter((problem) => !problem.startsWith(knownWide)),
        );
      if (isDrawn({ language, width }))
        problems.push(...(await examine(page, `${language}-${name}-${width}`, drawn.theme)));
    }
  }
  return problems;
}

/** What has the focus, through every shadow root. */
function focused(page: Page): Promise<{ text: string; outline: string }> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const text = element?.textContent?.trim() ?? "";
    return { text, outline: element === null ? "none" : getComputedStyle(element).outlineStyle };
  });
}
