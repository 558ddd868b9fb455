/** Reminders and notices of a provider, from the clock to the gateway. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { usualMessageRules } from "../../messaging/message-rules.ts";
import { takesTexts } from "../../messaging/test-gateway.ts";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { findPaymentLink } from "../payment-links/payment-links.ts";

const patience = { timeout: 15_000, interval: 40 };
const dayMs = 86_400_000;

describe("reminders", { timeout: 60_000 }, () => {
  const gateway = takesTexts();
  const { texts } = gateway;
  const hub = useHub(anyEngine, { http: gateway.http });
  let provider: TestProvider;
  let siteId = "";
  let planId = "";
  let customers = 0;

  const call = askerOf(hub, () => provider.token);
  const now = () => hub.world.clock.wall().atMs;
  /** Of the provider's calendar. */
  const daysTo = (dueMs: number) =>
    Math.floor((dueMs - 1 + 180 * 60_000) / dayMs) - Math.floor((now() + 180 * 60_000) / dayMs);
  /** To this minute of the provider's day, so many days from today. */
  const moveTo = async (days: number, minute: number) => {
    const local = now() + 180 * 60_000;
    const wanted = (Math.floor(local / dayMs) + days) * dayMs + minute * 60_000;
    hub.moveClock(wanted - local);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
    await hub.wakeJobs();
  };
  /** A job that was running while the clock was moved writes the next one after that: the outbox is woken with each look. */
  const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
    vi.waitFor(async () => {
      await hub.wakeJobs();
      return look();
    }, patience);
  const subscribe = async (more: object = {}) => {
    const n = ++customers;
    const made = await call("POST", "/customers", {
      name: `Customer ${n}`,
      phone: `07110001${String(n).padStart(2, "0")}`,
      ...more,
    });
    const { customerId } = made.body;
    const { body } = await call("POST", "/accounts", { customerId, username: `home.${n}`, planId, siteIds: [siteId] });
    const order = { customerId, accountId: body.accountId, planId, autoRenew: true };
    const { subscriptionId } = (await call("POST", "/subscriptions", order)).body;
    const paid = await call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    expect([paid.status, paid.text]).toEqual([200, paid.text]);
    return { customerId, subscriptionId, accountId: body.accountId as string, dueMs: paid.body.paidUntilMs as number };
  };
  const noticed = (subscriptionId: string) =>
    hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx
          .selectFrom("reminders")
          .select(["kind", "outcome", "why"])
          .where("subjectId", "=", subscriptionId)
          .orderBy("atMs")
          .execute(),
      );
  /** Without the notice of a payment, which comes before or after the clock is moved; one test asks for it. */
  const said = async (subscriptionId: string) =>
    (await noticed(subscriptionId)).filter(({ kind }) => kind !== "renewed");
  const becomes = (subscriptionId: string, rows: object[]) =>
    eventually(async () => expect(await said(subscriptionId)).toMatchObject(rows));

  beforeAll(async () => {
    provider = await hub.makeProvider("Mwangaza");
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms: {} })).body.planId;
    const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };
    await call("POST", "/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    await call("PATCH", "/money-settings", { smsAfterPayment: false });
    await moveTo(1, 12 * 60);
  });

  test("[MSG-05] [PAY-13] before, on and after its date, once each, by SMS and letter, with a link that opens this subscription alone", async () => {
    const { subscriptionId, customerId, dueMs } = await subscribe({ email: "one@example.com" });
    const other = await subscribe();
    await moveTo(daysTo(dueMs) - 3, 8 * 60 + 59);
    expect(await said(subscriptionId)).toEqual([]);
    await moveTo(0, 9 * 60 + 2);
    await becomes(subscriptionId, [{ kind: "day-3", outcome: "sent" }]);
    await becomes(other.subscriptionId, [{ kind: "day-3", outcome: "sent" }]);
    await eventually(() => expect(texts).toHaveLength(2));
    const text = texts.find((one) => one.includes("Mwangaza: Home 10M ends on")) as string;
    expect(text).toContain("Pay KSh 2,500 to go on: http://hub.test/pay#");
    const letter = await eventually(() => {
      const found = hub.letters().find(({ to }) => to === "one@example.com");
      expect(found).toBeDefined();
      return found;
    });
    expect(letter?.unsubscribeUrl).toBeDefined();
    const token = letter?.text.match(/\/pay#(\S+)/)?.[1] as string;
    const parts = { world: hub.world, database: hub.database() };
    expect(await findPaymentLink(parts, token)).toMatchObject({
      state: "open",
      link: { subscriptionId, customerId },
    });
    // Paid meanwhile: the other one is not reminded of the old date again.
    await call("POST", `/subscriptions/${other.subscriptionId}/renew`, { from: "cash" });
    await moveTo(3, 9 * 60 + 2);
    await becomes(subscriptionId, [{ kind: "day-3" }, { kind: "day0", outcome: "sent" }]);
    await moveTo(1, 9 * 60 + 2);
    await eventually(async () => {
      expect((await call("GET", `/subscriptions/${subscriptionId}`)).body.state).toBe("over");
    });
    await eventually(async () =>
      expect((await call("GET", `/subscription-log?limit=100&subscriptionId=${subscriptionId}`)).text).toContain(
        "now-over",
      ),
    );
    await moveTo(0, 9 * 60 + 4);
    await becomes(subscriptionId, [{}, {}, { kind: "expired", outcome: "sent" }]);
    await moveTo(2, 9 * 60 + 2);
    await becomes(subscriptionId, [{}, {}, {}, { kind: "day3", outcome: "sent" }]);
    expect(await said(other.subscriptionId)).toHaveLength(1);
    await eventually(() => expect(texts).toHaveLength(5));
    expect(texts.filter((one) => one.includes("ends today"))).toHaveLength(1);
    expect(texts.filter((one) => one.includes("unpaid since"))).toHaveLength(1);
    const history = (await call("GET", `/messages?customerId=${customerId}`)).body.items;
    expect(
      history.map(({ template, channel }: { template: string; channel: string }) => `${template} ${channel}`).sort(),
    ).toEqual(
      ["expired", "reminder-after", "reminder-before", "reminder-due"].flatMap((name) => [
        `${name} email`,
        `${name} sms`,
      ]),
    );
  });

  test("[MSG-08] who pays for a line is told until when it is on, also at night, once; nobody where the provider sends no messages after payments", async () => {
    await call("PATCH", "/money-settings", { smsAfterPayment: true });
    await moveTo(1, 22 * 60);
    const { subscriptionId, customerId } = await subscribe();
    const more = await call("POST", "/credits", {
      phone: `07110001${String(customers).padStart(2, "0")}`,
      amountCents: 2000,
    });
    expect(more.status).toBe(201);
    const isTold = (id: string, row: object) =>
      eventually(async () => expect(await noticed(id)).toMatchObject([{ kind: "renewed", ...row }]));
    const before = texts.length;
    await moveTo(0, 22 * 60 + 2);
    await isTold(subscriptionId, { outcome: "sent" });
    await eventually(() => expect(texts).toHaveLength(before + 1));
    expect(texts.at(-1)).toMatch(
      /^Mwangaza: Home 10M is paid until \d+ \w+ 22:00\. You paid KSh 2,500\. You have KSh 20 left\.$/,
    );
    const { items } = (await call("GET", `/messages?customerId=${customerId}`)).body;
    expect(items).toMatchObject([{ template: "renewed", class: "receipt" }]);
    await call("PATCH", "/money-settings", { smsAfterPayment: false });
    const silent = await subscribe();
    await moveTo(0, 22 * 60 + 5);
    await isTold(silent.subscriptionId, { outcome: "skipped", why: "not-wanted" });
    expect(await noticed(subscriptionId)).toHaveLength(1);
  });

  test("[MSG-05] who was paused or cancelled gets none, and who pays while the gateway is away is not reminded afterwards", async () => {
    const [paused, cancelled, late] = [await subscribe(), await subscribe(), await subscribe()];
    expect((await call("POST", `/subscriptions/${paused.subscriptionId}/pause`, { days: 10 })).status).toBe(200);
    await call("POST", `/subscriptions/${cancelled.subscriptionId}/cancel`, {});
    gateway.isDown = true;
    await moveTo(daysTo(late.dueMs) - 3, 9 * 60 + 2);
    await becomes(late.subscriptionId, [{ kind: "day-3", outcome: "sent" }]);
    await becomes(cancelled.subscriptionId, [{ kind: "day-3", outcome: "skipped", why: "cancelled" }]);
    const messages = async () => (await call("GET", `/messages?customerId=${late.customerId}`)).body.items;
    await eventually(async () => expect(await messages()).toMatchObject([{ state: "waiting", tries: 1 }]));
    await call("POST", `/subscriptions/${late.subscriptionId}/renew`, { from: "cash" });
    gateway.isDown = false;
    await moveTo(0, 9 * 60 + 40);
    await eventually(async () => {
      expect(await messages()).toMatchObject([
        { template: "reminder-before", state: "skipped", problem: "paid-meanwhile" },
      ]);
    });
    for (const { customerId } of [paused, cancelled])
      expect((await call("GET", `/messages?customerId=${customerId}`)).body.items).toEqual([]);
    expect((await said(paused.subscriptionId)).filter(({ outcome }) => outcome === "sent")).toEqual([]);
  });

  longTest(
    "[MSG-05] [CUS-04] whose log-in, or who, was deleted is not reminded to pay for it: the line ends; nor is who has no site any more, or whose log-in is switched off",
    async () => {
      const [goes, left, stays, dark] = [await subscribe(), await subscribe(), await subscribe(), await subscribe()];
      const off = await subscribe();
      expect((await call("PATCH", `/accounts/${off.accountId}`, { active: false })).status).toBe(200);
      const { siteId } = (await call("POST", "/sites", { name: "Closed" })).body.site;
      expect((await call("PATCH", `/accounts/${dark.accountId}`, { siteIds: [siteId] })).status).toBe(200);
      expect((await call("DELETE", `/sites/${siteId}`)).status).toBe(204);
      // Their first look is done: nothing of them changes by the clock before they end.
      await eventually(async () => {
        const { rows } = await hub.database().asPlatform("test", (tx) =>
          sql`select from job_outbox where name = 'subscriptions.look'
          union all select from subscriptions where kind = 'line' and next_look_ms < ${now() + dayMs}::bigint`.execute(
            tx,
          ),
        );
        expect(rows).toEqual([]);
      });
      expect((await call("DELETE", `/accounts/${goes.accountId}`)).status).toBe(204);
      expect((await call("DELETE", `/customers/${left.customerId}`)).status).toBe(204);
      await moveTo(daysTo(stays.dueMs) - 3, 9 * 60 + 2);
      await becomes(stays.subscriptionId, [{ kind: "day-3", outcome: "sent" }]);
      for (const { subscriptionId } of [dark, off])
        await becomes(subscriptionId, [{ kind: "day-3", outcome: "skipped" }]);
      for (const { customerId, subscriptionId } of [goes, left]) {
        await eventually(async () =>
          expect((await call("GET", `/subscriptions/${subscriptionId}`)).body).toMatchObject({ state: "ended" }),
        );
        expect((await said(subscriptionId)).filter(({ outcome }) => outcome === "sent")).toEqual([]);
        expect((await call("GET", `/messages?customerId=${customerId}`)).body.items).toEqual([]);
      }
    },
  );

  test("[MSG-08] a suspension is told once, when the quiet hours are over; rules of the provider's hold", async () => {
    const { subscriptionId } = await subscribe();
    await moveTo(0, 22 * 60);
    const before = texts.length;
    await call("POST", `/subscriptions/${subscriptionId}/suspend`, { why: "checks" });
    await moveTo(0, 22 * 60 + 10);
    await moveTo(1, 6 * 60 + 50);
    expect(await said(subscriptionId)).toEqual([]);
    await moveTo(0, 7 * 60 + 2);
    await becomes(subscriptionId, [{ kind: "suspended", outcome: "sent" }]);
    await eventually(() =>
      expect(texts.slice(before).filter((text) => text.includes("suspended"))).toEqual([
        expect.stringContaining("your line Home 10M is suspended."),
      ]),
    );
    const bad = await call("PUT", "/message-rules", { ...usualMessageRules, reminderDays: [1, 1] });
    expect(bad.body).toMatchObject({ code: "invalid", field: "reminderDays" });
  });

  longTest(
    "[MSG-08] who pays, or is let in again, while the gateway is away is not told afterwards that they are off; nor is who has no site",
    async () => {
      const [paid, held, dark] = [await subscribe(), await subscribe(), await subscribe()];
      const { siteId } = (await call("POST", "/sites", { name: "Closed later" })).body.site;
      expect((await call("PATCH", `/accounts/${dark.accountId}`, { siteIds: [siteId] })).status).toBe(200);
      expect((await call("DELETE", `/sites/${siteId}`)).status).toBe(204);
      await moveTo(daysTo(paid.dueMs) + 1, 12 * 60);
      const isOver = ({ subscriptionId }: typeof paid) =>
        eventually(async () =>
          expect((await call("GET", `/subscription-log?limit=100&subscriptionId=${subscriptionId}`)).text).toContain(
            "now-over",
          ),
        );
      gateway.isDown = true;
      await isOver(paid);
      await isOver(dark);
      await call("POST", `/subscriptions/${held.subscriptionId}/suspend`, { why: "checks" });
      await moveTo(0, 12 * 60 + 2);
      const last = async ({ subscriptionId }: typeof paid) => (await said(subscriptionId)).at(-1);
      const becomesLast = (line: typeof paid, row: object) =>
        eventually(async () => expect(await last(line)).toMatchObject(row));
      await becomesLast(paid, { kind: "expired", outcome: "sent" });
      await becomesLast(held, { kind: "suspended", outcome: "sent" });
      await becomesLast(dark, { kind: "expired", outcome: "skipped", why: "ended" });
      const found = async ({ customerId }: typeof paid, template: string) =>
        (await call("GET", `/messages?customerId=${customerId}`)).body.items.find(
          (one: { template: string }) => one.template === template,
        );
      await eventually(async () => expect(await found(paid, "expired")).toMatchObject({ state: "waiting", tries: 1 }));
      await eventually(async () =>
        expect(await found(held, "suspended")).toMatchObject({ state: "waiting", tries: 1 }),
      );
      await call("POST", `/subscriptions/${paid.subscriptionId}/renew`, { from: "cash" });
      await call("POST", `/subscriptions/${held.subscriptionId}/unsuspend`);
      gateway.isDown = false;
      await moveTo(0, 12 * 60 + 40);
      const skipped = (line: typeof paid, template: string, problem: string) =>
        eventually(async () => expect(await found(line, template)).toMatchObject({ state: "skipped", problem }));
      await skipped(paid, "expired", "paid-meanwhile");
      await skipped(held, "suspended", "not-so-any-more");
      expect(await found(dark, "expired")).toBeUndefined();
    },
  );

  test("[MSG-08] the end of a long package is told on a day on which thousands of short ones ended", async () => {
    await moveTo(1, 12 * 60);
    await call("PUT", "/message-rules", { ...usualMessageRules, grantNoticesHours: 24 });
    const start = (id: string, ids: string, startedMs: number, endsMs: number) => sql`
      insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
      select ${provider.providerId}, ${id} || n, ${siteId}, 'voucher', '1 hour', ${startedMs}::bigint, ${endsMs}::bigint, 'e', n, 1
      from ${sql.raw(ids)} n`;
    await hub.database().asPlatform("test", async (tx) => {
      await start("short-", "generate_series(1, 2100)", now() - 9 * 3_600_000, now() - 8 * 3_600_000).execute(tx);
      await start("long-", "generate_series(3000, 3000)", now() - 7 * dayMs, now() - 3_600_000).execute(tx);
    });
    await moveTo(0, 12 * 60 + 2);
    await becomes("long-3000", [{ kind: "grant-ended", outcome: "skipped", why: "nobody-to-reach" }]);
    expect(await said("short-1")).toEqual([]);
  });

  longTest(
    "[MSG-08] only where a package is held its end is told, not while it is paused, and not of one that goes on",
    async () => {
      await moveTo(1, 12 * 60);
      await call("PUT", "/message-rules", { ...usualMessageRules, grantNoticesHours: 24 });
      const { providerId } = provider;
      const lodgeId = (await call("POST", "/sites", { name: "Lodge" })).body.site.siteId as string;
      const { batchId } = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 1 })).body;
      const buy = async (n: number): Promise<string> => {
        const order = { providerId, siteId, planId, phone: `072200010${n}`, pay: "cash" as const };
        await hub.hub().money.purchases.start({ ...order, idempotencyKey: `bought-${n}` });
        const grant = await hub
          .database()
          .asProvider(providerId, (tx) =>
            tx
              .selectFrom("grants")
              .innerJoin("purchases", "purchases.purchaseId", "grants.purchaseId")
              .select("grants.grantId")
              .where("purchases.idempotencyKey", "=", `bought-${n}`)
              .executeTakeFirstOrThrow(),
          );
        return grant.grantId;
      };
      const [moved, longer, renewed, renewal, paused] = [
        await buy(1),
        await buy(2),
        await buy(3),
        await buy(4),
        await buy(5),
      ] as const;
      const voucher = `v.${batchId}.1`;
      const [overMs, later] = [now() - 3_600_000, now() + 2 * dayMs];
      let seq = 9000;
      await hub.database().asProvider(providerId, async (tx) => {
        const start = (grantId: string, at: string, endsMs: number, origin = "purchase") =>
          sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values (${providerId}, ${grantId}, ${at}, ${origin}, 'Home 10M', ${overMs - 7 * dayMs}, ${endsMs}, 'e', ${++seq}, 1)`.execute(
            tx,
          );
        for (const grantId of [moved, longer, renewed]) {
          await sql`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
          values (${providerId}, ${grantId}, ${`${grantId}.1`}, 1, ${lodgeId}, ${siteId}, 1, '{}'::jsonb)`.execute(tx);
          await start(grantId, siteId, overMs);
          await start(`${grantId}.1`, lodgeId, grantId === longer ? later : overMs);
        }
        await tx
          .updateTable("grants")
          .set({ renewsGrantId: `${renewed}.1` })
          .where("grantId", "=", renewal)
          .execute();
        await start(paused, siteId, overMs);
        await sql`insert into grant_changes (provider_id, site_id, grant_id, paused_at_ms, changed_at_ms)
        values (${providerId}, ${siteId}, ${paused}, ${overMs - 1}, 1)`.execute(tx);
        await sql`insert into voucher_leases (provider_id, batch_id, serial, site_id, from_site_id, moved_at_ms, use)
        values (${providerId}, ${batchId}, 1, ${lodgeId}, ${siteId}, 1, '{}'::jsonb)`.execute(tx);
        for (const [at, endsMs] of [
          [siteId, overMs],
          [lodgeId, later],
        ] as const) {
          await sql`insert into voucher_redemptions (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
          values (${providerId}, ${batchId}, 1, ${at}, ${voucher}, 'e', ${++seq})`.execute(tx);
          await start(voucher, at, endsMs, "voucher");
        }
      });
      await moveTo(0, 12 * 60 + 2);
      await becomes(`${moved}.1`, [{ kind: "grant-ended", outcome: "sent" }]);
      await eventually(async () => {
        const { rows } = await hub
          .database()
          .asPlatform("test", (tx) => sql`select from job_outbox where name = 'subscriptions.notice'`.execute(tx));
        expect(rows).toEqual([]);
      });
      const others = [moved, longer, `${longer}.1`, renewed, `${renewed}.1`, paused, voucher];
      expect(await Promise.all(others.map(said))).toEqual(others.map(() => []));
    },
  );

  longTest(
    "[MSG-08] a package that stops for want of credit has a message of its own: it is no notice, and holds up no line's",
    async () => {
      const line = await subscribe();
      const { subscriptionId } = (await call("POST", "/subscriptions", { phone: "0722000001", planId, siteId })).body;
      await eventually(async () =>
        expect((await call("GET", `/subscriptions/${subscriptionId}`)).body.state).toBe("over"),
      );
      // As many as are looked at in a minute, twelve hours before the line's.
      const id = (line.dueMs + dayMs / 2)
        .toString(16)
        .padStart(12, "0")
        .replace(/(.{8})/, "$1-");
      await hub.database().asPlatform("test", (tx) =>
        sql`insert into subscription_log (provider_id, log_id, subscription_id, at_ms, what, who, paid_until_ms)
        select provider_id, ${`${id}-`} || n, subscription_id, at_ms, what, who, n
        from subscription_log, generate_series(1, 500) n where subscription_id = ${subscriptionId} and what = 'now-over'`.execute(
          tx,
        ),
      );
      await moveTo(daysTo(line.dueMs) + 1, 12 * 60);
      await becomes(line.subscriptionId, [{ kind: "expired", outcome: "sent" }]);
      const { rows } = await hub.database().asPlatform("test", (tx) =>
        sql`select data from job_outbox where name = 'subscriptions.notice' and data ->> 'subscriptionId' = ${subscriptionId}
        union all select data from dead_jobs where name = 'subscriptions.notice'`.execute(tx),
      );
      expect(rows).toEqual([]);
    },
  );
});
