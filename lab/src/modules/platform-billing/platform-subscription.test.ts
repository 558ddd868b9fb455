/** A provider's subscription to the platform, from its trial to arrears and back, paid by the platform's own paybill. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { type HttpCall, undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { sendToOutbox } from "@karibu/cloud/ground/jobs/outbox";
import { pullJob } from "@karibu/cloud/money/channels/pull-job";
import { useHub } from "@karibu/cloud/test-hub";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleApp } from "../../daraja/sample-app.ts";
import { type RunningDaraja, startDaraja } from "../../money/payments-hub.ts";

const patience = { timeout: 20_000 };
const dayMs = 86_400_000;

describe("a provider's subscription to the platform", () => {
  let daraja: RunningDaraja | null = null;
  /** Safaricom's hosts are the simulated one, and its callbacks find the hub's port. */
  const http: HttpCall = (request) => {
    const text = "body" in request && typeof request.body === "string" ? request.body : undefined;
    return undiciCall({
      ...request,
      url: request.url.replace(/^https:\/\/(sandbox|api)\.safaricom\.co\.ke/, daraja?.url ?? ""),
      ...(text === undefined ? {} : { body: text.replaceAll("http://hub.test", hub.url()) }),
    });
  };
  const hub = useHub(anyEngine, { http });
  beforeAll(async () => {
    daraja = await startDaraja({ resultMs: 20, confirmsPush: () => "never" });
  });
  afterAll(() => daraja?.stop());

  let keys = 0;
  const call = (method: string, path: string, token: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, {
      token,
      headers: { "Idempotency-Key": `billing-${keys++}` },
      ...(body === undefined ? {} : { body }),
    });
  const asPlatform = <T>(work: Parameters<ReturnType<typeof hub.database>["asPlatform"]>[1]) =>
    hub.database().asPlatform("test", work) as Promise<T>;
  const round = async () => {
    await asPlatform((tx) => tx.deleteFrom("upkeep_runs").where("name", "=", "platform-subscriptions").execute());
    await hub.hub().maintenance.runDue();
  };
  /** Everything of this subscription happened so many days earlier. */
  const age = (providerId: string, days: number) =>
    asPlatform(async (tx) => {
      const ms = days * dayMs;
      await sql`update platform_subscriptions set anchor_ms = anchor_ms - ${ms}::bigint where provider_id = ${providerId}`.execute(
        tx,
      );
      await sql`update platform_charges set from_ms = from_ms - ${ms}::bigint, until_ms = until_ms - ${ms}::bigint,
        due_at_ms = due_at_ms - ${ms}::bigint where provider_id = ${providerId}`.execute(tx);
      await sql`update platform_notices set sent_at_ms = sent_at_ms - ${ms}::bigint where provider_id = ${providerId}`.execute(
        tx,
      );
      await sql`update providers set no_way_to_pay_at_ms = no_way_to_pay_at_ms - ${ms}::bigint where provider_id = ${providerId}`.execute(
        tx,
      );
    });
  const sellsOnline = (providerId: string) =>
    asPlatform<boolean[]>(async (tx) => {
      const rows = await tx
        .selectFrom("feed_rows")
        .select(sql<boolean>`(body ->> 'sellsOnline')::boolean`.as("sells"))
        .where("providerId", "=", providerId)
        .where("kind", "=", "site")
        .execute();
      return rows.map(({ sells }) => sells);
    });

  test("[TEN-06] trial, invoice, three notices, read-only, sales stopped; refunds, callbacks and the export stay open; paid at the platform's paybill, all opens again", async () => {
    const admin = await hub.adminToken();
    const plan = { name: "Small", priceCents: 100_000, trialDays: 14, limits: { sites: 2 }, forNew: true };
    const made = await call("POST", "/platform/billing/plans", admin, plan);
    expect(made.status, made.text).toBe(201);
    const { token, providerId, ownerEmail } = await hub.makeProvider("Soko");
    const own = async () => (await call("GET", "/platform-subscription", token)).body;
    expect((await own()).subscription).toMatchObject({ state: "trial", plan: { name: "Small" }, owedCents: 0 });
    for (const [name, status] of [
      ["Market", 201],
      ["Bank", 201],
      ["Third", 409],
    ] as const)
      expect((await call("POST", "/sites", token, { name })).status, name).toBe(status);
    const { shortcode, passkey, consumerKey, consumerSecret } = sampleApp;
    const keysOf = (number: string) => ({ shortcode: number, passkey, consumerKey, consumerSecret });
    const paybill = { kind: "mpesa-paybill", environment: "sandbox" };
    await call("POST", "/channels", token, { ...paybill, ...keysOf("600777") });
    expect(await sellsOnline(providerId)).toEqual([true, true]);

    await age(providerId, 8);
    await round();
    expect((await own()).charges).toMatchObject([{ period: 0, amountCents: 100_000, state: "issued" }]);
    await expect
      .poll(() => hub.letters().filter(({ to }) => to === ownerEmail).length, patience)
      .toBeGreaterThanOrEqual(1);
    // Nothing is held against them while the platform has no channel to pay by.
    for (let step = 0; step < 12; step++) {
      await age(providerId, 5);
      await round();
    }
    expect((await own()).subscription).toMatchObject({ state: "arrears", notices: 0 });
    const channel = await call("POST", "/channels", admin, { ...paybill, ...keysOf(shortcode) });
    expect(channel.status, channel.text).toBe(201);
    const register = { responseType: "Completed", version: "v2", nominatedPhone: "0722000000" };
    const registered = await call("POST", `/channels/${channel.body.id}/register`, admin, register);
    expect(registered.status, registered.text).toBe(200);

    const states: string[] = [];
    for (const days of [0, 7, 7, 3, 10, 1]) {
      await age(providerId, days);
      await round();
      const { state, notices } = (await own()).subscription;
      states.push(`${state} ${notices}`);
    }
    expect(states).toEqual(["arrears 1", "arrears 2", "arrears 3", "read-only 3", "read-only 3", "stopped 3"]);
    expect(await sellsOnline(providerId)).toEqual([false, false]);
    const refused = await call("POST", "/customers", token, { name: "Juma" });
    expect(refused.body).toMatchObject({ status: 403, code: "provider-in-arrears" });
    expect((await call("POST", "/refunds", token, {})).body.code).not.toBe("provider-in-arrears");
    expect((await call("GET", "/settings/export", token)).status).toBe(200);
    const figures = (await call("GET", "/platform/billing", admin)).body;
    expect(figures).toMatchObject({ owing: 1, left: 1, items: [{ providerName: "Soko", state: "stopped" }] });

    const letters = () => hub.letters().filter(({ to }) => to === ownerEmail);
    const { accountNumber } = (await own()).charges.at(-1);
    await expect
      .poll(() => letters().find(({ subject }) => subject.includes("notice 3 of 3"))?.text, patience)
      .toContain(`Pay at M-Pesa paybill ${shortcode}, account ${accountNumber}, or here:`);

    // The platform's own channel breaks: who can't pay is let in, and the platform hears of it. Then it is as it was before.
    const troubles = async () => {
      const health = await call("GET", "/platform/health", admin);
      return health.body.parts.filter(({ name }: { name: string }) => name === "subscriptions");
    };
    expect((await call("PATCH", `/channels/${channel.body.id}`, admin, { active: false })).status).toBe(200);
    await round();
    expect((await own()).subscription).toMatchObject({ state: "arrears", readOnlyFromMs: null });
    expect(await sellsOnline(providerId)).toEqual([true, true]);
    expect(await troubles()).toMatchObject([{ finding: "unpayable", figures: { unpayable: 1 } }]);
    await expect.poll(() => letters().at(-1)?.subject, patience).toBe("Soko: everything is open for now");
    await age(providerId, 30);
    await round();
    expect((await own()).subscription.state).toBe("arrears");
    expect((await call("PATCH", `/channels/${channel.body.id}`, admin, { active: true })).status).toBe(200);
    await round();
    expect((await own()).subscription.state).toBe("stopped");
    const { rows: waived } = await asPlatform<{ rows: { days: number }[] }>((tx) =>
      sql<{ days: number }>`select round(waived_ms / 86400000.0)::int as days from platform_notices
        where provider_id = ${providerId} and ordinal = 3`.execute(tx),
    );
    expect(waived).toEqual([{ days: 30 }]);
    expect(await troubles()).toEqual([]);

    // Paid: the callback opens at once what was shut, the channel's own list proves it.
    const others = await hub.makeProvider("Other");
    const forged = await call(
      "POST",
      `/platform-subscription/charges/${(await own()).charges[0].id}/pay`,
      others.token,
      { phone: "0712000900" },
    );
    expect(forged.status).toBe(404);
    const open = (await own()).charges.filter((one: { state: string }) => one.state === "issued");
    const toldOf = (charges: readonly { toldAtMs: number | null }[]) => charges.map((one) => one.toldAtMs !== null);
    expect(toldOf(open)).toEqual(open.map(() => false));
    let paid = 0;
    for (const { id } of open) {
      const asked = await call("POST", `/platform-subscription/charges/${id}/pay`, token, { phone: "0712000900" });
      expect([asked.status, asked.body.state], asked.text).toEqual([202, "prompted"]);
      daraja?.act("254712000900", { kind: "pay", pin: "1234" });
      await expect.poll(() => paidPrompts(), patience).toBe(++paid);
      // However many others ask their phones in the same hour.
      if (paid === 1) await asPlatform((tx) => promptsOfOthers(others.providerId).execute(tx));
    }
    // Told and not proved yet: the page asks nobody to pay again.
    const told = (await own()).charges.filter((one: { state: string }) => one.state === "issued");
    expect(toldOf(told)).toEqual(open.map(() => true));
    await round();
    expect((await own()).subscription.state).toBe("active");
    expect(await sellsOnline(providerId)).toEqual([true, true]);
    expect((await call("POST", "/customers", token, { name: "Juma" })).status).toBe(201);
    const job = { providerId: "platform", channelId: channel.body.id, backMs: 7_200_000 };
    await asPlatform((tx) => sendToOutbox(hub.world)(tx, pullJob, job));
    await expect
      .poll(async () => (await own()).charges.every(({ state }: { state: string }) => state === "paid"), patience)
      .toBe(true);
    expect((await call("GET", "/platform/billing", admin)).body).toMatchObject({ paying: 1, owing: 0, left: 0 });
    // The platform's income is the platform's: none of it stands in the provider's books.
    const mine = await asPlatform<unknown[]>((tx) =>
      tx.selectFrom("ledger_postings").select("entryId").where("providerId", "=", providerId).execute(),
    );
    expect(mine).toEqual([]);
  }, 90_000);

  const promptsOfOthers = (payer: string) =>
    sql`insert into invoice_prompts select of_others.* from invoice_prompts p, generate_series(1, 60) n,
      jsonb_populate_record(p, jsonb_build_object('prompt_id', 'other-' || n, 'idempotency_key', ${payer}::text || '/' || n,
        'state', 'failed', 'request_id', null, 'secret_hash', 'other-' || n)) of_others where p.state = 'paid'`;

  const paidPrompts = () =>
    asPlatform<number>(async (tx) => {
      const rows = await tx.selectFrom("invoice_prompts").select("promptId").where("state", "=", "paid").execute();
      return rows.length;
    });

  test("[TEN-06] an admin forgives what is owed or takes cash, and ends a subscription: then the hub's own limits hold again", async () => {
    const admin = await hub.adminToken();
    const { token, providerId } = await hub.makeProvider("Pwani");
    const own = async () => (await call("GET", "/platform-subscription", token)).body;
    await age(providerId, 8);
    await round();
    const [{ id }] = (await own()).charges;
    const settle = (how: string) =>
      call("POST", `/providers/${providerId}/platform-subscription/charges/${id}/settle`, admin, { how });
    expect((await settle("credit")).body).toMatchObject({ status: 409, code: "no-credit" });
    expect((await settle("cash")).body.charges).toMatchObject([{ state: "paid" }]);
    const by = await call("PUT", `/providers/${providerId}/platform-subscription/plan`, admin, { planId: null });
    expect(by.body.subscription.state).toBe("ended");
    const quota = (await call("GET", "/quotas", token)).body.items.find(
      ({ kind }: { kind: string }) => kind === "sites",
    );
    expect(quota.limit).toBe(500);
    // Who comes back has no second trial and pays no period twice.
    const { planId } = (await own()).plans[0];
    await call("POST", "/platform-subscription/plan", token, { planId });
    expect((await own()).charges.map(({ period }: { period: number }) => period)).toEqual([0]);
    expect((await call("POST", "/platform/billing/plans", token, {})).status).toBe(403);
  });

  test("[TEN-06] who is ended after the next invoice went out and comes back pays for that month", async () => {
    const admin = await hub.adminToken();
    const { token, providerId } = await hub.makeProvider("Ziwa");
    const own = async () => (await call("GET", "/platform-subscription", token)).body;
    await age(providerId, 8);
    await round();
    const [first] = (await own()).charges;
    expect(first).toMatchObject({ period: 0, state: "issued" });
    const end = await call("PUT", `/providers/${providerId}/platform-subscription/plan`, admin, { planId: null });
    expect(end.body).toMatchObject({ subscription: { state: "ended" }, charges: [] });
    const [plan] = (await own()).plans;
    const back = await call("POST", "/platform-subscription/plan", token, { planId: plan.planId });
    expect(back.body.charges).toMatchObject([{ period: 0, state: "issued", fromMs: first.fromMs }]);
    expect(back.body.charges[0].id).not.toBe(first.id);
  });

  test("[TEN-06] a plan costs nothing that no channel of the platform could ever take", async () => {
    const admin = await hub.adminToken();
    for (const { id } of (await call("GET", "/channels", admin)).body.items)
      await call("PATCH", `/channels/${id}`, admin, { active: false });
    const plan = { name: "Odd", priceCents: 100_050, active: false };
    // Before there is a channel nobody knows.
    expect((await call("POST", "/platform/billing/plans", admin, plan)).status).toBe(201);
    const { passkey, consumerKey, consumerSecret } = sampleApp;
    const till = { kind: "mpesa-till", environment: "sandbox", shortcode: "5551234", storeNumber: "600999" };
    const made = await call("POST", "/channels", admin, { ...till, passkey, consumerKey, consumerSecret });
    expect(made.status, made.text).toBe(201);
    const refused = await call("POST", "/platform/billing/plans", admin, plan);
    expect(refused.body).toMatchObject({ status: 409, code: "price-not-payable", field: "priceCents" });
    expect((await call("POST", "/platform/billing/plans", admin, { ...plan, priceCents: 100_000 })).status).toBe(201);
  });
});
