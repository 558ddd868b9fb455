/** Every report over HTTP: as figures, as CSV and as PDF, in both languages, empty and with facts. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { figureText } from "@karibu/protocol/charts/figure-text";
import { writtenDays } from "@karibu/protocol/charts/written-days";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { reportNames } from "@karibu/protocol/report-names";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { sandboxPaybill } from "../../money/channels/test-hooks.ts";
import { pdfText } from "../../money/documents/pdf/test-pdf-text.ts";
import { transferEntry } from "../../money/ledger/entries.ts";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { countCohorts } from "../roll-ups/fold-sales.ts";
import { countMonths } from "../roll-ups/fold-use.ts";
import { keepRollUps } from "../roll-ups/keep-roll-ups.ts";
import { addDays, addMonths } from "./report.ts";

const dayMs = 86_400_000;
const of = (providerId: string) => ({ providerId, offsetMinutes: 180 });

hubSuite("the reports", (hub) => {
  let token = "";
  let providerId = "";
  let siteId = "";
  let today = "";
  let entries = 0;
  const get = (path: string, as = token) => hub.call("GET", `/api/v1${path}`, { token: as });
  const post = (path: string, body: object) =>
    hub.call("POST", `/api/v1${path}`, { token, body, headers: { "Idempotency-Key": `figures-${++entries}` } });
  const figures = async (query: string) => {
    const answer = await get(`/reports/figures?language=en&report=${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const run = (statement: ReturnType<typeof sql>) =>
    hub.database().asProvider(providerId, (tx) => statement.execute(tx));
  /** Midday of the provider's day. */
  const noon = (day: string) => Date.parse(`${day}T09:00:00Z`);
  const sell = (day: string, amountCents: number, purchaseId: string | null = null, currency = "KES") =>
    hub.database().asProvider(providerId, (tx) => {
      const clock = { ...hub.world.clock, wall: () => ({ atMs: unixMs(noon(day)), quality: "synced" as const }) };
      const ledger = createLedgerWriter({ world: { ...hub.world, clock }, onCredit: async () => {} });
      const entry = transferEntry(`sold:${++entries}`, "receipt", {
        from: "revenue",
        to: "cash",
        amountCents: cents(amountCents),
        currency,
      });
      return ledger.post(tx, { providerId, purchaseId, party: null }, entry);
    });
  const keep = async () => {
    await keepRollUps(hub.world, hub.database());
    await hub.database().asProvider(providerId, async (tx) => {
      await countMonths(tx, of(providerId));
      await countCohorts(tx, of(providerId));
    });
  };

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Figures"));
    today = new Date(hub.world.clock.wall().atMs + 180 * 60_000).toISOString().slice(0, 10);
    siteId = (await post("/sites", { name: "=Kiosk" })).body.site.siteId;
    await post("/plans", { name: "Day", priceCents: 2500, terms: {} });
  }, 60_000);

  longTest(
    "[REP-10] every report answers when there is nothing, as figures, CSV and PDF, in English and Swahili",
    async () => {
      for (const report of reportNames)
        for (const language of ["en", "sw"]) {
          const told = await get(`/reports/figures?report=${report}&language=${language}`);
          expect([report, told.status], told.text).toEqual([report, 200]);
          for (const row of told.body.rows) expect([report, row.length]).toEqual([report, told.body.columns.length]);
          const csv = await get(`/reports/file?report=${report}&language=${language}&format=csv`);
          expect([report, csv.status, csv.text.includes("undefined")]).toEqual([report, 200, false]);
          const headers = { Authorization: `Bearer ${token}` };
          const pdf = await fetch(`${hub.url()}/api/v1/reports/file?report=${report}&language=${language}&format=pdf`, {
            headers,
          });
          expect([report, pdf.headers.get("Content-Type")]).toEqual([report, "application/pdf"]);
          expect((await pdf.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
        }
      const wrong = await get("/reports/figures?report=revenue&fromDay=2026-02-01&untilDay=2026-01-01");
      expect([wrong.status, wrong.body.field]).toEqual([400, "untilDay"]);
      // A day alone, long ago, is a span of years too; a year that the database does not know is refused before it.
      for (const days of [
        "fromDay=2010-01-01&untilDay=2026-01-01",
        "fromDay=2010-01-01",
        "fromDay=0000-01-01",
        "untilDay=9999-12-31",
      ])
        expect([days, (await get(`/reports/figures?report=revenue&${days}`)).status]).toEqual([days, 400]);
    },
    120_000,
  );

  longTest(
    "[REP-10] the longest PDF keeps nobody waiting who wants something else; who asks for many at once waits in line",
    async () => {
      const { token: other } = await hub.makeProvider("Figures of another");
      const paper = async (as: string) => {
        const path = `/api/v1/own-revenue/file?format=pdf&fromDay=${addDays(today, -499)}&untilDay=${today}`;
        const answer = await fetch(hub.url() + path, { headers: { Authorization: `Bearer ${as}` } });
        await answer.arrayBuffer();
        return answer.status;
      };
      expect(await paper(token)).toBe(200);
      /** The longest time for which nothing else ran, as a share of all. */
      async function heldShare(): Promise<number> {
        const delays = monitorEventLoopDelay({ resolution: 5 });
        delays.enable();
        const begun = performance.now();
        expect(await paper(token)).toBe(200);
        const took = performance.now() - begun;
        delays.disable();
        return delays.max / 1e6 / took;
      }
      // A machine that is busy with other things holds one of them up, and hardly all.
      const shares = [await heldShare(), await heldShare(), await heldShare()];
      expect(Math.min(...shares)).toBeLessThan(1 / 3);
      const many = Array.from({ length: 20 }, () => paper(token));
      const others = paper(other);
      expect(new Set(await Promise.all(many))).toEqual(new Set([200, 429]));
      expect(await others).toBe(200);
    },
    120_000,
  );

  test("[REP-11] forecast and unusual days are those of the books, and a site's name is text in a spreadsheet", async () => {
    for (let ago = 70; ago >= 1; ago--) await sell(addDays(today, -ago), ago === 5 ? 90_000 : 10_000);
    await keep();
    const told = await figures("forecast");
    expect(told.rows).toHaveLength(28);
    expect(told.rows[0].slice(0, 1)).toEqual([today]);
    expect(told.notes.join()).toMatch(/off by [\d.]+ %/);
    // No forecast knows cents.
    expect(told.rows.flat().filter((figure: unknown) => typeof figure === "number" && figure % 100 !== 0)).toEqual([]);
    const unusual = await figures("unusual-days");
    expect(unusual.rows).toEqual([[addDays(today, -5), 90_000, 10_000, 80_000, 9_000]]);
    expect(unusual.chart.marked).toHaveLength(1);

    await hub.call("PUT", `/api/v1/site-uplinks/${siteId}`, { token, body: { downKbps: 20_000, interface: null } });
    const hours = JSON.stringify(Array.from({ length: 24 }, (_, hour) => (hour > 19 ? 18e6 : null)));
    for (let ago = 30; ago >= 1; ago--)
      await run(
        sql`insert into report_uplink_days values (${providerId}, ${siteId}, ${addDays(today, -ago)}::date, ${hours}::jsonb)`,
      );
    const capacity = await figures("capacity");
    expect(capacity.rows).toEqual([["=Kiosk", 20e6, 18e6, 900, 120, 0, "Full already"]]);
    expect(capacity.links).toEqual([`sites/${siteId}`]);
    expect((await get("/reports/file?report=capacity&format=csv&language=en")).text).toContain("\r\n'=Kiosk,20000000,");
  }, 60_000);

  test("[REP-07] what a router received through its busiest interface becomes the hours of its site's day", async () => {
    const interfaces = JSON.stringify([
      { name: "ether1", receivedKib: 900_000, sentKib: 10, errors: 0 },
      { name: "bridge", receivedKib: 90_000, sentKib: 900_000, errors: 0 },
    ]);
    const at = Date.parse("2026-03-04T05:00:00Z");
    await run(sql`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
        values (${providerId}, ${siteId}, 'e', 1, ${at}::bigint, ${at}::bigint, 12, ${interfaces}::jsonb, ${at}::bigint)`);
    await keep();
    const { rows } = await run(sql`select hours from report_uplink_days where day = '2026-03-04'`);
    const hours = (rows as { hours: (number | null)[] }[])[0]?.hours ?? [];
    expect([hours.length, hours[5], hours[4]]).toEqual([24, 2_048_000, null]);
  });

  test("[REP-13] what is owed on invoices by how long it is overdue, and customer by customer; only for who may read the books", async () => {
    const send = async (customerName: string, dueIn: number, unitCents: number) => {
      const dueOn = addDays(today, 1);
      const lines = [{ text: "Internet", quantity: 1, unitCents }];
      const made = await post("/invoices", { customerName, phone: "0712345678", dueOn, lines });
      expect(made.status, made.text).toBe(201);
      await run(sql`update invoices set due_on = ${addDays(today, dueIn)}::date where invoice_id = ${made.body.id}`);
    };
    await send("Lake view", 5, 100_000);
    await send("Lake view", -30, 200_000);
    await send("Harbour", -31, 50_000);
    await send("Harbour", -91, 7_000);
    for (const [at, dueIn] of [-1, -60, -61, -90].entries()) await send("Lake view", dueIn, 11_000 + at * 1000);
    const { rows, total } = await figures("receivables");
    expect(rows.map(([, count, cents]: [string, number, number]) => [count, cents])).toEqual([
      [1, 100_000],
      [2, 211_000],
      [2, 62_000],
      [2, 27_000],
      [1, 7_000],
    ]);
    expect(total).toEqual(["Total", 8, 407_000]);
    expect((await figures("receivables&by=customer")).rows).toEqual([
      ["Lake view", 350_000, 100_000, 211_000, 12_000, 27_000, 0],
      ["Harbour", 57_000, 0, 0, 50_000, 0, 7_000],
    ]);
    await run(sql`update invoices set party = 'another', phone_masked = '2547***999'
        where provider_id = ${providerId} and customer_name = 'Harbour' and total_cents = 7000`);
    expect((await figures("receivables&by=customer")).rows).toEqual([
      ["Lake view", 350_000, 100_000, 211_000, 12_000, 27_000, 0],
      ["Harbour (2547***678)", 50_000, 0, 0, 50_000, 0, 0],
      ["Harbour (2547***999)", 7_000, 0, 0, 0, 0, 7_000],
    ]);
    // Of two numbers the same may be shown: they are two customers all the same.
    await run(
      sql`update invoices set phone_masked = '2547***678' where provider_id = ${providerId} and party = 'another'`,
    );
    expect((await figures("receivables&by=customer")).rows.slice(1)).toEqual([
      ["Harbour (2547***678)", 50_000, 0, 0, 50_000, 0, 0],
      ["Harbour (2547***678)", 7_000, 0, 0, 0, 0, 7_000],
    ]);
    const person = { email: "reads@figures.test", name: "Reads", password: ownerPassword };
    const { role } = (await post("/roles", { name: "Reports only", permissions: ["reports.read"] })).body;
    await post("/users", { ...person, role });
    const reader = await hub.logIn(person.email, ownerPassword);
    for (const report of ["receivables", "lines", "prompts"])
      expect((await get(`/reports/figures?report=${report}`, reader)).status, report).toBe(403);
  });

  test("[REP-14] lines month by month: those that stood, began and left, what each brought, how long the ended had stayed", async () => {
    const month = (ago: number) => addMonths(today.slice(0, 7), -ago);
    const at = (ago: number, day: string) => Date.parse(`${month(ago)}-${day}T09:00:00Z`);
    const { customerId } = (await post("/customers", { name: "Achieng" })).body;
    const { planId } = (await get("/plans")).body.items[0];
    const line = async (username: string, begunMs: number, endedMs: number | null) => {
      const order = { customerId, username, planId, siteIds: [siteId] };
      const { accountId } = (await post("/accounts", order)).body;
      const made = await post("/subscriptions", { customerId, accountId, planId });
      expect(made.status, made.text).toBe(201);
      await run(
        sql`update subscriptions set created_at_ms = ${begunMs}, ended_at_ms = ${endedMs} where subscription_id = ${made.body.subscriptionId}`,
      );
    };
    await line("stays", at(3, "05"), null);
    await line("leaves", at(3, "05"), at(3, "05") + 31 * dayMs);
    await line("new", at(2, "20"), null);
    // No churn of those that there were.
    await line("tried", at(1, "05"), at(1, "05") + 10 * dayMs);
    await run(sql`insert into report_charges values (${providerId}, 'KES', ${`${month(2)}-10`}::date, 'plan', '', 200000, 3, 0),
        (${providerId}, 'KES', ${`${month(2)}-11`}::date, 'item', '', 999000, 1, 0)`);
    const { rows, notes } = await figures(`lines&fromDay=${month(3)}-01`);
    expect(rows.slice(0, 3)).toEqual([
      [month(3), 0, 2, 0, null, 0, 0, null],
      [month(2), 2, 1, 1, 500, 600_000, 200_000, 31],
      [month(1), 2, 1, 1, 0, 0, 0, 10],
    ]);
    expect(notes.join()).toContain("one stays 4 months");
    await run(sql`delete from report_charges where provider_id = ${providerId}`);
  });

  test("[REP-15] of the prompts of a channel the share that was paid, by channel, site, hour and day; open ones are not counted as failed", async () => {
    const [cash] = (await get("/channels")).body.items.filter(({ kind }: { kind: string }) => kind === "cash");
    const channel = await post("/channels", sandboxPaybill);
    expect(channel.status, channel.text).toBe(201);
    const { planId } = (await get("/plans")).body.items[0];
    let count = 0;
    const prompt = (state: string, atMs: number, channelId = channel.body.id) =>
      run(sql`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
            idempotency_key, reference, secret_hash, state, created_at_ms, sent_at_ms, changed_at_ms)
          values (${providerId}, ${`prompt-${++count}`}, ${channelId}, ${siteId}, ${planId}, 'Day', '{}', 2500, 'KES',
            ${`k${count}`}, ${`REF${count}`}, ${`s${count}`}, ${state}, ${atMs}::bigint, ${atMs}::bigint, ${atMs}::bigint)`);
    const day = addDays(today, -2);
    for (const state of ["paid", "paid", "paid", "failed", "prompted"]) await prompt(state, noon(day));
    await prompt("failed", noon(day) + 3_600_000);
    if (cash !== undefined) await prompt("paid", noon(day), cash.id);
    await prompt("paid", noon(addDays(today, -200)));
    const span = `fromDay=${addDays(today, -20)}&untilDay=${today}`;
    expect((await figures(`prompts&by=site&${span}`)).rows).toEqual([["=Kiosk", 6, 3, 2, 1, 600]]);
    const byChannel = await figures(`prompts&${span}`);
    expect(byChannel.rows.map((row: unknown[]) => row.slice(1))).toEqual([[6, 3, 2, 1, 600]]);
    // All that were sent, paid or not: not called as the report is.
    expect(byChannel.columns[1].head).toBe("Prompts sent");
    expect(byChannel.total).toEqual(["Total", 6, 3, 2, 1, 600]);
    const byHour = (await figures(`prompts&by=hour&${span}`)).rows;
    expect([byHour.length, byHour[12], byHour[13]]).toEqual([24, ["12:00", 5, 3, 1, 1, 750], ["13:00", 1, 0, 1, 0, 0]]);
    const byDay = (await figures(`prompts&by=day&${span}`)).rows;
    expect(byDay.find(([key]: [string]) => key === day)).toEqual([day, 6, 3, 2, 1, 600]);
    expect((await figures(`prompts&fromDay=${addDays(today, -300)}&untilDay=${today}`)).notes.join()).toContain(
      "92 days",
    );
  });

  test("[REP-06] [REP-09] who paid is grouped by the first month, and who fell silent is at risk; names only for who may read customers", async () => {
    const { planId } = (await get("/plans")).body.items[0];
    const pay = async (phone: string, days: readonly string[]) => {
      const sale = await post("/payments/purchase", { siteId, planId, phone, pay: "cash" });
      expect(sale.status, sale.text).toBe(201);
      const id = sale.body.paymentId ?? sale.body.id;
      for (const day of days) await sell(day, 100_000, id);
      return id as string;
    };
    const month = (ago: number) => {
      const [year = 0, number = 1] = today.split("-").map(Number);
      return new Date(Date.UTC(year, number - 1 - ago, 10)).toISOString().slice(0, 10);
    };
    await pay("0712000001", [month(3), month(2)]);
    await pay("0712000002", [month(3)]);
    await pay("0712000004", [month(1)]);
    await keep();
    const told = await figures(`retention&fromDay=${month(3)}&untilDay=${month(1)}`);
    // All paid again this month, over the counter. What is not known of a later group counts for nothing in the average.
    expect(told.rows).toEqual([
      [month(3).slice(0, 7), 2, 500, 0, 1000, null, null, null],
      [month(1).slice(0, 7), 1, 1000, null, null, null, null, null],
    ]);
    expect(told.total).toEqual(["Average", null, 667, 0, 1000, null, null, null]);

    // Paid each second day, and not for twelve days: as if the sale over the counter had been long ago.
    const silent = await pay("0712000003", []);
    await run(
      sql`delete from report_payers where party = (select phone_hash from purchases where purchase_id = ${silent})`,
    );
    await run(sql`insert into report_payers (provider_id, currency, party, payments, cents, first_ms, last_ms)
        select ${providerId}, 'KES', phone_hash, 11, 777700, ${noon(today) - 32 * dayMs}::bigint, ${noon(today) - 12 * dayMs}::bigint
        from purchases where purchase_id = ${silent}`);
    await run(sql`delete from report_entries_waiting`);
    const risk = await figures("at-risk");
    expect(risk.rows).toHaveLength(1);
    expect(risk.rows[0].slice(1)).toEqual([addDays(today, -12), 12, 2, 11, 777_700]);
    expect(risk.rows[0][0]).not.toContain("0712000003".slice(1));

    const role = { name: "Figures only", permissions: ["reports.read"] };
    const made = await post("/roles", role);
    const email = "figures@figures.test";
    await post("/users", { name: "Fred", email, password: ownerPassword, role: made.body.role });
    const fred = await hub.logIn(email, ownerPassword);
    expect((await get("/reports/figures?report=revenue", fred)).status).toBe(200);
    for (const report of ["at-risk", "tax"])
      expect((await get(`/reports/figures?report=${report}`, fred)).status).toBe(403);
  }, 60_000);

  test("[REP-09] the taxes of a month are those that its days and plans contain, to the cent", async () => {
    const settings = await get("/tax-settings");
    const { country: _, ...body } = settings.body;
    const changed = await hub.call("PUT", "/api/v1/tax-settings", {
      token,
      body: { ...body, vatRegistered: true, exciseRegistered: false },
      headers: settings.headers.get("ETag") === null ? {} : { "If-Match": settings.headers.get("ETag") ?? "" },
    });
    expect(changed.status, changed.text).toBe(200);
    const told = await figures(`tax&fromDay=${today.slice(0, 8)}01&untilDay=${today}`);
    for (const [, , gross, net, excise, vat] of told.rows) expect(net + excise + vat).toBe(gross);
    const revenue = await figures(`revenue&by=month&fromDay=${today.slice(0, 8)}01&untilDay=${today}`);
    expect(told.total[2]).toBe(revenue.total[4]);
    // 16 % of Kenya, within a cent for each day and plan.
    expect(Math.abs(told.total[5] - (told.total[2] * 16) / 116)).toBeLessThan(40);
    expect(told.total[5]).toBeGreaterThan(0);
  }, 60_000);

  test("[REP-01] [REP-03] [REP-08] log-ins, data and active users by day, month and site", async () => {
    const login = (key: string, day: string, mac: string) =>
      run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
          values (${providerId}, ${siteId}, ${key}, ${mac}, ${noon(day)}::bigint, ${noon(day)}::bigint)`);
    await login("1", today, "a");
    await login("2", today, "a");
    await login("3", `${today.slice(0, 8)}01`, "a");
    await run(sql`insert into usage_days (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
        values (${providerId}, ${today}::date, ${siteId}, '1', 1000000, 9800000000, 7200)`);
    await keep();
    const span = `&fromDay=${today.slice(0, 8)}01&untilDay=${today}`;
    const days = await figures(`log-ins${span}`);
    expect(days.rows.at(-1).slice(1)).toEqual(today.endsWith("-01") ? [3, 1, 3] : [2, 1, 2]);
    expect((await figures(`log-ins&by=month${span}`)).rows).toEqual([[today.slice(0, 7), 3, 1, 3]]);
    // A month is whole, whatever part of it was asked for.
    const part = `&fromDay=${today}&untilDay=${today}`;
    for (const report of ["log-ins", "active-users", "traffic", "revenue", "tax"])
      expect([report, await figures(`${report}&by=month${part}`)]).toEqual([
        report,
        await figures(`${report}&by=month${span}`),
      ]);
    const lastMonth = addDays(`${today.slice(0, 8)}01`, -1);
    const before = `&fromDay=${lastMonth}&untilDay=${lastMonth}`;
    expect(await figures(`revenue&by=month${before}`)).toMatchObject({
      fromDay: `${lastMonth.slice(0, 8)}01`,
      untilDay: lastMonth,
    });
    expect((await figures(`log-ins&by=site${span}`)).rows[0].slice(0, 2)).toEqual(["=Kiosk", 3]);
    // What is still to come carried nothing: the mean is of the time that has passed. Days of traffic are those of UTC; one that has not begun is whole.
    const nowMs = () => hub.world.clock.wall().atMs;
    const passed = (fromDay: string, endMs: number): number => {
      const fromMs = Date.parse(fromDay);
      return (nowMs() > fromMs ? Math.min(endMs, nowMs()) - fromMs : endMs - fromMs) / 1000;
    };
    const dayEndMs = Date.parse(addDays(today, 1));
    const expectMean = async (asked: string, head: string, fromDay: string, endMs: number) => {
      const most = (9.801e9 * 8) / passed(fromDay, endMs);
      const [row] = (await figures(asked)).rows;
      const least = (9.801e9 * 8) / passed(fromDay, endMs);
      expect([row.slice(0, 3), row[4]]).toEqual([[head, 9.8e9, 1e6], 7200]);
      expect(row[3]).toBeLessThanOrEqual(Math.ceil(most));
      expect(row[3]).toBeGreaterThanOrEqual(Math.floor(least));
    };
    await expectMean(`traffic&fromDay=${today}&untilDay=${today}`, today, today, dayEndMs);
    const yesterday = addDays(today, -1);
    await expectMean(`traffic&by=site&fromDay=${yesterday}&untilDay=${today}`, "=Kiosk", yesterday, dayEndMs);
    // The first day of the next month makes this one no day longer.
    const begin = `${today.slice(0, 8)}01`;
    const next = `${addDays(begin, 31).slice(0, 7)}-01`;
    const asked = `traffic&by=month&fromDay=${begin}&untilDay=${next}`;
    await expectMean(asked, today.slice(0, 7), begin, Date.parse(next));
    const active = await figures(`active-users&by=month${span}`);
    expect(active.rows[0].slice(0, 2)).toEqual([today.slice(0, 7), 1]);
    expect(active.rows[0][2]).toBeGreaterThanOrEqual(2);
    const { now } = (await get("/home")).body.online;
    expect(now).toBeGreaterThan(0);
    // Nobody has counted them yet.
    expect((await figures(`active-users${span}`)).rows.at(-1)).toEqual([today, 1, now]);
  }, 60_000);

  test("[REP-02] money of another currency is in no figure of the provider's own, and has figures of its own", async () => {
    const span = `fromDay=${addDays(today, -400)}&untilDay=${today}`;
    const asked = ["active-users&by=month", "retention", "at-risk", "forecast", "unusual-days", "tax", "lines"];
    for (const by of ["day", "month", "plan", "site", "channel", "seller"]) asked.push(`revenue&by=${by}`);
    for (const by of ["age", "customer"]) asked.push(`receivables&by=${by}`);
    for (const by of ["channel", "day"]) asked.push(`prompts&by=${by}`);
    const all = async () => {
      const told: unknown[] = [];
      for (const query of asked) {
        const { rows, total } = await figures(`${query}&${span}`);
        told.push([query, rows, total]);
      }
      return told;
    };
    await keep();
    const before = await all();

    const [{ planId }] = (await get("/plans")).body.items;
    // A customer of ours, who paid in dollars before the first shilling came; and a prompt in dollars that was not paid.
    for (const [id, state] of [
      ["dollars-paid", "paid"],
      ["dollars-failed", "failed"],
    ])
      await run(sql`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents,
          currency, idempotency_key, reference, secret_hash, state, created_at_ms, sent_at_ms, changed_at_ms, phone_hash)
        select provider_id, ${id}, (select channel_id from channels where provider_id = ${providerId} and kind like 'mpesa%' limit 1),
          site_id, plan_id, plan_name, terms, 700, 'USD', ${id}, ${id}, ${id}, ${state}, ${noon(addDays(today, -3))}::bigint,
          ${noon(addDays(today, -3))}::bigint, ${noon(addDays(today, -3))}::bigint, phone_hash
        from purchases where provider_id = ${providerId} and phone_hash is not null order by purchase_id limit 1`);
    const days = [addDays(today, -300), addDays(today, -40), addDays(today, -3), today];
    for (const day of days) await sell(day, 700, "dollars-paid", "USD");
    await run(sql`insert into report_payers (provider_id, currency, party, payments, cents, first_ms, last_ms)
      select ${providerId}, 'USD', 'of-dollars', 11, 7000, ${noon(today) - 32 * dayMs}::bigint, ${noon(today) - 12 * dayMs}::bigint`);
    await run(
      sql`insert into report_charges values (${providerId}, 'USD', ${addDays(today, -40)}::date, 'plan', ${planId}, 900, 2, 0)`,
    );
    const lines = [{ text: "Internet", quantity: 1, unitCents: 4200 }];
    const order = { customerName: "Lake view", phone: "0712345678", dueOn: addDays(today, 1), lines };
    const invoice = await post("/invoices", order);
    await run(
      sql`update invoices set currency = 'USD', due_on = ${addDays(today, -31)}::date where invoice_id = ${invoice.body.id}`,
    );
    const { customerId } = (await post("/customers", { name: "Paid from abroad" })).body;
    const account = { customerId, username: "abroad", planId, siteIds: [siteId] };
    const { accountId } = (await post("/accounts", account)).body;
    const { subscriptionId } = (await post("/subscriptions", { customerId, accountId, planId })).body;
    await run(sql`update subscriptions set currency = 'USD' where subscription_id = ${subscriptionId}`);
    await keep();

    expect(await all()).toEqual(before);
    const inDollars = async (query: string) => (await figures(`${query}&${span}&currency=USD`)).total;
    expect((await inDollars("revenue&by=month")).slice(1, 3)).toEqual([4, 2800]);
    expect(await inDollars("receivables")).toEqual(["Total", 1, 4200]);
    expect(await inDollars("prompts")).toEqual(["Total", 2, 1, 1, 0, 500]);
  }, 60_000);

  test("[REP-10] [REP-12] page, CSV and PDF of each report say the same, row by row, in both languages", async () => {
    const counted: string[] = [];
    for (const report of reportNames)
      for (const language of ["en", "sw"] as const) {
        const query = `report=${report}&language=${language}`;
        const { columns, rows, total, currency } = (await get(`/reports/figures?${query}`)).body;
        const [heads = [], ...lines] = csvRows((await get(`/reports/file?${query}&format=csv`)).text);
        expect(heads.map((head) => head.replace(/ \([^)]*\)$/, ""))).toEqual(
          columns.map(({ head }: { head: string }) => head.replace(/ \([^)]*\)$/, "")),
        );
        const scales: Record<string, number> = { cents: 100, permille: 10 };
        const isText = (at: number) => columns[at].unit === "text";
        // The mean of today is of the time until now, and the file is asked for a moment later.
        const written = (cell: number, unit: string) =>
          unit === "bits" ? expect.closeTo(cell, -3) : cell / (scales[unit] ?? 1);
        expect(lines.map((line) => line.map((cell, at) => (isText(at) || cell === "" ? cell : Number(cell))))).toEqual(
          rows.map((row: (string | number | null)[]) =>
            row.map((cell, at) =>
              typeof cell === "number" ? written(cell, columns[at].unit) : (cell ?? "").replace(/^(?==)/, "'"),
            ),
          ),
        );
        const pdf = await fetch(`${hub.url()}/api/v1/reports/file?${query}&format=pdf`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        const paper = printed(pdfText(Buffer.from(await pdf.arrayBuffer())));
        for (const row of total === null ? rows : [...rows, total])
          for (const [at, cell] of row.entries()) {
            const text = writtenDays(figureText(cell, columns[at].unit, currency), language);
            expect([report, text, paper.includes(printed(text))]).toEqual([report, text, true]);
          }
        expect([report, /\d{4}-\d\d/.exec(paper)]).toEqual([report, null]);
        if (rows.length > 0) counted.push(`${report} ${language}`);
      }
    // Most of them have rows here.
    expect(counted.length).toBeGreaterThan(14);
  }, 60_000);
});

/** The dash that stands for what is not known, as fonts of PDF number it; and a cell that is broken into lines. */
const printed = (text: string): string => text.replaceAll("\u0096", "–").replaceAll(/\s/g, "");

function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
}
