import { longTest } from "@karibu/protocol/test-long-run";
import { type RawBuilder, sql } from "kysely";
import { expect, test } from "vitest";
import { engineSuite } from "../ground/db/test-databases.ts";
import type { ModuleWaiting } from "../modules/all-modules.ts";
import { samplesOfModules } from "../modules/test-all-modules.ts";
import type { ModuleSamples } from "../modules/test-samples.ts";
import { surePosterOf } from "../test-asking.ts";
import { ownerPassword, useHub } from "../test-hub.ts";
import { type WaitingKind, waitingKinds } from "./waiting.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the rows below hang on. */
type ModuleSample = NonNullable<ModuleSamples["waiting"]>[string];
const waitingOfModules: NonNullable<ModuleSamples["waiting"]> = Object.assign(
  {},
  ...samplesOfModules.map(({ waiting = {} }) => waiting),
);
const isOfModule = (kind: WaitingKind): kind is ModuleWaiting => Object.hasOwn(waitingOfModules, kind);

interface Place {
  readonly provider: string;
  readonly site: string;
  readonly channel: string;
  readonly payment: string;
  readonly now: number;
}

/** One thing of each kind that needs a person, as the rooms store it. */
const oneOfEach: Record<Exclude<WaitingKind, ModuleWaiting>, (at: Place) => RawBuilder<unknown>> = {
  "payments-review": ({ payment }) =>
    sql`update purchases set review = 'amount-differs' where purchase_id = ${payment}`,
  "payments-unknown": ({ payment }) =>
    sql`update purchases set review = null, state = 'unknown' where purchase_id = ${payment}`,
  "payments-unreceipted": ({ payment }) =>
    sql`update purchases set state = 'paid_unreceipted' where purchase_id = ${payment}`,
  "money-unmatched": ({
    provider,
    channel,
    now,
  }) => sql`insert into receipts (provider_id, rail, receipt, channel_id, amount_cents,
      plan_cents, credit_cents, suspense_cents, state, currency, entry_id, booked_at_ms)
    select ${provider}, 'mpesa', 'UKL51ZDR4F', ${channel}, 2000, 0, 0, 2000, 'suspense', 'KES', min(entry_id), ${now}::bigint
    from ledger_entries where provider_id = ${provider}`,
  "callbacks-unmatched": ({
    provider,
    channel,
    now,
  }) => sql`insert into evidence (provider_id, evidence_id, channel_id, source,
      natural_key, body_hash, received_at_ms, state)
    values (${provider}, 'e1', ${channel}, 'stk-callback', 'k', 'h', ${now}::bigint, 'unmatched')`,
  "codes-unknown": ({
    provider,
    now,
  }) => sql`insert into unread_evidence (provider_id, source, what, first_at_ms, last_at_ms)
    values (${provider}, 'stk', '9999', ${now}::bigint, ${now}::bigint)`,
  claims: ({
    provider,
    now,
  }) => sql`insert into payment_claims (provider_id, claim_id, receipt, state, created_at_ms, changed_at_ms)
    values (${provider}, 'c1', 'UKL51ZDR4G', 'open', ${now}::bigint, ${now}::bigint)`,
  "refunds-to-decide": (at) => refund(at, "r1", "asked"),
  "refunds-failed": (at) => refund(at, "r2", "failed"),
  "corrections-to-decide": ({
    provider,
    now,
  }) => sql`insert into corrections (provider_id, correction_id, idempotency_key,
      kind, state, amount_cents, currency, party, reason, asked_by, created_at_ms, changed_at_ms)
    values (${provider}, 'c1', 'k', 'pay-out-credit', 'asked', 100, 'KES', 'p', 'x', 'u', ${now}::bigint, ${now}::bigint)`,
  differences: ({ provider, channel, now }) => sql`
    with file as (insert into statements (provider_id, statement_id, channel_id, layout, from_ms, to_ms, inflow_rows, inflow_cents,
      file_hash, imported_by, imported_at_ms)
      values (${provider}, 's1', ${channel}, 'x', 1, 2, 0, 0, 'h', 'u', ${now}::bigint) returning statement_id)
    insert into statement_differences (provider_id, channel_id, receipt, what, statement_cents, booked_cents, statement_id, found_at_ms)
    select ${provider}, ${channel}, 'UKL51ZDR4H', 'not-in-books', 1, 0, statement_id, ${now}::bigint from file`,
  "expenses-above-till": ({
    provider,
    now,
  }) => sql`insert into expenses (provider_id, expense_id, idempotency_key, category,
      paid_from, amount_cents, short_cents, currency, spent_on, entry_id, created_by, created_at_ms)
    select ${provider}, 'x1', 'above', 'Fuel', 'cash', 100, 100, 'KES', '2026-01-02', min(entry_id), 'u', ${now}::bigint
    from ledger_entries where provider_id = ${provider}`,
  "invoices-overdue": ({
    provider,
    now,
  }) => sql`insert into invoices (provider_id, invoice_id, number, idempotency_key, customer_name,
      lines, total_cents, currency, state, due_on, created_by, created_at_ms, changed_at_ms)
    values (${provider}, 'i1', 1, 'k', 'Guest house', '[]', 100, 'KES', 'issued', '2020-01-01', 'u', ${now}::bigint, ${now}::bigint)`,
  "jobs-failed": ({
    provider,
    now,
  }) => sql`insert into dead_jobs (job_id, name, queue, tries, data, error, created_at_ms, died_at_ms)
    values (${`dead-${provider}`}, 'payments.ask', 'payments', 5, jsonb_build_object('providerId', ${provider}::text), 'x',
      ${now}::bigint, ${now}::bigint)`,
  "messages-failed": ({
    provider,
    now,
  }) => sql`insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash,
      to_masked, text_sealed, state, created_at_ms, changed_at_ms)
    values (${provider}, 'm1', 'k', 'code', '', 'h', '2547***126', '', 'failed', ${now}::bigint, ${now}::bigint)`,
  "mails-failed": ({
    provider,
    now,
  }) => sql`insert into mail_outbox (provider_id, mail_id, to_address, subject, body_sealed, state,
      created_at_ms)
    values (${provider}, 'm1', 'a@b.test', 'x', '', 'failed', ${now}::bigint)`,
  "channels-failing": ({ channel }) =>
    sql`update channels set keys_problem = 'wrong secret' where channel_id = ${channel}`,
  "limit-near": ({
    payment,
    now,
  }) => sql`insert into purchases select (jsonb_populate_record(null::purchases, to_jsonb(p)
    || jsonb_build_object('purchase_id', 'near', 'idempotency_key', 'near', 'secret_hash', 'near', 'reference', 'NEAR', 'state', 'paid',
      'review', null, 'corroborated', false, 'amount_cents', 2500001, 'changed_at_ms', ${now}::bigint))).* from purchases p where purchase_id = ${payment}`,
  alarms: ({
    provider,
    site,
    now,
  }) => sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
    values (${provider}, ${site}, 'e', 1, 'session-stays', '{}', ${now}::bigint, ${now}::bigint)`,
  "batches-failed": ({ provider }) => sql`update voucher_batches set state = 'failed' where provider_id = ${provider}`,
  "invitations-unconfirmed": ({ provider, now }) => invitation(provider, "t1", now, now + dayMs),
  "invitations-expired": ({ provider, now }) => invitation(provider, "t2", now, now - dayMs),
};

function refund({ provider, now }: Place, id: string, state: string) {
  return sql`insert into refunds (provider_id, refund_id, idempotency_key, method, amount_cents, currency, reason, state, asked_by,
      created_at_ms, changed_at_ms)
    values (${provider}, ${id}, ${id}, 'cash', 100, 'KES', 'x', ${state}, 'u', ${now}::bigint, ${now}::bigint)`;
}

function invitation(provider: string, id: string, now: number, until: number) {
  return sql`insert into mailed_tokens (provider_id, token_id, kind, token_hash, email, detail, created_at_ms, expires_at_ms)
    values (${provider}, ${id}, 'invitation', ${Buffer.from(id + provider)}::bytea, ${`${id}@b.test`}, '{}', ${now}::bigint, ${until}::bigint)`;
}

engineSuite("the home page", (engine) => {
  const hub = useHub(engine, { fromNoon: true });
  const home = async (token: string) => (await hub.call("GET", "/api/v1/home", { token })).body;
  const run = (query: RawBuilder<unknown>) => hub.database().asPlatform("test", (tx) => query.execute(tx));

  async function makeShop(name: string) {
    const provider = await hub.makeProvider(name);
    let { token } = provider;
    const post = surePosterOf(hub, () => token);
    const { site } = await post("/sites", { name: "Market square" });
    const { planId } = await post("/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
    const sell = (phone = "0712345678") =>
      post("/payments/purchase", { siteId: site.siteId, planId, phone, pay: "cash" });
    return {
      ...provider,
      siteId: site.siteId as string,
      planId: planId as string,
      post,
      sell,
      async logInAgain() {
        token = await hub.logIn(provider.ownerEmail, ownerPassword);
        return token;
      },
    };
  }

  test("a new provider sees a checklist, and each step is done once it is done", async () => {
    const shop = await makeShop("Alpha");
    const { token } = shop;
    const first = await home(token);
    expect(first).toMatchObject({
      currency: "KES",
      waiting: [],
      sales: { todayCents: 0, todaySales: 0, lastWeekCents: 0 },
      online: { now: 0 },
      sites: { up: 0, error: 0, silent: 0, down: 0, never: 1 },
      expenses: { monthCents: 0, count: 0 },
      plans: { today: [], week: [] },
      retention: { days: 30, payers: 0, returning: 0 },
      health: null,
    });
    expect(first.checklist).toEqual({
      name: false,
      keys: false,
      plan: true,
      site: false,
      testSale: false,
      print: false,
      isDone: false,
      doneAtMs: { name: null, keys: null, plan: expect.any(Number), site: null, testSale: null, print: null },
    });
    expect((await hub.call("PATCH", "/api/v1/settings", { token, body: { supportPhone: "0700000000" } })).status).toBe(
      200,
    );
    const keys = { shortcode: "600100", passkey: "pass", consumerKey: "key", consumerSecret: "secret" };
    const { id: channel } = await shop.post("/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys });
    expect((await home(token)).checklist.keys, "accepted keys are not all keys").toBe(false);
    // `tried-channel.test.ts` asks a phone.
    await run(sql`update channels set request_accepted_at_ms = 1 where channel_id = ${channel}`);
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
        values (${shop.providerId}, ${shop.siteId}, 'key', 1)`);
    await shop.sell();
    const { batchId } = await shop.post("/vouchers/batches", {
      planId: shop.planId,
      quantity: 1,
      siteId: shop.siteId,
    });
    await expect
      .poll(async () => (await hub.call("GET", `/api/v1/vouchers/batches/${batchId}`, { token })).body.state)
      .toBe("ready");
    expect((await home(token)).checklist, "made, and not printed yet").toMatchObject({ print: false, isDone: false });
    expect(await shop.post(`/vouchers/batches/${batchId}/printed`, {})).toMatchObject({
      printedAtMs: expect.any(Number),
    });
    expect((await home(token)).checklist).toEqual({
      name: true,
      keys: true,
      plan: true,
      site: true,
      testSale: true,
      print: true,
      isDone: true,
      doneAtMs: {
        name: null,
        keys: 1,
        plan: expect.any(Number),
        site: 1,
        testSale: expect.any(Number),
        print: expect.any(Number),
      },
    });
  });

  test("each kind of thing that needs a person is counted, by itself, and only for who may read it", async () => {
    const shop = await makeShop("Beta");
    const { token, providerId: provider, siteId: site } = shop;
    const { id: payment } = await shop.sell();
    await shop.post("/vouchers/batches", { planId: shop.planId, quantity: 1, siteId: site });
    const keys = { shortcode: "600100", passkey: "pass", consumerKey: "key", consumerSecret: "secret" };
    const { id: channel } = await shop.post("/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys });
    const at: Place = { provider, site, channel, payment, now: hub.world.clock.wall().atMs };
    const seen = new Set<WaitingKind>();
    for (const kind of waitingKinds) {
      const place = { providerId: provider, siteId: site, nowMs: at.now, label: "one" };
      await run(isOfModule(kind) ? (waitingOfModules[kind] as ModuleSample)(place) : oneOfEach[kind](at));
      // The same payment first needs a review, and then nobody knows whether it was paid.
      if (kind === "payments-unknown") seen.delete("payments-review");
      // Then its money is there, and no receipt yet: Home leads to the list of those, not to one without it.
      if (kind === "payments-unreceipted") seen.delete("payments-unknown");
      seen.add(kind);
      const { waiting } = await home(token);
      expect(new Set(waiting.map((one: { kind: string }) => one.kind)), kind).toEqual(seen);
      for (const one of waiting) expect(one, kind).toMatchObject({ count: 1, more: false });
    }
    const body = { email: "inst@beta.test", name: "Installer", role: "installer", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token, body });
    const installer = await home(await hub.logIn(body.email, ownerPassword));
    expect(installer).toMatchObject({ sales: null, expenses: null, plans: null, retention: null, checklist: null });
    expect(installer.waiting).toEqual([{ kind: "alarms", count: 1, more: false }]);
    const other = await hub.makeProvider("Gamma");
    expect((await home(other.token)).waiting).toEqual([]);
    await run(sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
        select ${provider}, ${site}, 'f', n, 'guessing', '{}', ${at.now}::bigint, ${at.now}::bigint from generate_series(1, 150) n`);
    const many = (await home(token)).waiting.find((one: { kind: string }) => one.kind === "alarms");
    expect(many).toEqual({ kind: "alarms", count: 100, more: true });
  });

  test("today is compared with the same weekday up to the same time; plans, payers and expenses are counted", async () => {
    const shop = await makeShop("Delta");
    for (const phone of ["0712345678", "0712345679"]) await shop.sell(phone);
    hub.moveClock(7 * dayMs - hourMs);
    let token = await shop.logInAgain();
    expect((await home(token)).sales, "an hour too early").toMatchObject({ todayCents: 0, lastWeekCents: 0 });
    hub.moveClock(hourMs + 60_000);
    token = await shop.logInAgain();
    await shop.sell("0712345678");
    const now = new Date(hub.world.clock.wall().atMs + 3 * hourMs).toISOString().slice(0, 10);
    const spent = { category: "Power", amountCents: 1500, spentOn: now };
    await shop.post("/expenses", spent);
    const found = await home(token);
    expect(found.sales).toMatchObject({ todayCents: 2000, todaySales: 1, lastWeekCents: 4000, lastWeekSales: 2 });
    const sum = (cents: number[]) => cents.reduce((total, each) => total + each, 0);
    expect([found.sales.byHourCents, found.sales.lastWeekByHourCents].map((one) => [one.length, sum(one)])).toEqual([
      [24, 2000],
      [24, 4000],
    ]);
    expect(found.plans.today).toEqual([{ planName: "Hour", payments: 1, takenCents: 2000 }]);
    expect(found.expenses).toMatchObject({ monthCents: 1500, count: 1 });
    expect(found.retention).toEqual({ days: 30, payers: 2, returning: 0 });
    hub.moveClock(31 * dayMs);
    token = await shop.logInAgain();
    await shop.sell("0712345678");
    await shop.sell("0712345670");
    expect((await home(token)).retention).toEqual({ days: 30, payers: 2, returning: 1 });
    hub.moveClock(400 * dayMs);
    expect((await home(await shop.logInAgain())).retention).toMatchObject({ payers: 0 });
    hub.moveClock(-400 * dayMs);
    expect((await home(await shop.logInAgain())).retention, "that clock was ahead").toMatchObject({ payers: 2 });
  });

  longTest("who is online now, and the curve of the day, as it was counted", async () => {
    const { providerId, token: old, siteId, logInAgain } = await makeShop("Epsilon");
    expect(old).not.toBe("");
    const session = (
      key: string,
    ) => sql`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
        values (${providerId}, ${siteId}, ${key}, 1, 1)`;
    await run(session("one"));
    await hub.hub().maintenance.runDue();
    await run(session("two"));
    hub.moveClock(10 * 60_000);
    await hub.hub().maintenance.runDue();
    await run(sql`update sessions set stopped_at_ms = 5 where provider_id = ${providerId} and session_key = 'one'`);
    const { online } = await home(await logInAgain());
    expect(online.now).toBe(1);
    expect(online.curve.map((one: { online: number }) => one.online)).toEqual([1, 2, 1]);
    hub.moveClock(25 * hourMs);
    const later = await home(await logInAgain());
    expect(later.online.curve).toHaveLength(1);
  });

  test("[UIX-09] prompts that were paid, money that waits and sites that were away: today, a week ago, and the way there", async () => {
    const shop = await makeShop("Zeta");
    const { providerId, siteId } = shop;
    await shop.sell("0712345678");
    const bought = sql`select purchase_id from purchases where provider_id = ${providerId}`;
    await run(sql`insert into channels select (jsonb_populate_record(c, '{"channel_id": "prompts", "kind": "mpesa-paybill", "shortcode": "600100", "hook_token_hash": "h", "notice_token_hash": "n"}')).*
        from channels c where c.provider_id = ${providerId} and c.kind = 'cash'`);
    const nowMs = hub.world.clock.wall().atMs;
    const prompt = (id: string, state: string, atMs: number) => sql`
        insert into purchases select (jsonb_populate_record(p, jsonb_build_object('purchase_id', ${id}::text, 'channel_id', 'prompts', 'state', ${state}::text,
          'idempotency_key', ${id}::text, 'reference', ${id}::text, 'secret_hash', ${id}::text, 'sold_by', null, 'created_at_ms', ${atMs}::bigint,
          'sent_at_ms', ${atMs}::bigint))).* from purchases p where p.purchase_id in (${bought}) and p.sold_by is not null`;
    await run(prompt("paid", "paid", nowMs - 60_000));
    await run(prompt("cancelled", "failed", nowMs - 60_000));
    await run(prompt("asked-now", "prompted", nowMs));
    // As the report of prompts has it: nobody knows yet what became of one, and one was paid before it was reversed.
    await run(prompt("not-known", "unknown", nowMs - 60_000));
    await run(prompt("given-back", "reversed", nowMs - 60_000));
    await run(prompt("week", "paid", nowMs - 7 * dayMs - 60_000));
    await run(
      sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${providerId}, ${siteId}, ${nowMs - 30 * 60_000}::bigint)`,
    );
    await run(
      sql`insert into site_absences values (${providerId}, ${siteId}, ${nowMs - 5.5 * hourMs}::bigint, ${nowMs - 3.5 * hourMs}::bigint)`,
    );
    const found = await home(await shop.logInAgain());
    expect(found.prompts).toMatchObject({ today: { asked: 3, paid: 2 }, lastWeek: { asked: 1, paid: 1 } });
    expect(found.prompts.byDay.at(-1)).toEqual({ asked: 3, paid: 2 });
    expect(found.sites.awayByHour).toHaveLength(25);
    expect(found.sites.awayByHour.slice(-7)).toEqual([0, 1, 1, 0, 0, 0, 1]);
    expect(found.moneyWaiting).toMatchObject({ unmatchedCents: 0, byDayCents: expect.any(Array) });
    expect(found.moneyWaiting.byDayCents.at(-1)).toBe(found.moneyWaiting.pendingCents);
  });

  test("a platform admin sees the health of the hub, and no provider's figures", async () => {
    const found = await home(await hub.adminToken());
    expect(found).toMatchObject({ sales: null, online: null, checklist: null });
    expect(found.health).toMatchObject({ providers: expect.any(Number), sitesUp: 0, jobsFailed: expect.any(Number) });
    expect(found.health.providers).toBeGreaterThan(1);
  });
});
