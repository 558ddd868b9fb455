/** What a provider's rules do to messages on their way: hours, consent, cost, words, the way they go. */
import { createHmac } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { PhoneSha256 } from "../ground/amounts/parties.ts";
import { anyEngine } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { askerOf } from "../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../test-hub.ts";
import { usualMessageRules } from "./message-rules.ts";
import type { NewMessage } from "./messages.ts";

const patience = { timeout: 8_000, interval: 30 };
const phone = "254712345678";

describe("messages to customers", () => {
  const asked: { readonly url: string; readonly body: string }[] = [];
  let whatsAppSays: { status: number; body: object } = { status: 200, body: { messages: [{ id: "wamid.1" }] } };
  let beforeAnswer = async (): Promise<void> => {};
  const http: HttpCall = async ({ url, body = "" }) => {
    asked.push({ url, body: String(body) });
    if (url.includes("facebook")) await beforeAnswer();
    if (url.includes("facebook")) return { status: whatsAppSays.status, body: JSON.stringify(whatsAppSays.body) };
    if (url.includes("africastalking"))
      return {
        status: 201,
        body: JSON.stringify({
          SMSMessageData: { Recipients: [{ statusCode: 101, messageId: `AT${asked.length}`, cost: "KES 0.8000" }] },
        }),
      };
    return { status: 200, body: JSON.stringify({ responses: [{ "response-code": 200, messageid: asked.length }] }) };
  };
  const hub = useHub(anyEngine, { http });
  let provider: TestProvider;
  const call = askerOf(hub, () => provider.token);
  const rules = (changed: object) => call("PUT", "/message-rules", { ...usualMessageRules, ...changed });
  const always = { quietFromMinute: 0, quietUntilMinute: 0, marketingFromMinute: 0, marketingUntilMinute: 1440 };
  /** So many hours of the provider's day from now until four hours later. */
  const quietNow = () => {
    const minute = Math.floor(hub.world.clock.wall().atMs / 60_000 + 180) % 1440;
    return { quietFromMinute: (minute + 1439) % 1440, quietUntilMinute: (minute + 240) % 1440 };
  };
  const send = (given: Partial<NewMessage> & { event: string }) =>
    hub.database().asProvider(provider.providerId, (tx) =>
      hub.hub().messaging.send(tx, {
        providerId: provider.providerId,
        template: "reminder-before",
        text: "Hello",
        ...(given.sha256 === undefined ? { phone } : {}),
        ...given,
      } as NewMessage),
    );
  const message = async () => (await call("GET", "/messages?limit=1")).body.items[0];
  const becomes = (fields: object) => vi.waitFor(async () => expect(await message()).toMatchObject(fields), patience);

  beforeAll(async () => {
    provider = await hub.makeProvider("Words");
    await call("POST", "/message-senders", { kind: "africastalking", name: "AT", username: "u", apiKey: "k" });
    await rules(always);
  });

  test("[MSG-05] a reminder waits out the quiet hours, and a receipt does not", async () => {
    await rules({ ...always, ...quietNow() });
    const before = asked.length;
    await send({ event: "a/1" });
    await vi.waitFor(async () => {
      const jobs = await hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("job_outbox").select("runAtMs").where("name", "=", "sms.send").execute(),
        );
      expect(jobs.map(({ runAtMs: atMs }) => Math.round((atMs - hub.world.clock.wall().atMs) / 3_600_000))).toEqual([
        4,
      ]);
    }, patience);
    expect(await message()).toMatchObject({ state: "waiting", class: "service", tries: 0 });
    await send({ event: "a/2", template: "paid" });
    await becomes({ template: "paid", state: "accepted" });
    expect(asked.length).toBe(before + 1);
    hub.moveClock(4 * 3_600_000 + 60_000);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
    await rules(always);
    await send({ event: "a/3", template: "paid" });
    await vi.waitFor(async () => {
      const { items } = (await call("GET", "/messages?state=accepted")).body;
      expect(items).toHaveLength(3);
    }, patience);
  });

  test("[MSG-02] [MSG-10] what the gateway took stands at the message, and in the month", async () => {
    const before = (await call("GET", "/message-rules")).body.monthMillicents;
    await send({ event: "cost/1" });
    await becomes({ state: "accepted", parts: 1, costMillicents: 80_000, costCurrency: "KES", costTold: true });
    expect((await call("GET", "/message-rules")).body.monthMillicents).toBe(before + 80_000);
  });

  test("[MSG-05] the month's cap ends reminders and no receipts", async () => {
    const { monthMillicents } = (await call("GET", "/message-rules")).body;
    // Room for one SMS of 40 cents; the gateway takes 80, and that is what counts.
    await rules({ ...always, partPriceMillicents: 40_000, monthCapCents: Math.ceil(monthMillicents / 1000) + 40 });
    await send({ event: "cap/1" });
    await becomes({ state: "accepted", costMillicents: 80_000 });
    await send({ event: "cap/2" });
    await becomes({ state: "skipped", problem: expect.stringContaining("month-cap") });
    await send({ event: "cap/3", template: "paid" });
    await becomes({ template: "paid", state: "accepted" });
    await rules(always);
  });

  test("[MSG-11] [CUS-10] STOP in a reply ends reminders and marketing and no receipts; the customer's page says when and how", async () => {
    const made = await call("POST", "/customers", { name: "Amina", phone: "0712345678", email: "amina@example.com" });
    const consents = `/customers/${made.body.customerId}/consents`;
    const agrees = { channel: "sms", class: "marketing", allowed: true, said: "on paper" };
    expect((await call("POST", consents, agrees)).status).toBe(200);
    await send({ event: "stop/0", template: "group", class: "marketing" });
    await becomes({ class: "marketing", state: "accepted" });
    const { reportUrl } = (await call("GET", "/message-senders")).body.items[0];
    const reply = (text: string) =>
      hub.call("POST", new URL(reportUrl).pathname, {
        body: `from=%2B${phone}&to=22123&text=${text}&id=9`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    expect((await reply("Stop")).status).toBe(200);
    await send({ event: "stop/1" });
    await becomes({ state: "skipped", problem: "opted-out" });
    await send({ event: "stop/2", template: "group", class: "marketing" });
    await becomes({ class: "marketing", state: "skipped", problem: "opted-out" });
    await send({ event: "stop/3", template: "paid" });
    await becomes({ template: "paid", state: "accepted" });
    expect((await reply("START")).status).toBe(200);
    await send({ event: "stop/4" });
    await becomes({ template: "reminder-before", state: "accepted" });
    const { body } = await call("GET", consents);
    expect(body.now).toEqual(
      expect.arrayContaining([
        { channel: "sms", class: "service", allowed: true, to: "2547***678" },
        { channel: "sms", class: "marketing", allowed: false, to: "2547***678" },
        { channel: "email", class: "marketing", allowed: null, to: "a***@example.com" },
      ]),
    );
    expect(
      body.log.map(({ how, allowed, said }: { how: string; allowed: boolean; said: string }) => [how, allowed, said]),
    ).toEqual([["reply", true, "START"], ...Array(4).fill(["reply", false, "Stop"]), ["staff", true, "on paper"]]);
    const history = await call("GET", `/messages?customerId=${made.body.customerId}&limit=100`);
    expect(history.body.items.length).toBeGreaterThan(8);
  });

  test("[MSG-11] what was said last holds, also where the hub's clock was ahead when something else was said", async () => {
    const other = "254712345679";
    const { customerId } = (await call("POST", "/customers", { name: "Bahati", phone: "0712345679" })).body;
    const agrees = { channel: "sms", class: "marketing", allowed: true, said: "on paper" };
    hub.moveClock(1_800_000);
    expect((await call("POST", `/customers/${customerId}/consents`, agrees)).status).toBe(200);
    hub.moveClock(-1_800_000);
    const { reportUrl } = (await call("GET", "/message-senders")).body.items[0];
    const body = `from=%2B${other}&to=22123&text=STOP&id=10`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await hub.call("POST", new URL(reportUrl).pathname, { body, headers })).status).toBe(200);
    const { now } = (await call("GET", `/customers/${customerId}/consents`)).body;
    expect(now).toContainEqual({ channel: "sms", class: "marketing", allowed: false, to: "2547***679" });
    await send({ event: "ahead/1", template: "group", class: "marketing", phone: other });
    await becomes({ class: "marketing", state: "skipped", problem: "opted-out" });
  });

  test("[MSG-01] a template with a variable that is not known is refused by name; a right one is what customers read", async () => {
    const put = (words: string | null, template = "voucher") =>
      call("POST", "/message-templates", { template, locale: "en", words });
    expect((await put("{provider}: {kode}")).body).toMatchObject({
      code: "invalid",
      field: "words",
      rule: "unknown-variable",
      value: "kode",
    });
    expect((await put("{provider}: [ {code}")).body).toMatchObject({ code: "invalid", rule: "brackets" });
    expect((await put("Hi", "no-such-text")).body).toMatchObject({ status: 400, field: "template" });
    expect((await put("{provider}: {code} 😀")).body).toMatchObject({ isOwn: true, words: "{provider}: {code} 😀" });
    const preview = (words: string) => call("POST", "/message-templates/preview", { template: "voucher", words });
    expect((await preview("{provider}: {code} 😀")).body).toMatchObject({
      text: "Words: BCDFG-H2345 😀",
      alphabet: "UCS-2",
      parts: 1,
      costMillicents: null,
    });
    await rules({ ...always, partPriceMillicents: 80_000 });
    expect((await preview(`{provider} ${"x".repeat(160)}`)).body).toMatchObject({ parts: 2, costMillicents: 160_000 });
    expect((await preview("{nothing}")).status).toBe(400);
    expect((await put(null)).body).toMatchObject({ isOwn: false });
    const french = { template: "voucher", locale: "fr", words: "{provider}, code {code}" };
    expect((await call("POST", "/message-templates", french)).body).toMatchObject({ isOwn: true, locale: "fr" });
    const { items } = (await call("GET", "/message-templates")).body;
    expect(items.filter((one: { isOwn: boolean }) => one.isOwn)).toMatchObject([french]);
    expect((await call("POST", "/message-templates", { ...french, locale: "de" })).status).toBe(400);
  });

  test("[MSG-12] WhatsApp sends where its template is approved and the customer agreed; where it can't, the SMS goes out", async () => {
    const whatsApp = {
      kind: "whatsapp",
      name: "W",
      phoneNumberId: "10001",
      accessToken: "t",
      appSecret: "s",
      version: "v23.0",
    };
    await call("POST", "/message-senders", { ...whatsApp, priceMillicents: 50_000 });
    await call("POST", "/message-templates", {
      template: "reminder-before",
      locale: "en",
      words: null,
      whatsappName: "due_soon",
      whatsappValues: ["plan", "due"],
    });
    const values = { plan: "Home", due: "30 Nov 2026" };
    await send({ event: "wa/1", values });
    await becomes({ channel: "sms", state: "accepted" });
    const { items } = (await call("GET", "/customers?q=Amina")).body;
    const agreed = { channel: "whatsapp", class: "service", allowed: true, said: "at the counter" };
    await call("POST", `/customers/${items[0].customerId}/consents`, agreed);
    await send({ event: "wa/2", values });
    await becomes({ channel: "whatsapp", state: "accepted", costMillicents: 50_000, costTold: false });
    expect(JSON.parse(asked.at(-1)?.body ?? "")).toMatchObject({
      to: phone,
      template: { name: "due_soon", components: [{ parameters: [{ text: "Home" }, { text: "30 Nov 2026" }] }] },
    });
    const senders = (await call("GET", "/message-senders")).body.items;
    const { reportUrl } = senders.find(({ kind }: { kind: string }) => kind === "whatsapp");
    const path = new URL(reportUrl).pathname;
    const token = path.split("/").at(-1) as string;
    const asks = (verify: string) =>
      hub.call("GET", `${path}?hub.mode=subscribe&hub.verify_token=${verify}&hub.challenge=4711`);
    expect([(await asks(token)).text, (await asks("x")).status]).toEqual(["4711", 404]);
    const report = JSON.stringify({
      entry: [{ changes: [{ value: { statuses: [{ id: "wamid.1", status: "read" }] } }] }],
    });
    const tell = (signature: string) =>
      hub.call("POST", path, { body: report, headers: { "x-hub-signature-256": signature } });
    expect((await tell("sha256=00")).status).toBe(403);
    expect(await message()).toMatchObject({ state: "accepted" });
    expect((await tell(`sha256=${createHmac("sha256", "s").update(report).digest("hex")}`)).status).toBe(200);
    expect(await message()).toMatchObject({ state: "delivered" });
    whatsAppSays = { status: 400, body: { error: { code: 131_026, message: "Undeliverable" } } };
    await send({ event: "wa/3", values });
    await becomes({ channel: "sms", state: "accepted", tries: 2 });

    // Meta may tell that it failed before its answer is written: it tells so again, and the SMS goes out.
    whatsAppSays = { status: 200, body: { messages: [{ id: "wamid.early" }] } };
    const failed = { id: "wamid.early", status: "failed", errors: [{ code: 131_026, title: "Undeliverable" }] };
    const notice = JSON.stringify({ entry: [{ changes: [{ value: { statuses: [failed] } }] }] });
    const signature = `sha256=${createHmac("sha256", "s").update(notice).digest("hex")}`;
    const fails = async () =>
      (await hub.call("POST", path, { body: notice, headers: { "x-hub-signature-256": signature } })).status;
    const early: number[] = [];
    beforeAnswer = async () => void early.push(await fails());
    await send({ event: "wa/4", values });
    await becomes({ channel: "whatsapp", state: "accepted" });
    expect([...early, await fails()]).toEqual([503, 200]);
    await becomes({ channel: "sms", state: "accepted", tries: 2 });
  });

  test("[MSG-01] a payer who is known by a hash is reached by a sender that takes hashes, and else that is said", async () => {
    const hashed = { sha256: sha256Hex(phone) as PhoneSha256, template: "paid" };
    await send({ event: "hash/1", ...hashed });
    await becomes({ state: "failed", problem: expect.stringContaining("hidden-number"), to: "***" });
    const advanta = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU", hashes: true };
    await call("POST", "/message-senders", { ...advanta, baseUrl: "https://sms.example.com" });
    await send({ event: "hash/2", ...hashed });
    await becomes({ state: "accepted" });
    expect(asked.at(-1)).toMatchObject({ url: expect.stringContaining("/sendotp/") });
    expect(JSON.parse(asked.at(-1)?.body ?? "")).toMatchObject({ hashed: true, mobile: sha256Hex(phone) });
  });

  test("[MSG-04] a letter of a class that may be ended carries the way out; one request or a button ends it, and opening it does not", async () => {
    const { providerId } = provider;
    const letter = (event: string) =>
      hub.database().asProvider(providerId, (tx) =>
        hub.hub().messaging.sendLetter(tx, {
          providerId,
          event,
          template: "reminder-before",
          email: "Amina@example.com",
          subject: "Soon",
          text: "Hello",
        }),
      );
    expect([await letter("mail/1"), await letter("mail/1")]).toEqual([true, false]);
    await becomes({ channel: "email", state: "accepted", to: "A***@example.com" });
    const sent = hub.letters().at(-1);
    expect(sent?.unsubscribeUrl).toMatch(/^http:\/\/hub\.test\/hooks\/unsubscribe\/[0-9a-f]{32}$/);
    expect(sent?.text).toContain(sent?.unsubscribeUrl);
    const path = new URL(sent?.unsubscribeUrl ?? "").pathname;
    expect((await hub.call("GET", path)).text).toContain('<form method="post">');
    expect(await letter("mail/2")).toBe(true);
    await becomes({ channel: "email", state: "accepted" });
    const gone = (await message()).id;
    expect(await call("POST", `/messages/${gone}/resend`)).toMatchObject({ status: 409, body: { code: "mail-sent" } });
    expect(await message()).toMatchObject({ id: gone, state: "accepted" });
    expect((await hub.call("POST", `${path}0`)).status).toBe(404);
    expect((await hub.call("POST", path, { body: "List-Unsubscribe=One-Click" })).status).toBe(200);
    expect(await letter("mail/3")).toBe(false);
    // Whoever has the link could fill the log with it.
    await hub.call("POST", path);
    const said = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("message_consents").select("class").where("how", "=", "link").execute(),
      );
    expect(said).toHaveLength(2);
    // Sent again by a person, it is still not wanted.
    const before = hub.letters().length;
    const { id } = await message();
    await call("POST", `/messages/${id}/resend`);
    expect(await message()).toMatchObject({ id, state: "skipped", problem: "opted-out" });
    expect(hub.letters()).toHaveLength(before);
  });

  test("letters in a provider's own words end with the day's quota: the hub's mail server is nobody's relay", async () => {
    const { providerId } = provider;
    const letter = (event: string) =>
      hub.database().asProvider(providerId, (tx) =>
        hub.hub().messaging.sendLetter(tx, {
          providerId,
          event,
          template: "reminder-before",
          email: `${event}@example.com`,
          subject: "Buy this",
          text: "Now",
        }),
      );
    const admin = await hub.adminToken();
    const used = (await hub.call("GET", "/api/v1/quotas", { token: provider.token })).body;
    const mails = used.items.find(({ kind }: { kind: string }) => kind === "mails").used;
    const limit = { token: admin, body: { mails: mails + 1 } };
    expect((await hub.call("PATCH", `/api/v1/providers/${providerId}/quotas`, limit)).status).toBe(200);
    expect([await letter("relay1"), await letter("relay2")]).toEqual([true, false]);
    await becomes({ channel: "email", state: "failed", problem: expect.stringContaining("quota-reached") });
    expect((await call("POST", `/messages/${(await message()).id}/resend`)).status).toBe(404);
    expect(await message()).toMatchObject({ state: "failed" });
    expect(hub.letters().some(({ to }) => to === "relay2@example.com")).toBe(false);
  });

  test("the code that logs a customer in is read by nobody of the provider", async () => {
    await send({ event: "customer-code/1", template: "log-in-code", text: "Your code is 482913." });
    const { id } = await message();
    const { text } = (await call("GET", `/messages/${id}`)).body;
    expect(text).toBe("Your code is ******.");
  });
});
