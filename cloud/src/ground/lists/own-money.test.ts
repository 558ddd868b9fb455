/**
 * A provider of each country reads their own money, numbers and signs: every list, page of figures and export of the API is walked, and none of
 * them may speak of Kenya's where nothing Kenyan was sold. A new route is in it without anybody remembering.
 */
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { beforeAll, expect, test } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";

const countries = [
  { currency: "UGX", phone: "0772000111", code: "256", sign: "USh", isCoinless: true },
  { currency: "TZS", phone: "0754000111", code: "255", sign: "TSh", isCoinless: false },
  { currency: "KES", phone: "0722000111", code: "254", sign: "KSh", isCoinless: false },
] as const;
/** Whose answers are of the hub as a whole, name currencies to choose from, or never end (events). Texts have a test of their own. */
const ofTheHub = /^\/api\/v1\/(?:openapi\.json|docs|events|platform|providers|hosts|message-templates|currencies)/;

hubSuite("the money of three countries over the API", { timeout: 30_000 }, (hub) => {
  const businesses = new Map<string, TestProvider>();
  let keys = 0;

  const post = (token: string, path: string, body: object | null) =>
    hub.call("POST", `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": `key-${++keys}` } });

  /** A day of trade: cash, credit, a subscription's customer, an expense, a seller, a refund. */
  async function trade({ currency, phone }: (typeof countries)[number]): Promise<TestProvider> {
    const made = await hub.makeProvider(`Trade ${currency}`, currency);
    const { token } = made;
    const ok = async (path: string, body: object | null) => {
      const answer = await post(token, path, body);
      expect([path, answer.status < 300 ? "" : answer.text]).toEqual([path, ""]);
      return answer.body;
    };
    const { siteId } = (await ok("/sites", { name: "Kiosk" })).site;
    const terms = { validitySeconds: 3600 };
    const { planId } = await ok("/plans", { name: "Hour", priceCents: 500_000, terms });
    const { customerId } = await ok("/customers", { name: "Asha", phone });
    const seller = {
      name: "Musa",
      pin: "482193",
      commissionPermille: 100,
      sites: [{ siteId, floatCents: 5_000_000 }],
    };
    await ok("/sellers", seller);
    await ok("/vouchers/batches", { planId, quantity: 5, siteId });
    const sold = await ok("/payments/purchase", { siteId, planId, phone, pay: "cash" });
    await ok("/payments/purchase", { siteId, planId, phone, pay: "cash" });
    await ok("/refunds", { paymentId: sold.id, method: "cash", reason: "does not want it" });
    await ok("/expenses", { category: "Fuel", amountCents: 250_000, spentOn: "2026-11-01", paidFrom: "cash" }).catch(
      () => null,
    );
    expect(customerId).toBeTruthy();
    return made;
  }

  beforeAll(async () => {
    for (const country of countries) businesses.set(country.currency, await trade(country));
  }, 120_000);

  test.each(inLongRunAll(countries, (_, at) => at === 0))(
    "[PLN-04] [CUS-15] lists, figures and exports of a $currency provider name no other country's money or numbers",
    async ({ currency, code, isCoinless }) => {
      const { token, providerId } = businesses.get(currency) as TestProvider;
      const { body } = await hub.call("GET", "/api/v1/openapi.json");
      const paths = Object.entries(body.paths as Record<string, { get?: object }>)
        .filter(([path, { get }]) => get !== undefined && !path.includes("{") && !ofTheHub.test(path))
        .map(([path]) => path);
      const others = countries.filter((one) => one.currency !== currency);
      const strange = new RegExp(
        others
          .flatMap((one) => [`\\b${one.currency}\\b`, `${one.sign} `, `\\b\\+?${one.code}7\\d*\\*\\*\\*`])
          .join("|"),
      );
      const found: string[] = [];
      let amounts = 0;
      for (const path of paths) {
        const asked = path === "/api/v1/ledger/statement" ? "?account=revenue" : "";
        const answer = await hub.call("GET", `${path}${asked}`, { token });
        if (answer.status !== 200) continue;
        const text = answer.text.replaceAll(providerId, "");
        const hit = strange.exec(text);
        if (hit !== null) found.push(`${path}: ${text.slice(Math.max(0, hit.index - 40), hit.index + 40)}`);
        if (!path.endsWith("/export")) continue;
        const decimals = text.match(/,\d+\.\d\d(?=,|\r|$)/g) ?? [];
        amounts += (text.match(/,5000(?:\.00)?,/g) ?? []).length;
        if (isCoinless && decimals.length > 0) found.push(`${path}: ${decimals[0]} ${text.slice(0, 200)}`);
      }
      expect(found).toEqual([]);
      expect(amounts).toBeGreaterThan(0);
      const { items } = (await hub.call("GET", "/api/v1/payments", { token })).body;
      expect(items.map((each: { currency: string; phone: string }) => [each.currency, each.phone.slice(0, 3)])).toEqual(
        [
          [currency, code],
          [currency, code],
        ],
      );
    },
  );

  test.each(countries)("[MSG-05] the preview of a text speaks of $currency", async ({ currency, sign }) => {
    const { token } = businesses.get(currency) as TestProvider;
    const words = "You paid {amount}.";
    const { body } = await post(token, "/message-templates/preview", { template: "paid", words });
    expect(body.text).toBe(`You paid ${sign} 50.`);
    const { items } = (await hub.call("GET", "/api/v1/message-templates", { token })).body;
    const strange = countries.filter((one) => one.currency !== currency).map((one) => `${one.sign} `);
    for (const { variables } of items)
      for (const other of strange) expect(JSON.stringify(variables)).not.toContain(other);
  });
});
