import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

const stripe = { kind: "stripe", environment: "sandbox", secretKey: "sk_test_1", webhookSecret: "whsec_1" };
const pesapal = { kind: "pesapal", environment: "sandbox", consumerKey: "key-1", consumerSecret: "secret-1" };
const keys = { passkey: "the-passkey", consumerKey: "the-consumer-key", consumerSecret: "the-consumer-secret" };
const paybill = { kind: "mpesa-paybill", shortcode: "600123", environment: "sandbox", ...keys };

interface Address {
  readonly use: string;
  readonly url: string;
  readonly given: string;
}

hubSuite("the address for a channel's notices", (hub) => {
  // Stripe signs what it sends: an unsigned notice is refused there, and only there.
  test.each([
    { name: "Stripe", body: stripe, status: 400 },
    { name: "Pesapal", body: pesapal, status: 200 },
  ])("[PAY-17] is shown to be entered at $name, and notices are heard there", async ({ name, body, status }) => {
    const { token } = await hub.makeProvider(`Notices-${name}`);
    const made = await hub.call("POST", "/api/v1/channels", { token, body });
    expect(made).toMatchObject({
      status: 201,
      body: { noticeUrl: expect.stringContaining("/hooks/k/"), canRegister: false, hasStatements: false },
    });
    const { noticeUrl, id } = made.body as { noticeUrl: string; id: string };
    expect((await hub.call("GET", `/api/v1/channels/${id}`, { token })).body.noticeUrl).toBe(noticeUrl);
    const listed = await hub.call("GET", "/api/v1/channels", { token });
    expect(listed.text).not.toContain(noticeUrl);
    const { pathname } = new URL(noticeUrl);
    const notice = {
      OrderTrackingId: "unknown",
      OrderMerchantReference: "unknown",
      OrderNotificationType: "IPNCHANGE",
    };
    expect(await hub.call("POST", pathname, { body: notice })).toMatchObject({ status });
  });

  test.each([
    { name: "Stripe", body: stripe, heard: 400 },
    { name: "Pesapal", body: pesapal, heard: 200 },
  ])(
    "[PAY-17] $name's address gets a new secret: the old one is heard for two days, and the page shows which of them is used",
    async ({ name, body, heard }) => {
      const { token, ownerEmail } = await hub.makeProvider(`Rotated-${name}`);
      const made = (await hub.call("POST", "/api/v1/channels", { token, body })).body;
      const path = `/api/v1/channels/${made.id}`;
      const rotate = (use: string) => hub.call("POST", `${path}/rotate-secret`, { token, body: { use } });
      expect(await rotate("confirmation")).toMatchObject({ status: 422, body: { code: "no-such-calls" } });
      const rotated = await rotate("push");
      expect(rotated).toMatchObject({ status: 200, body: { noticeUrl: expect.stringContaining("/hooks/k/") } });
      expect(rotated.body.noticeUrl).not.toBe(made.noticeUrl);
      const notice = { OrderTrackingId: "x", OrderMerchantReference: "x", OrderNotificationType: "IPNCHANGE" };
      const tell = async (url: unknown) =>
        (await hub.call("POST", new URL(String(url)).pathname, { body: notice })).status;
      expect([await tell(rotated.body.noticeUrl), await tell(made.noticeUrl)]).toEqual([heard, heard]);
      const { callbackSecrets } = (await hub.call("GET", path, { token })).body;
      expect(callbackSecrets).toMatchObject([
        { use: "push", state: "current", lastAtMs: expect.any(Number) },
        { use: "push", state: "replaced", lastAtMs: expect.any(Number) },
      ]);
      hub.moveClock(2 * 86_400_000 + 1);
      const later = await hub.logIn(ownerEmail, ownerPassword);
      expect((await hub.call("GET", path, { token: later })).body.callbackSecrets).toHaveLength(1);
    },
  );

  test("[PAY-17] M-Pesa has none to enter: Karibu hands its addresses over, and shows who may change the channel which", async () => {
    const { token } = await hub.makeProvider("No-notices");
    const made = await hub.call("POST", "/api/v1/channels", { token, body: paybill });
    expect(made).toMatchObject({ status: 201, body: { noticeUrl: null, canRegister: true, hasStatements: true } });
    const path = `/api/v1/channels/${made.body.id}`;
    const { addresses } = (await hub.call("GET", path, { token })).body as { addresses: Address[] };
    expect(addresses.map(({ use, given }) => [use, given])).toEqual([
      ["prompt", "per-request"],
      ["result", "per-request"],
      ["timeout", "per-request"],
      ["confirmation", "registered"],
      ["validation", "registered"],
    ]);
    // Daraja refuses addresses with these words in them.
    for (const { url } of addresses) expect(url).not.toMatch(/m-?pesa|safaricom|exec?|cmd|sql|query/i);
    const confirmation = addresses.find(({ use }) => use === "confirmation")?.url ?? "";
    expect((await hub.call("POST", new URL(confirmation).pathname, { body: { TransID: "x" } })).status).toBe(200);

    const person = { email: "support@addresses.test", name: "Support", role: "support", password: ownerPassword };
    expect((await hub.call("POST", "/api/v1/users", { token, body: person })).status).toBe(201);
    const support = await hub.call("GET", path, { token: await hub.logIn(person.email, ownerPassword) });
    if (support.status === 200) expect(support.body.addresses).toEqual([]);
    else expect(support.status).toBe(403);
  });

  test("an open claim waits at no channel that answers no questions", async () => {
    const { token } = await hub.makeProvider("No-questions");
    const { id } = (await hub.call("POST", "/api/v1/channels", { token, body: stripe })).body as { id: string };
    const claim = {
      token,
      body: { receipt: "QQQ1234567", phone: "0712345678" },
      headers: { "idempotency-key": "c1" },
    };
    expect((await hub.call("POST", "/api/v1/payments/claims", claim)).status).toBeLessThan(300);
    expect((await hub.call("GET", `/api/v1/channels/${id}`, { token })).body.waiting).toBe(0);
  });
});
