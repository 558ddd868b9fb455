/** Secrets in answers: who may not see one gets a mask, and each reading by who may stands in the audit log. */
import { beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { samplesOfModules } from "../../modules/test-all-modules.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";

/** Fields that name a secret, or what opens like one. */
const secretName = /^code$|Code$|token$|secret$|password$|^pin$|key$|^link$|Url$|^url$|^text$|^addresses$/i;

/** Answers with a field of such a name that is no secret, each with the reason. */
const noSecrets: Readonly<Record<string, string>> = {
  "/api/v1/accounts/{accountId}: weakPassword": "whether it is easily guessed, and not how",
  "/api/v1/accounts: weakPassword": "the same",
  "/api/v1/routers/{siteId}/health: text": "sentences of the doctor: rules, ports and MACs, no name of a customer",
  "/api/v1/portal-notices/{noticeId}: link": "where an advert leads: everybody at the portal sees it",
  "/api/v1/portal-notices: link": "the same",
  "/api/v1/promotions/{promotionId}: hasCode, code":
    "a discount for whoever hears of it; shown to those alone who see codes",
  "/api/v1/promotions: hasCode, code": "the same",
  "/api/v1/channels: shortcode": "a paybill's number",
  "/api/v1/customer-page: url": "where customers find their page",
  "/api/v1/invoices/{id}: text": "what a line of an invoice is for",
  "/api/v1/invoices: text": "the same",
  "/api/v1/ledger/entries: key": "what an entry is about",
  "/api/v1/ledger/statement: key": "the same",
  "/api/v1/my/{provider}/overview: code": "the customer's own, to this customer",
  "/api/v1/own-sales/{id}/refund: problemCode": "of a problem",
  "/api/v1/own-sales/{id}: code": "to who sold it and was told it then",
  "/api/v1/payments: code": "null in the list",
  "/api/v1/platform/health: text, adviceCode": "sentences",
  "/api/v1/refunds/options: problemCode": "of a problem",
  "/api/v1/reports/double-use: code": "used, twice",
  "/api/v1/restores/rows: key": "the id of a batch or grant",
  "/api/v1/reports/devices-twice: sessionKey": "names a session",
  "/api/v1/sessions/{siteId}/{sessionKey}: sessionKey, voucherCode": "in use",
  "/api/v1/sessions: sessionKey, voucherCode": "in use",
  "/api/v1/sites/{siteId}/router-services: addresses": "of monitors",
  "/api/v1/sites/{siteId}/hosting: radiusSecret": "null: only the PUT answers it",
  "/api/v1/sites/{siteId}/tunnel: hubPublicKey, publicKey, nextPublicKey": "public keys",
  "/api/v1/vouchers/bulk/{jobId}: code": "of a problem",
  ...Object.assign({}, ...samplesOfModules.map((module) => module.noSecrets ?? {})),
};

hubSuite("answers that tell secrets", (hub) => {
  let mine: TestProvider;
  let keys = 0;
  const people: Record<string, string> = {};
  const ids: Record<string, string> = {};

  const call = (method: string, path: string, token: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, {
      token,
      headers: { "Idempotency-Key": `key-${++keys}` },
      ...(body === undefined ? {} : { body }),
    });
  const make = async (path: string, body: object) => {
    const answer = await call("POST", path, mine.token, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  const readings = async (path: string): Promise<number> => {
    const action = encodeURIComponent(`GET /api/v1${path}`);
    const { items } = (await call("GET", `/audit?action=${action}&limit=100`, mine.token)).body;
    return items.reduce((sum: number, entry: { readings: number }) => sum + entry.readings, 0);
  };

  beforeAll(async () => {
    mine = await hub.makeProvider("Told");
    const { siteId } = (await make("/sites", { name: "Harbour" })).site;
    const [plan] = (await call("GET", "/plans", mine.token)).body.items;
    const batch = await make("/vouchers/batches", { planId: plan.planId, siteId, quantity: 3 });
    const voucher = (await call("GET", `/vouchers?batchId=${batch.batchId}`, mine.token)).body.items[0];
    const channel = await make("/channels", {
      kind: "mpesa-paybill",
      environment: "sandbox",
      shortcode: "600100",
      passkey: "planted-passkey-1",
      consumerKey: "planted-consumer-key-1",
      consumerSecret: "planted-consumer-secret-1",
    });
    const stripe = await make("/channels", {
      kind: "stripe",
      environment: "sandbox",
      secretKey: "sk_planted_stripe_key",
      webhookSecret: "whsec_planted_webhook",
    });
    await make(`/channels/${channel.id}/message-address`, {});
    const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
    await make("/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    await make(`/vouchers/${encodeURIComponent(voucher.voucherId)}/send`, { phone: "0712345678" });
    const message = (await call("GET", "/messages", mine.token)).body.items[0];
    const sale = await make("/payments/purchase", { siteId, planId: plan.planId, pay: "cash" });
    const { code: saleCode } = await make(`/payments/${sale.id}/code`, {});
    expect(saleCode).toMatch(/^\w{8,}$/);
    Object.assign(ids, {
      voucher: voucher.voucherId,
      code: voucher.code,
      batch: batch.batchId,
      channel: channel.id,
      stripe: stripe.id,
      message: message.id,
      sale: sale.id,
      saleCode,
    });
    for (const role of ["read-only", "accountant", "support", "manager"]) {
      const email = `${role}@told.test`;
      await make("/users", { name: role, email, role, password: ownerPassword });
      people[role] = await hub.logIn(email, ownerPassword);
    }
    people.owner = mine.token;
    const platform = await hub.adminToken();
    for (const readOnly of [true, false]) {
      const asked = { reason: "they asked for help", readOnly };
      const visit = await call("POST", `/providers/${mine.providerId}/impersonate`, platform, asked);
      people[readOnly ? "support access" : "support access with changes"] = visit.body.token;
    }
  }, 120_000);

  /** The path with a place for the id, how it is asked, what must not be told to whom, and who reads it. */
  const told = () => [
    { path: "/vouchers", as: `/vouchers?batchId=${ids.batch}`, secret: ids.code as string, to: ["owner", "manager"] },
    {
      path: "/vouchers/{voucherId}",
      as: `/vouchers/${ids.voucher}`,
      secret: ids.code as string,
      to: ["owner", "manager"],
    },
    {
      path: "/vouchers/batches/{batchId}/codes",
      as: `/vouchers/batches/${ids.batch}/codes`,
      secret: ids.code as string,
      to: ["owner", "manager"],
    },
    { path: "/messages/{id}", as: `/messages/${ids.message}`, secret: '"text"', to: ["owner", "manager"] },
    {
      path: "/payments/{id}",
      as: `/payments/${ids.sale}`,
      secret: ids.saleCode as string,
      to: ["owner", "manager", "support"],
    },
    { path: "/channels/{id}", as: `/channels/${ids.channel}`, secret: "/hooks/k/", to: ["owner"] },
    { path: "/channels/{id}", as: `/channels/${ids.stripe}`, secret: "/hooks/k/", to: ["owner"] },
    {
      path: "/channels/{id}/message-address",
      as: `/channels/${ids.channel}/message-address`,
      secret: "/hooks/k/",
      to: ["owner"],
    },
    { path: "/message-senders", as: "/message-senders", secret: "/hooks/m/", to: ["owner"] },
  ];

  test("[TEN-07] a secret is told to who may see it, and each such reading is audited; others get a mask and leave no trace", async () => {
    for (const { path, as, secret, to } of told())
      for (const [role, token] of Object.entries(people)) {
        const before = await readings(path);
        const answer = await call("GET", as, token);
        const isTold = answer.text.includes(secret);
        expect([role, as, isTold]).toEqual([role, as, to.includes(role)]);
        await vi.waitFor(async () =>
          expect([role, as, (await readings(path)) - before]).toEqual([role, as, isTold ? 1 : 0]),
        );
      }
  }, 60_000);

  test("[TEN-07] who reads a page with a secret again and again leaves one entry with a count, and another one later", async () => {
    const as = `/channels/${ids.channel}`;
    const entries = async () =>
      (await call("GET", `/audit?action=${encodeURIComponent("GET /api/v1/channels/{id}")}&limit=100`, mine.token)).body
        .items as { userId: string; target: string; readings: number }[];
    // So that the readings stand in one span of minutes, and none of before does.
    hub.moveClock(300_000 - (hub.world.clock.wall().atMs % 300_000) + 1000);
    const token = await hub.logIn(mine.ownerEmail, ownerPassword);
    const read = async (times: number) => {
      for (let n = 0; n < times; n++) expect((await call("GET", as, token)).status).toBe(200);
    };
    const before = await entries();
    await read(25);
    const after = await entries();
    expect(after.length - before.length).toBe(1);
    expect(after[0]).toMatchObject({ target: ids.channel, readings: 25 });
    hub.moveClock(300_000);
    await read(2);
    expect((await entries()).slice(0, 2)).toMatchObject([{ readings: 2 }, { readings: 25 }]);
    // A change is never counted together.
    const changes = async () => (await call("GET", "/audit?q=messages&limit=100", mine.token)).body.items.length;
    const changed = await changes();
    for (let n = 0; n < 2; n++) await call("POST", "/messages", token, { phone: "0712345678", text: "Hello" });
    expect((await changes()) - changed).toBe(2);
  });

  test("[TEN-07] the search titles a hit with a whole unused code only for who may see codes", async () => {
    // A code that looks like a phone number is offered as one, too.
    const titles = async (role: string) =>
      (await call("GET", `/search?q=${ids.code}`, people[role] as string)).body.items
        .filter(({ kind }: { kind: string }) => kind === "voucher")
        .map(({ title }: { title: string }) => title);
    expect(await titles("owner")).toEqual([ids.code]);
    for (const role of ["support", "accountant", "read-only"])
      expect(await titles(role)).toEqual([`…${(ids.code as string).slice(-4)}`]);
  });

  test("[TEN-07] a list of payments tells no code: a payment does", async () => {
    for (const [role, token] of Object.entries(people)) {
      const { body, text } = await call("GET", "/payments", token);
      expect(body.items).toMatchObject([{ id: ids.sale, code: null }]);
      expect([role, text.includes(ids.saleCode as string)]).toEqual([role, false]);
    }
  });

  test("[TEN-07] every GET whose answer has a field that names a secret says that it reveals one, or why it is none", () => {
    const undeclared: string[] = [];
    for (const route of hub.hub().routes) {
      if (route.method !== "GET" || route.permission === "public" || route.reveals !== undefined) continue;
      if (route.response === null) continue;
      const names = fieldsIn(z.toJSONSchema(route.response, { unrepresentable: "any", io: "output" }));
      const odd = names.filter((name) => secretName.test(name));
      if (odd.length > 0) undeclared.push(`${route.path}: ${[...new Set(odd)].join(", ")}`);
    }
    expect(undeclared.filter((line) => !Object.hasOwn(noSecrets, line)).toSorted()).toEqual([]);
    expect(Object.keys(noSecrets).filter((line) => !undeclared.includes(line))).toEqual([]);
  });
});

/** All property names in a JSON schema. */
function fieldsIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsIn);
  if (typeof schema !== "object" || schema === null) return [];
  const { properties } = schema as { properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsIn)];
}
