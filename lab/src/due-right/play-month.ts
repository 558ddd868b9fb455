/**
 * A month of subscribers on the real hub's money, its database and its jobs, under a clock that jumps from one thing that happens to the next. M-Pesa
 * takes each prompt; what its customer answers is drawn, and the proof of the money is taken as given: other tests look at that.
 */
import { insertAccount } from "@karibu/cloud/catalogue/accounts/accounts";
import { insertCustomer } from "@karibu/cloud/catalogue/customers/customers";
import { insertPlan } from "@karibu/cloud/catalogue/plans/plans";
import type { SiteRow } from "@karibu/cloud/fleet/sites/sites";
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import type { Database, Tx } from "@karibu/cloud/ground/db/database";
import { createPublish, createPublishMany } from "@karibu/cloud/ground/feed/publish";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createReadFile } from "@karibu/cloud/ground/foreign-files/read-file";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createMoney } from "@karibu/cloud/money/create-money";
import { setUpProvider } from "@karibu/cloud/operations/provider-life/set-up-provider";
import { createTestSites } from "@karibu/cloud/test-sites";
import type { CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { sampleApp } from "../daraja/sample-app.ts";
import { callRoute } from "../money/call-route.ts";
import { realWorld } from "../world/real-world.ts";
import { nextMinute } from "./civil-time.ts";
import { type Country, countries, type Deed, type MonthPlan, rulesOf, type Subscriber } from "./draw-subscribers.ts";
import { logLine, promptAnswerMs } from "./expect-month.ts";

export interface Played {
  readonly lines: readonly string[];
  readonly creditCents: number;
  readonly letIn: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

export interface PlayedMonth {
  readonly of: ReadonlyMap<number, Played>;
  /** What the books have as income, by country, minor units. */
  readonly incomeCents: ReadonlyMap<Country, number>;
  /** Prompts that were on a phone at hours when people sleep, or beside another one. */
  readonly badPrompts: readonly string[];
}

interface Line extends Subscriber {
  readonly providerId: string;
  readonly subscriptionId: string;
  readonly accountId: string;
}

const looking = ["subscriptions.look", "subscriptions.phone", "reconnection.subscription", "reconnection.proved"];

export async function playMonth(database: Database, plan: MonthPlan): Promise<PlayedMonth> {
  const real = realWorld();
  let nowMs = plan.startMs - 3_600_000;
  const silent = () => {};
  const world: World = {
    ...real,
    clock: { ...real.clock, wall: () => ({ atMs: unixMs(nowMs), quality: "synced" }) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const told = new Map<string, { atMs: number; body: CustomerAccountBody }[]>();
  const publishNow = createPublish(world, envelope);
  const publish: typeof publishNow = async (tx, row) => {
    if (row.kind === "customer-account" && row.body !== null) {
      const rows = told.get(row.key) ?? [];
      rows.push({ atMs: nowMs, body: row.body as CustomerAccountBody });
      told.set(row.key, rows);
    }
    return publishNow(tx, row);
  };
  // The queue of the hub is never started: what it would run is run here, at its time.
  const handlers = new Map<string, (data: object) => Promise<void>>();
  const outbox = createInProcessQueue(world, database);
  const jobs: JobQueue = {
    ...outbox,
    work: async (name, handler) => void handlers.set(name, handler),
  };
  const pushes: { account: string; amount: number; phone: string }[] = [];
  const http: HttpCall = async ({ url, body }) => {
    if (/\/oauth\/v1\/generate/.test(url)) return { status: 200, body: '{"access_token":"t","expires_in":"3599"}' };
    const sent = JSON.parse(String(body)) as Record<string, unknown>;
    pushes.push({
      account: String(sent.AccountReference),
      amount: Number(sent.Amount),
      phone: String(sent.PhoneNumber),
    });
    const accepted = {
      MerchantRequestID: `m${pushes.length}`,
      CheckoutRequestID: `ws_CO_${pushes.length}`,
      ResponseCode: "0",
    };
    return { status: 200, body: JSON.stringify(accepted) };
  };
  const swept = new Map<string, () => Promise<void>>();
  const money = createMoney(
    {
      world,
      parties: testParties,
      readFile: createReadFile(createOwnProcessReader()),
      sweeps: {
        add(sweep) {
          swept.set(sweep.name, sweep.run);
          return () => {};
        },
      },
      database,
      envelope,
      jobs,
      publish,
      publishMany: createPublishMany(world, envelope),
      emit: async () => {},
      quietEmitMany: async () => {},
      announce: () => {},
      http,
      channelsChanged: async () => {},
      messaging: null,
    },
    { publicUrl: "https://hub.test", darajaBaseUrl: "https://daraja.test" },
  );
  await money.registerJobs();

  const shops = new Map<Country, { providerId: string; siteId: string; planId: string; fastId: string }>();
  for (const country of countries) shops.set(country, await openShop(country));
  const lines: Line[] = [];
  for (const one of plan.subscribers) lines.push(await subscribe(one));
  await drain();

  const waiting: {
    line: Line;
    deed: Deed | { atMs: number; what: "begin" | "prompt-paid" | "prompt-refused"; cents: number };
  }[] = lines.flatMap((line) => [
    { line, deed: { atMs: line.beginsMs, what: "begin" as const, cents: 0 } },
    ...line.deeds.map((deed) => ({ line, deed })),
  ]);
  const moves = countries
    .flatMap((country) => rulesOf[country].moves.map((move) => ({ country, ...move })))
    .map(({ afterDays, ...move }) => ({ ...move, atMs: plan.startMs + afterDays * 86_400_000 }))
    .sort((a, b) => a.atMs - b.atMs);
  const badPrompts: string[] = [];
  const triesOf = new Map<string, { count: number; forMs: number }>();
  for (;;) {
    waiting.sort((a, b) => a.deed.atMs - b.deed.atMs);
    const deedMs = waiting[0]?.deed.atMs ?? Number.POSITIVE_INFINITY;
    const looksMs = await earliestLook();
    const lookMs = looksMs === null ? Number.POSITIVE_INFINITY : Math.max(nextMinute(looksMs), nextMinute(nowMs + 1));
    const atMs = Math.min(deedMs, lookMs);
    if (atMs > plan.endMs) break;
    while (moves[0] !== undefined && moves[0].atMs <= atMs) await moveZone(moves.shift() as (typeof moves)[number]);
    nowMs = atMs;
    if (atMs === deedMs) {
      const { line, deed } = waiting.shift() as (typeof waiting)[number];
      await act(line, deed);
    } else await swept.get("subscriptions")?.();
    await drain();
    await answerPrompts();
  }
  return { ...(await outcome()), badPrompts };

  async function moveZone({ country, eastMinutes }: (typeof moves)[number]) {
    const { providerId } = shops.get(country) as { providerId: string };
    await database.asPlatform("month", (tx) =>
      sql`update providers set utc_offset_minutes = ${eastMinutes} where provider_id = ${providerId}`.execute(tx),
    );
  }

  async function openShop(country: Country) {
    const { currency, eastMinutes, moves: _, priceCents, fastCents, canAsk, promptsMax, ...rules } = rulesOf[country];
    const owner = { email: `${country}@month.test`, name: "Owner", passwordHash: "none: nobody logs in here" };
    const where = { region: null, district: null, latitude: null, longitude: null };
    const shop = await database.asPlatform("open-shop", async (tx) => {
      const fields = {
        name: country,
        currency,
        locale: "en",
        utcOffsetMinutes: eastMinutes,
        supportPhone: null,
      } as const;
      const { providerId } = await setUpProvider({ world, publish, onNewProvider: [] }, tx, fields, owner);
      const site = { name: "Tower", interimSeconds: 300, autoLogIn: true, ...where };
      const [{ siteId }] = (await createTestSites(world, publish).insert(tx, providerId, [site])) as [SiteRow];
      const order = { name: "Home", priceCents, currency, active: true, terms: unlimitedTerms };
      const { planId } = await insertPlan(world, publish, tx, providerId, order);
      const faster = { ...order, name: "Fast", priceCents: fastCents };
      const { planId: fastId } = await insertPlan(world, publish, tx, providerId, faster);
      return { providerId, siteId, planId, fastId };
    });
    const { shortcode, passkey, consumerKey, consumerSecret } = sampleApp;
    const keys = { shortcode, passkey, consumerKey, consumerSecret, environment: "sandbox" } as const;
    if (canAsk)
      await database.asProvider(shop.providerId, (tx) =>
        money.createChannel(tx, shop.providerId, { kind: "mpesa-paybill", ...keys }),
      );
    const speeds = { slowDownKbps: 512, slowUpKbps: 256, promiseDaysMax: 3, pauseDaysMax: 30 };
    await call(shop.providerId, "/api/v1/subscription-rules", {}, { ...rules, ...speeds }, "PUT");
    await database.asProvider(shop.providerId, (tx) =>
      sql`insert into money_settings (provider_id, renewal_prompts_max) values (${shop.providerId}, ${promptsMax})
        on conflict (provider_id) do update set renewal_prompts_max = excluded.renewal_prompts_max`.execute(tx),
    );
    return shop;
  }

  async function subscribe(one: Subscriber): Promise<Line> {
    const { providerId, siteId, planId } = shops.get(one.country) as {
      providerId: string;
      siteId: string;
      planId: string;
    };
    const parts = { world, envelope, parties: testParties, publish };
    const { customerId, accountId } = await database.asProvider(providerId, async (tx) => {
      const none = { email: null, siteId: null, note: null };
      const customer = await insertCustomer(parts, tx, providerId, {
        name: `Customer ${one.index}`,
        phone: one.phone,
        active: true,
        ...none,
      });
      const own = { downKbps: null, upKbps: null, devices: null };
      const line = { username: `line.${one.index}`, password: "clientPass", chap: false, service: "pppoe" as const };
      const order = {
        ...line,
        customerId: customer.customerId,
        planId,
        siteIds: [siteId],
        own,
        address: null,
        macs: [],
      };
      return {
        customerId: customer.customerId,
        accountId: (await insertAccount(parts, tx, providerId, order)).accountId,
      };
    });
    const order = { customerId, accountId, planId, every: one.every, autoRenew: one.autoRenew };
    const { subscriptionId } = (await call(providerId, "/api/v1/subscriptions", {}, order)) as {
      subscriptionId: string;
    };
    const add = (kind: string, amountCents: number) =>
      call(
        providerId,
        "/api/v1/subscriptions/{subscriptionId}/items",
        { subscriptionId },
        { kind, name: kind, amountCents },
      );
    if (one.addOnCents > 0) await add("add-on", one.addOnCents);
    if (one.feeCents > 0) await add("fee", one.feeCents);
    return { ...one, providerId, subscriptionId, accountId };
  }

  function call(providerId: string, path: string, params: object, body: object, method: "POST" | "PUT" = "POST") {
    return callRoute(money, database, providerId, path, params, body, method);
  }

  async function act(line: Line, deed: (typeof waiting)[number]["deed"]): Promise<void> {
    const { providerId, subscriptionId } = line;
    const verb = (name: string, body: object) =>
      // What may not be is refused, and nothing happens.
      call(providerId, `/api/v1/subscriptions/{subscriptionId}/${name}`, { subscriptionId }, body).catch(
        (error: { status?: number }) => {
          if (error.status !== 409) throw error;
        },
      );
    const topUp = (amountCents: number) => call(providerId, "/api/v1/credits", {}, { phone: line.phone, amountCents });
    const setPrompt = (state: string) =>
      database.asProvider(providerId, (tx) =>
        sql`update invoice_prompts set state = ${state} where subscription_id = ${subscriptionId} and state = 'prompted'`.execute(
          tx,
        ),
      );
    switch (deed.what) {
      case "begin":
      case "pay-cash":
        return void (await verb("renew", { from: "cash", periods: 1 }));
      case "top-up":
        return void (await topUp(deed.cents));
      case "prompt-paid":
        await setPrompt("paid");
        return void (await topUp(deed.cents));
      case "prompt-refused":
        return void (await setPrompt("failed"));
      case "promise": {
        const { paidUntilMs: paidMs } = await readRow(line);
        return void (await verb("promise", { untilMs: Math.max(paidMs, nowMs) + deed.days * 86_400_000 }));
      }
      case "pause":
        return void (await verb("pause", { days: deed.days }));
      case "cancel":
      case "undo":
        return void (await verb("cancel", { undo: deed.what === "undo" }));
      case "resume":
      case "unsuspend":
        return void (await verb(deed.what, {}));
      case "suspend":
        return void (await verb("suspend", { why: "The cheque bounced." }));
      case "change-plan": {
        const { planId, fastId } = shops.get(line.country) as { planId: string; fastId: string };
        return void (await verb("change-plan", { planId: deed.to === "fast" ? fastId : planId, from: "cash" }));
      }
    }
  }

  function readRow({ providerId, subscriptionId }: Line) {
    return database.asProvider(providerId, (tx) =>
      tx.selectFrom("subscriptions").selectAll().where("subscriptionId", "=", subscriptionId).executeTakeFirstOrThrow(),
    );
  }

  function earliestLook(): Promise<number | null> {
    return database.asPlatform("month", async (tx) => {
      const { rows } = await sql<{ at: string | null }>`select min(next_look_ms) as at from subscriptions`.execute(tx);
      return rows[0]?.at == null ? null : Number(rows[0].at);
    });
  }

  /** Runs the jobs about subscriptions that wait, and those that they send. Others are other tests'. */
  async function drain(): Promise<void> {
    for (;;) {
      const due = await database.asPlatform("month", async (tx: Tx) => {
        const { rows } = await sql<{ name: string; data: object }>`delete from job_outbox returning name, data`.execute(
          tx,
        );
        return rows.filter(({ name }) => looking.includes(name));
      });
      if (due.length === 0) return;
      for (const { name, data } of due) await handlers.get(name)?.(data);
    }
  }

  /** Each prompt that went out is paid or refused a little later, as was drawn. */
  async function answerPrompts(): Promise<void> {
    for (const { amount, phone } of pushes.splice(0)) {
      const line = lines.find((each) => each.phone === `+${phone}`);
      if (line === undefined) throw new Error(`nobody has the phone ${phone}`);
      const row = await readRow(line);
      const before = triesOf.get(line.subscriptionId);
      const count = before?.forMs === row.paidUntilMs ? before.count + 1 : 1;
      triesOf.set(line.subscriptionId, { count, forMs: row.paidUntilMs });
      const hour = new Date(nowMs + rulesOf[line.country].eastMinutes * 60_000).getUTCHours();
      const isOpen = waiting.some((each) => each.line === line && each.deed.what.startsWith("prompt-"));
      if (hour < 7 || hour >= 21 || isOpen) badPrompts.push(`${line.index} at ${new Date(nowMs).toISOString()}`);
      const what = line.paysPrompt === count ? "prompt-paid" : "prompt-refused";
      waiting.push({ line, deed: { atMs: nowMs + promptAnswerMs, what, cents: amount * 100 } });
    }
  }

  async function outcome() {
    const of = new Map<number, Played>();
    const incomeCents = new Map<Country, number>();
    for (const [country, { providerId }] of shops) {
      const books = await database.asProvider(providerId, async (tx) => {
        const logged = await tx.selectFrom("subscription_log").selectAll().orderBy("logId").execute();
        const credits = await sql<{ party: string; cents: string }>`
          select party, sum(amount_cents) as cents from ledger_postings where account = 'credit' group by party`.execute(
          tx,
        );
        const income = await sql<{ cents: string | null }>`
          select sum(amount_cents) as cents from ledger_postings where account = 'revenue'`.execute(tx);
        return {
          logged,
          credits: new Map(credits.rows.map((row) => [row.party, -Number(row.cents)])),
          income: -Number(income.rows[0]?.cents ?? 0),
        };
      });
      incomeCents.set(country, books.income);
      const logged = Map.groupBy(books.logged, (row) => row.subscriptionId);
      for (const line of lines.filter((each) => each.country === country))
        of.set(line.index, {
          lines: (logged.get(line.subscriptionId) ?? [])
            .filter(({ what }) => what !== "made" && !what.endsWith("-added"))
            .map((row) => logLine(row.atMs, row.what, row.amountCents, row.paidUntilMs)),
          creditCents: books.credits.get(testParties.ofPhone(providerId, line.phone.slice(1))) ?? 0,
          letIn: letInOf(told.get(line.accountId) ?? []),
        });
    }
    return { of, incomeCents };
  }
}

/** When a site that has these rows lets the customer in as usual, also without the hub. */
function letInOf(rows: readonly { readonly atMs: number; readonly body: CustomerAccountBody }[]) {
  return rows.flatMap(({ atMs, body }, index) => {
    const { suspended, resumes, terms } = body;
    if (suspended != null && resumes === undefined) return [];
    const held = suspended == null ? undefined : resumes;
    const fromMs = Math.max(atMs, held?.atMs ?? 0);
    const paidMs = Number(held?.paidUntilMs ?? terms.validUntilMs ?? 0);
    const graceMs = ((held ?? body).graceSeconds ?? 0) * 1000;
    const untilMs = Math.min(paidMs + graceMs, rows[index + 1]?.atMs ?? Number.POSITIVE_INFINITY);
    return untilMs > fromMs ? [{ fromMs, untilMs }] : [];
  });
}
