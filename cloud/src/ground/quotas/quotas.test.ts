/** What one provider may have: reached, raised, and no matter of another provider's. */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answer, ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { engineSuite } from "../db/test-databases.ts";
import type { HttpCall } from "../http-client/http-call.ts";
import { quotaKinds, quotas, slowedAckMs } from "./quota-policy.ts";

const gateway: HttpCall = async () => ({
  status: 200,
  body: JSON.stringify({ responses: [{ "respose-code": 200, messageid: 77 }] }),
});

engineSuite("quotas", (engine) => {
  const hub = useHub(engine, { http: gateway });
  let admin = "";
  let mine: TestProvider;
  let other: TestProvider;
  let keys = 0;
  const open: AbortController[] = [];

  beforeAll(async () => {
    admin = await hub.adminToken();
    mine = await hub.makeProvider("Small");
    other = await hub.makeProvider("Other");
    const host = await hub.call("POST", "/api/v1/platform/hosts", { token: admin, body: { name: "beside" } });
    const body = { token: host.body.enrolmentToken, publicKey: `${"H".repeat(43)}=` };
    await hub.call("POST", "/enrol/host", { body });
  });
  afterAll(() => {
    for (const stream of open) stream.abort();
  });

  const as = (who: TestProvider) => (method: string, path: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, {
      token: who.token,
      headers: { "Idempotency-Key": `key-${++keys}` },
      ...(body === undefined ? {} : { body }),
    });
  const set = async (who: TestProvider, limits: object) => {
    const path = `/api/v1/providers/${who.providerId}/quotas`;
    const answer = await hub.call("PATCH", path, { token: admin, body: limits });
    expect(answer.status, answer.text).toBe(200);
  };
  const quotaOf = async (who: TestProvider, kind: string) => {
    const { items } = (await as(who)("GET", "/quotas")).body;
    return items.find((item: { kind: string }) => item.kind === kind);
  };
  const isReached = (answer: Answer, kind: string, status: number) => {
    expect(answer.status, answer.text).toBe(status);
    expect(answer.body).toMatchObject({ code: "quota-reached", quota: { kind } });
    expect(answer.body.detail).toMatch(/ask the platform/);
  };
  const site = (who: TestProvider, name: string) => as(who)("POST", "/sites", { name });
  const makeSite = async (who: TestProvider, name: string): Promise<string> => {
    const made = await site(who, name);
    expect(made.status, made.text).toBe(201);
    return made.body.site.siteId;
  };

  test("[SYS-25] a provider sees each quota with its default; the platform changes it, and the audit log says so", async () => {
    const { items } = (await as(mine)("GET", "/quotas")).body;
    expect(items.map((item: { kind: string }) => item.kind)).toEqual(quotaKinds);
    expect(items[0]).toEqual({
      kind: "sites",
      per: "all",
      limit: quotas.sites.limit,
      used: 0,
      defaultLimit: quotas.sites.limit,
      resetsAtMs: null,
    });
    await set(mine, { sites: 3, "hosted-sites": 7 });
    expect(await quotaOf(mine, "hosted-sites")).toMatchObject({ limit: 7 });
    const audit = (await hub.call("GET", "/api/v1/audit?limit=20", { token: admin })).body.items;
    const entry = audit.find(({ action }: { action: string }) => /quotas/.test(action));
    expect(entry).toMatchObject({ target: mine.providerId, detail: { body: { sites: 3 } } });
    await set(mine, { sites: null, "hosted-sites": null });
    expect(await quotaOf(mine, "hosted-sites")).toMatchObject({ limit: quotas["hosted-sites"].limit });
    const path = `/api/v1/providers/${mine.providerId}/quotas`;
    expect((await hub.call("GET", path, { token: mine.token })).status).toBe(403);
    expect((await hub.call("PATCH", path, { token: mine.token, body: { sites: 9 } })).status).toBe(403);
  });

  test("[SYS-25] sites: of two for the last place one is refused, a deleted one makes room", async () => {
    const first = await makeSite(mine, "Kiosk 1");
    await set(mine, { sites: 2 });
    const two = await Promise.all([site(mine, "Kiosk 2"), site(mine, "Kiosk 3")]);
    expect(two.map(({ status }) => status).sort()).toEqual([201, 409]);
    isReached(two.find(({ status }) => status === 409) as Answer, "sites", 409);
    expect(await quotaOf(mine, "sites")).toMatchObject({ limit: 2, used: 2 });
    const inSwahili = await hub.call("POST", "/api/v1/sites", {
      token: mine.token,
      body: { name: "Kiosk 3" },
      headers: { "Accept-Language": "sw" },
    });
    expect(inSwahili.body.detail).toBe(
      "Kiwango kimefikiwa: Vituo, 2 kati ya 2. Ondoa kisichohitajika, au omba jukwaa nyongeza.",
    );
    await makeSite(other, "Kiosk 1");
    await as(mine)("DELETE", `/sites/${first}`);
    await makeSite(mine, "Kiosk 4");
    isReached(await site(mine, "Kiosk 5"), "sites", 409);
    await set(mine, { sites: 20 });
    await makeSite(mine, "Kiosk 5");
  });

  test("[SYS-25] tunnel addresses and hosted sites", async () => {
    const [one, two] = [await makeSite(mine, "Tunnel 1"), await makeSite(mine, "Tunnel 2")];
    const tunnel = (siteId: string) => as(mine)("PUT", `/sites/${siteId}/tunnel`, {});
    const host = (siteId: string) => as(mine)("PUT", `/sites/${siteId}/hosting`, { hosted: true });
    await set(mine, { "hosted-sites": 0 });
    isReached(await host(one), "hosted-sites", 409);
    // A refused one has taken no address.
    expect(await quotaOf(mine, "tunnel-addresses")).toMatchObject({ used: 0 });
    await set(mine, { "hosted-sites": 1, "tunnel-addresses": 1 });
    const both = await Promise.all([tunnel(one), tunnel(two)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    isReached(both.find(({ status }) => status === 409) as Answer, "tunnel-addresses", 409);
    await set(mine, { "tunnel-addresses": 2 });
    const hosted = await Promise.all([host(one), host(two)]);
    expect(hosted.map(({ status }) => status).sort()).toEqual([200, 409]);
    const away = await makeSite(other, "Tunnel 1");
    expect((await as(other)("PUT", `/sites/${away}/hosting`, { hosted: true })).status).toBe(200);
    await set(mine, { "hosted-sites": 2 });
    expect((await host(one)).status).toBe(200);
    expect((await host(two)).status).toBe(200);
  });

  test("[SYS-25] event streams at once: the place of a closed one is free", async () => {
    await set(mine, { "event-streams": 1 });
    const listen = async (who: TestProvider) => {
      const abort = new AbortController();
      open.push(abort);
      const headers = { Authorization: `Bearer ${who.token}` };
      const answer = await fetch(`${hub.url()}/api/v1/events`, { headers, signal: abort.signal });
      return { abort, answer };
    };
    const first = await listen(mine);
    expect(first.answer.status).toBe(200);
    const second = await listen(mine);
    expect(second.answer.status).toBe(429);
    expect(Number(second.answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await second.answer.json()).toMatchObject({
      code: "quota-reached",
      quota: { kind: "event-streams", limit: 1, used: 1 },
    });
    expect((await listen(other)).answer.status).toBe(200);
    first.abort.abort();
    await vi.waitFor(async () => expect((await listen(mine)).answer.status).toBe(200), 20_000);
  });

  longTest("[SYS-25] one person's event streams leave their colleagues places", async () => {
    const own = await hub.makeProvider("Streams");
    const listen = async (token: string) => {
      const abort = new AbortController();
      open.push(abort);
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${hub.url()}/api/v1/events`, { headers, signal: abort.signal })).status;
    };
    const statuses = [];
    for (let count = 0; count < 51; count++) statuses.push(await listen(own.token));
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([50, 429]);
    const clerk = { email: "clerk@streams.test", name: "Clerk", role: "support", password: ownerPassword };
    expect((await as(own)("POST", "/users", clerk)).status).toBe(201);
    expect(await listen(await hub.logIn(clerk.email, ownerPassword))).toBe(200);
  });

  test("[SYS-25] voucher batches and codes of a day", async () => {
    const [plan] = (await as(mine)("GET", "/plans")).body.items;
    const siteId = await makeSite(mine, "Codes");
    const batch = (quantity: number) =>
      as(mine)("POST", "/vouchers/batches", { planId: plan.planId, siteId, quantity });
    await set(mine, { "voucher-batches": 1 });
    const two = await Promise.all([batch(2), batch(2)]);
    expect(two.map(({ status }) => status).sort()).toEqual([201, 429]);
    isReached(two.find(({ status }) => status === 429) as Answer, "voucher-batches", 429);
    await set(mine, { "voucher-batches": 10, "voucher-codes": 5 });
    isReached(await batch(4), "voucher-codes", 429);
    expect((await batch(3)).status).toBe(201);
    expect(await quotaOf(mine, "voucher-codes")).toMatchObject({ limit: 5, used: 5 });
    // What was refused is not counted.
    expect(await quotaOf(mine, "voucher-batches")).toMatchObject({ used: 2 });
    await set(mine, { "voucher-codes": 6 });
    expect((await batch(1)).status).toBe(201);
    await set(mine, { "voucher-codes": null, "voucher-batches": null });
  });

  test("[SYS-25] mail of a day: who asks for one more is told; a password reset still goes", async () => {
    await set(mine, { mails: 1 });
    const invite = (who: TestProvider, name: string) =>
      as(who)("POST", "/invitations", { name: "Amina", email: `${name}@away.test`, role: "support" });
    const two = await Promise.all([invite(mine, "one"), invite(mine, "two")]);
    expect(two.map(({ status }) => status).sort()).toEqual([201, 429]);
    isReached(two.find(({ status }) => status === 429) as Answer, "mails", 429);
    expect((await invite(other, "three")).status).toBe(201);
    const reset = await hub.call("POST", "/api/v1/password-reset", { body: { email: mine.ownerEmail } });
    expect(reset.status).toBe(202);
    expect(await hub.mailedToken(mine.ownerEmail)).toEqual(expect.any(String));
    await set(mine, { mails: 10 });
    expect((await invite(mine, "four")).status).toBe(201);
  });

  test("[SYS-25] text messages of a day: one that a sale causes is kept and shown as not sent, and goes when there is room", async () => {
    await as(mine)("POST", "/message-senders", {
      kind: "advanta",
      name: "A",
      apiKey: "k",
      partnerId: "1",
      shortcode: "KARIBU",
      baseUrl: "https://sms.example.com",
    });
    await set(mine, { messages: 1 });
    const send = (digit: number) => as(mine)("POST", "/messages", { phone: `071234567${digit}`, text: "Hello" });
    // Both are taken: the job finds that only one may leave.
    const two = await Promise.all([send(1), send(2)]);
    expect(two.map(({ status }) => status)).toEqual([202, 202]);
    const messages = async () => (await as(mine)("GET", "/messages")).body.items;
    const states = async () => (await messages()).map(({ state }: { state: string }) => state).sort();
    await vi.waitFor(async () => expect(await states()).toEqual(["accepted", "failed"]), 20_000);
    const failed = (await messages()).find(({ state }: { state: string }) => state === "failed");
    expect(failed.problem).toMatch(/quota/);
    isReached(await send(3), "messages", 429);
    isReached(await as(mine)("POST", `/messages/${failed.id}/resend`), "messages", 429);
    const alarms = async (who: TestProvider) =>
      (await as(who)("GET", "/alarms?state=open")).body.items.map(({ kind }: { kind: string }) => kind);
    expect(await alarms(mine)).toContain("quota-reached-messages");
    expect(await alarms(other)).not.toContain("quota-reached-messages");
    await set(mine, { messages: 5 });
    expect(await alarms(mine)).not.toContain("quota-reached-messages");
    await as(mine)("POST", `/messages/${failed.id}/resend`);
    await vi.waitFor(async () => expect(await states()).toEqual(["accepted", "accepted"]), 20_000);
  });

  test("[SYS-25] journal of a day beyond the quota: all of it is stored, the acks are slowed, and an alarm says so", async () => {
    const siteId = await makeSite(mine, "Loud");
    const seller = { name: "Wanjiru", pin: "482193", sites: [{ siteId }] };
    const { sellerId } = (await as(mine)("POST", "/sellers", seller)).body;
    const quiet = await makeSite(other, "Quiet");
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const nowMs = hub.world.clock.wall().atMs;
    const saleOf = (seq: number, code: string) => {
      const saleId = code.padEnd(32, "0");
      const grant = {
        grantId: `c.${saleId}`,
        origin: "voucher" as const,
        planName: "Hour",
        terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
        ...notBegun,
      };
      const what = { sellerId, planId: null, priceCents: cents(2000), currency: "KES", code };
      const stamp = { clock: "synced", upMs: 1, atMs: unixMs(nowMs) } as const;
      return { seq, ...stamp, kind: "cash-sale", saleId, ...what, grant };
    };
    const tell = (who: TestProvider, at: string, seq: number, bytes: number) =>
      intake.take(who.providerId, { siteId: at, epoch: "e1", records: [saleOf(seq, `482199301${seq}`)], bytes });
    await set(mine, { "journal-bytes": 1000 });
    expect(await tell(mine, siteId, 1, 900)).toEqual({ kind: "ack", seq: 1 });
    expect(await tell(mine, siteId, 2, 900)).toEqual({ kind: "ack", seq: 2, slowed: true });
    expect(await tell(other, quiet, 1, 900)).toEqual({ kind: "ack", seq: 1 });
    expect((await as(mine)("GET", "/cash-sales")).body.items).toHaveLength(2);
    expect(await quotaOf(mine, "journal-bytes")).toMatchObject({ limit: 1000, used: 1800 });
    const alarms = async () => (await as(mine)("GET", "/alarms?state=open")).body.items;
    expect(await alarms()).toContainEqual(
      expect.objectContaining({ kind: "quota-reached-journal-bytes", severity: "wrong" }),
    );
    await set(mine, { "journal-bytes": 1_000_000 });
    expect(await tell(mine, siteId, 3, 900)).toEqual({ kind: "ack", seq: 3 });
    expect(await alarms()).not.toContainEqual(expect.objectContaining({ kind: "quota-reached-journal-bytes" }));
  });

  test("[SYS-25] what is counted by day begins anew with the next", async () => {
    expect((await quotaOf(mine, "voucher-codes")).used).toBeGreaterThan(0);
    hub.moveClock(86_400_000);
    const tomorrow = { ...mine, token: await hub.logIn(mine.ownerEmail, ownerPassword) };
    expect(await quotaOf(tomorrow, "voucher-codes")).toMatchObject({ used: 0 });
    expect((await quotaOf(tomorrow, "sites")).used).toBeGreaterThan(0);
  });
});

test("[SYS-25] a slowed site is acknowledged 4 KiB a second, and no frame waits longer than half a minute", () => {
  expect([0, 100, 64 * 1024, 1280 * 1024].map(slowedAckMs)).toEqual([1000, 1000, 16_000, 30_000]);
});
