/** Figures of reports against the books, added up by hand here: whatever comes, whenever it comes, and after everything is counted anew. */

import { cents, unixMs } from "@karibu/protocol/quantities";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { balanced, type EntryFields } from "../../money/ledger/entries.ts";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { countMonths, monthsAtOnce } from "./fold-use.ts";
import { askRebuild, daysAtOnce, keepMonths, keepRollUps } from "./keep-roll-ups.ts";
import { beginRebuild, percentOf, stepRebuild } from "./rebuild.ts";

const dayMs = 86_400_000;

test.each([
  [{ phase: "payers", first: null, next: null }, 0],
  [{ phase: "sales", first: null, next: null }, 20],
  [{ phase: "sales", first: "2026-01-01", next: "2026-01-06" }, 30],
  [{ phase: "log-ins", first: "2026-01-01", next: "2026-01-20" }, 60],
  [{ phase: "uplinks", first: "2027-01-01", next: "2027-01-08" }, 80],
] as const)("[REP-05] a counting anew at %j is %i %% done", (at, percent) => {
  expect(percentOf(at, "2026-01-11")).toBe(percent);
});

hubSuite("the roll-ups", (hub) => {
  let token = "";
  let providerId = "";
  const sites: string[] = [];
  let planId = "";
  let entries = 0;
  let rebuilds = 0;
  const call = askerOf(hub, () => token);
  const keep = () => keepRollUps(hub.world, hub.database());
  /** As if the last time had been long ago. */
  const rebuild = async () => {
    const nowMs = hub.world.clock.wall().atMs + 100 * dayMs * ++rebuilds;
    await hub.database().asProvider(providerId, (tx) => askRebuild(tx, providerId, nowMs));
    await keep();
  };
  const dump = (table: string) =>
    hub.database().asProvider(providerId, async (tx) => {
      const { rows } = await sql`select to_jsonb(t) as row from ${sql.table(table)} t order by t`.execute(tx);
      return rows;
    });
  const post = (
    fields: Omit<EntryFields, "entryKey"> & { entryKey?: string },
    atMs: number,
    purchaseId: string | null = null,
  ) =>
    hub.database().asProvider(providerId, (tx) => {
      const clock = { ...hub.world.clock, wall: () => ({ atMs: unixMs(atMs), quality: "synced" as const }) };
      const ledger = createLedgerWriter({ world: { ...hub.world, clock }, onCredit: async () => {} });
      const entryKey = fields.entryKey ?? `test:${++entries}`;
      return ledger.post(tx, { providerId, purchaseId, party: null }, balanced({ ...fields, entryKey }));
    });
  /** From the books alone, in JavaScript. */
  const byHand = (key: (atMs: number) => string) =>
    hub.database().asProvider(providerId, async (tx) => {
      const rows = await tx
        .selectFrom("ledger_entries as e")
        .innerJoin("ledger_postings as p", (join) =>
          join.onRef("p.providerId", "=", "e.providerId").onRef("p.entryId", "=", "e.entryId"),
        )
        .select(["e.atMs", "p.account", "p.amountCents"])
        .where("p.currency", "=", "KES")
        .execute();
      const sums = new Map<string, { sold: number; refunded: number; postings: number }>();
      for (const row of rows) {
        const sum = sums.get(key(row.atMs)) ?? { sold: 0, refunded: 0, postings: 0 };
        if (["revenue", "discounts", "pending"].includes(row.account)) {
          sum.sold -= row.amountCents;
          sum.postings++;
        }
        if (row.account === "refunds") sum.refunded += row.amountCents;
        sums.set(key(row.atMs), sum);
      }
      return sums;
    });
  const figures = async (by: string, from: string, until: string) => {
    const path = `/reports/figures?report=revenue&by=${by}&fromDay=${from}&untilDay=${until}&language=en`;
    const answer = await call("GET", path);
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const expectBooks = async (offsetMinutes: number) => {
    const now = hub.world.clock.wall().atMs;
    const [from, until] = [now - 400 * dayMs, now + 2 * dayMs].map((at) => new Date(at).toISOString().slice(0, 10));
    for (const [by, letters] of [
      ["day", 10],
      ["month", 7],
    ] as const) {
      const sums = await byHand((atMs) => new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, letters));
      const told = await figures(by, from as string, until as string);
      for (const [name, , sold, refunded] of told.rows) {
        const { sold: inBooks, refunded: back } = sums.get(name) ?? { sold: 0, refunded: 0 };
        expect([by, name, sold, refunded]).toEqual([by, name, inBooks, back]);
      }
      const all = [...sums.values()];
      expect(told.total[2]).toBe(all.reduce((sum, one) => sum + one.sold, 0));
      expect(told.total[3]).toBe(all.reduce((sum, one) => sum + one.refunded, 0));
    }
    const months = (await call("GET", "/reports/revenue?months=15")).body.items;
    const monthsByHand = await byHand((atMs) => new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 7));
    const tellsMonth = ({ currency }: { currency: string }) => currency === "KES";
    expect(
      Object.fromEntries(
        months
          .filter(tellsMonth)
          .map(({ month, takenCents }: { month: string; takenCents: number }) => [month, takenCents]),
      ),
    ).toEqual(
      Object.fromEntries(
        [...monthsByHand].flatMap(([month, { sold, postings }]) => (postings > 0 ? [[month, sold]] : [])),
      ),
    );
    const { total } = await figures("day", from as string, until as string);
    for (const by of ["plan", "site", "channel", "seller"])
      expect((await figures(by, from as string, until as string)).total.slice(1)).toEqual(total.slice(1));
  };

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Rolled"));
    for (const name of ["Kiosk", "Market"]) sites.push((await call("POST", "/sites", { name })).body.site.siteId);
    planId = (await call("POST", "/plans", { name: "Day", priceCents: 2500, terms: {} })).body.planId;
  }, 60_000);

  test("[REP-02] [REP-05] figures agree with the books to the cent: sales, reversals, discounts, refunds, at month ends, counted or waiting, and after a rebuild", async () => {
    const sale = (siteId: string) => ({ siteId, planId, phone: "0712345678", pay: "cash" });
    for (const siteId of sites) expect((await call("POST", "/payments/purchase", sale(siteId))).status).toBe(201);
    await keep();
    const { body: paid } = await call("GET", "/payments?limit=1");
    const back = { paymentId: paid.items[0].id, amountCents: 500, method: "cash", reason: "slow" };
    const refunded = await call("POST", "/refunds", back);
    expect(refunded.status, refunded.text).toBeLessThan(300);

    const now = hub.world.clock.wall().atMs;
    const monthEnd = Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1);
    const at = fc.oneof(
      fc.integer({ min: now - 380 * dayMs, max: now }),
      fc.integer({ min: monthEnd - 5 * 3_600_000, max: monthEnd + 3_600_000 }),
    );
    const moved = fc.record({
      atMs: at,
      amount: fc.integer({ min: 1, max: 1e9 }),
      what: fc.constantFrom("sale", "pending", "proof", "reversal", "discount", "refund", "suspense"),
      site: fc.nat(1),
    });
    const accounts = {
      sale: ["cash", "revenue"],
      pending: ["clearing:c1", "pending"],
      proof: ["pending", "revenue"],
      reversal: ["revenue", "clearing:c1"],
      discount: ["discounts", "revenue"],
      refund: ["refunds", "cash"],
      suspense: ["cash", "suspense"],
    } as const;
    await fc.assert(
      fc.asyncProperty(fc.array(moved, { minLength: 1, maxLength: 12 }), fc.boolean(), async (facts, isKept) => {
        for (const { atMs, amount, what } of facts) {
          const [debit, credit] = accounts[what];
          const postings = [
            { account: debit, currency: "KES", amountCents: cents(amount) },
            { account: credit, currency: "KES", amountCents: cents(-amount) },
          ];
          await post({ kind: what === "refund" ? "refund" : "receipt", postings }, atMs);
        }
        if (isKept) await keep();
        await expectBooks(180);
      }),
      { numRuns: isLongRun ? 8 : 3 },
    );
    await keep();
    expect(await dump("report_entries_waiting")).toEqual([]);
    const tables = ["report_sales", "report_payers", "report_payer_months"];
    const before = await Promise.all(tables.map(dump));
    expect((await call("POST", "/reports/rebuild")).status).toBe(202);
    expect((await figures("day", "2026-01-01", "2026-01-02")).notes.join()).toContain("counted anew");
    await post(
      {
        kind: "receipt",
        postings: [
          { account: "cash", currency: "KES", amountCents: cents(77) },
          { account: "revenue", currency: "KES", amountCents: cents(-77) },
        ],
      },
      now,
    );
    await keep();
    await expectBooks(180);
    const again = await call("POST", "/reports/rebuild");
    expect([again.status, again.body.code]).toEqual([429, "counted-just-now"]);
    await rebuild();
    await expectBooks(180);
    const after = await Promise.all(tables.map(dump));
    expect(after.slice(1)).toEqual(before.slice(1));
    // That was asked for in days to come, as by a clock that was ahead: it refuses nobody now.
    expect((await call("POST", "/reports/rebuild")).status).toBe(202);
    await keep();
    await expectBooks(180);
  }, 120_000);

  test("[REP-05] a counting anew that stops half-way goes on, tells how far it is, and counts nothing twice, whatever is sold meanwhile", async () => {
    const sale = (atMs: number) => {
      const money = { currency: "KES", amountCents: cents(9900) };
      const postings = [
        { account: "cash", ...money },
        { account: "revenue", ...money, amountCents: cents(-9900) },
      ] as const;
      return post({ kind: "receipt", postings }, atMs);
    };
    const tables = ["report_sales", "report_payers", "report_payer_months", "report_log_ins", "report_traffic"];
    const before = await Promise.all(tables.map(dump));
    const nowMs = hub.world.clock.wall().atMs;
    const of = { providerId, offsetMinutes: 180 };
    await hub.database().asProvider(providerId, (tx) => beginRebuild(tx, of, { nowMs, phase: "payers" }));
    const percents: number[] = [];
    for (let steps = 0; steps < 6; steps++) {
      await hub.database().asProvider(providerId, (tx) => stepRebuild(tx, of));
      percents.push((await call("GET", "/reports/rebuild")).body.percent);
      await expectBooks(180);
      if (steps === 3) for (const days of [0, 40, 300]) await sale(nowMs - days * dayMs);
    }
    expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect(percents[5]).toBeGreaterThan(percents[0] as number);
    expect((await figures("day", "2026-01-01", "2026-01-02")).notes.join()).toMatch(/counted anew \(\d+ % done\)/);
    await keep();
    expect((await call("GET", "/reports/rebuild")).body.percent).toBeNull();
    await expectBooks(180);
    const after = await Promise.all(tables.map(dump));
    expect(after.slice(1)).toEqual(before.slice(1));
    // The three sales alone are more.
    const sum = (rows: unknown[]) =>
      rows.reduce<number>((all, row) => all + Number((row as { row: { sold_cents: number } }).row.sold_cents), 0);
    expect(sum(after[0] as unknown[]) - sum(before[0] as unknown[])).toBe(3 * 9900);
  }, 60_000);

  test("[REP-05] what was charged agrees with the charges line by line, counted or waiting, after a rebuild and in another zone; a deposit is left out", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const line = fc.record({
      kind: fc.constantFrom("plan", "fee", "deposit", "item"),
      planId: fc.constantFrom(planId, null),
      totalCents: fc.constantFrom(1999, 2500, -2500),
    });
    const charge = fc.record({
      atMs: fc.integer({ min: nowMs - 60 * dayMs, max: nowMs }),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    const facts: { atMs: number; lines: { kind: string; planId: string | null; totalCents: number }[] }[] = [];
    const expectCharged = async (offsetMinutes: number) => {
      const counts: Record<string, number> = {};
      let grossCents = 0;
      for (const { atMs, lines } of facts)
        for (const { kind, planId: ofPlan, totalCents } of lines.filter((one) => one.kind !== "deposit")) {
          const day = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 10);
          const key = [day, kind, ofPlan ?? "", totalCents].join(" ");
          counts[key] = (counts[key] ?? 0) + 1;
          grossCents += totalCents;
        }
      const rows = (await dump("report_charges")) as { row: Record<string, unknown> }[];
      const counted = rows.map(({ row }) => [[row.day, row.kind, row.plan_id, row.cents].join(" "), row.lines]);
      expect(Object.fromEntries(counted)).toEqual(counts);
      return grossCents;
    };
    const grossOfFees = async () => {
      const { body } = await call("GET", "/reports/figures?report=tax&language=en");
      return body.rows.reduce(
        (sum: number, row: unknown[]) => sum + (row[1] === "VAT without excise" ? Number(row[2]) : 0),
        0,
      );
    };
    // Who is not registered has one row for all: fees have their own beside VAT.
    const { country: _, ...settings } = (await call("GET", "/tax-settings")).body;
    expect((await call("PUT", "/tax-settings", { ...settings, vatRegistered: true })).status).toBe(200);
    await fc.assert(
      fc.asyncProperty(fc.array(charge, { minLength: 1, maxLength: 8 }), async (more) => {
        for (const { atMs, lines } of more) {
          const entryId = `charged-${++entries}`;
          await hub.database().asProvider(providerId, async (tx) => {
            await sql`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
                values (${providerId}, ${entryId}, ${entryId}, 'receipt', ${atMs}::bigint)`.execute(tx);
            await sql`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
                values (${providerId}, ${entryId}, 1, 'cash', 'KES', 5), (${providerId}, ${entryId}, 2, 'suspense', 'KES', -5)`.execute(
              tx,
            );
            await sql`insert into document_charges (provider_id, charge_id, cause, customer_name, currency, total_cents, lines, entry_id, at_ms, state)
                values (${providerId}, ${entryId}, 'subscription:x', 'Amina', 'KES', 1, ${JSON.stringify(lines)}::jsonb, ${entryId}, ${atMs}::bigint, 'documented')`.execute(
              tx,
            );
          });
          facts.push({ atMs, lines });
        }
        const waiting = await grossOfFees();
        await keep();
        await expectCharged(180);
        expect(await grossOfFees()).toBe(waiting);
      }),
      { numRuns: isLongRun ? 5 : 2 },
    );
    const fees = facts.flatMap(({ lines }) => lines).filter(({ kind }) => kind === "fee");
    expect(await grossOfFees()).toBe(fees.reduce((sum, { totalCents }) => sum + totalCents, 0));
    await rebuild();
    await expectCharged(180);
  }, 60_000);

  test("[REP-05] what a hub process of the release before can't count both ways it does not count at all", async () => {
    const asBefore = hub.database().asProvider(providerId, (tx) =>
      sql`insert into report_sales (provider_id, day, currency, site_id, plan_id, channel_id, seller_id, sold_cents, refunded_cents, sales, refunds)
          values (${providerId}, '2026-01-01', 'KES', '', '', '', '', 1, 0, 1, 0)`.execute(tx),
    );
    await expect(asBefore).rejects.toThrow(/by_one/);
  });

  test("[REP-11] another interface named while the uplinks are being counted begins them anew; before that nothing begins anew", async () => {
    const of = { providerId, offsetMinutes: 180 };
    const nowMs = hub.world.clock.wall().atMs;
    const begin = (phase: "payers" | "uplinks") =>
      hub.database().asProvider(providerId, (tx) => beginRebuild(tx, of, { nowMs, phase }));
    const standAt = (phase: string) =>
      hub.database().asProvider(providerId, (tx) =>
        sql`update report_rebuilds set phase = ${phase}, first_day = '2026-01-01', next_day = '2026-03-04'
              where provider_id = ${providerId}`.execute(tx),
      );
    const stands = async () => (await dump("report_rebuilds"))[0];
    await begin("payers");
    await standAt("sales");
    await begin("uplinks");
    expect(await stands()).toMatchObject({ row: { phase: "sales", next_day: "2026-03-04" } });
    await standAt("uplinks");
    await begin("uplinks");
    expect(await stands()).toMatchObject({ row: { phase: "uplinks", next_day: null, first_day: null } });
    // Asked for once more while it runs, it would never end.
    const again = await hub.database().asProvider(providerId, (tx) => askRebuild(tx, providerId, nowMs + 1000 * dayMs));
    expect(again).toBe(false);
    await begin("payers");
    await keep();
    await expectBooks(180);
  }, 60_000);

  test("[REP-05] another time zone moves the ends of days and months, and no cent is lost", async () => {
    const move = (minutes: number) =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          sql`update providers set utc_offset_minutes = ${minutes} where provider_id = ${providerId}`.execute(tx),
        );
    const charged = await dump("report_charges");
    await move(-600);
    await keep();
    await expectBooks(-600);
    expect(await dump("report_charges")).not.toEqual(charged);
    await move(180);
    await keep();
    await expectBooks(180);
    expect(await dump("report_charges")).toEqual(charged);
  }, 60_000);

  test("[REP-06] [REP-09] when somebody paid first and last is told of all their payments, in whatever order the books hear of them", async () => {
    const sale = { siteId: sites[0], planId, phone: "0712345699", pay: "cash" };
    const made = await call("POST", "/payments/purchase", sale);
    expect(made.status, made.text).toBe(201);
    const purchaseId = (made.body.paymentId ?? made.body.id) as string;
    const times = () =>
      hub.database().asProvider(providerId, async (tx) => {
        const { rows } = await sql<{ firstMs: number; lastMs: number }>`select first_ms, last_ms from report_payers
          where party = (select phone_hash from purchases where purchase_id = ${purchaseId})`.execute(tx);
        return rows[0];
      });
    await keep();
    const { lastMs = 0 } = (await times()) ?? {};
    expect(lastMs).toBeGreaterThan(0);
    const earlierMs = lastMs - 20 * dayMs;
    const postings = [
      { account: "cash", currency: "KES", amountCents: cents(2500) },
      { account: "revenue", currency: "KES", amountCents: cents(-2500) },
    ] as const;
    await post({ kind: "receipt", postings }, earlierMs, purchaseId);
    await keep();
    expect(await times()).toEqual({ firstMs: earlierMs, lastMs });
  });

  test("[REP-01] [REP-08] log-ins, devices and bytes: late records, moved clocks and deleted sessions", async () => {
    const now = hub.world.clock.wall().atMs;
    const write = (statement: ReturnType<typeof sql>) =>
      hub.database().asProvider(providerId, (tx) => statement.execute(tx));
    const login = (key: string, atMs: number, mac: string, site = 0) =>
      write(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
          values (${providerId}, ${sites[site]}, ${key}, ${mac}, ${atMs}::bigint, ${now}::bigint)`);
    const day = (atMs: number) => new Date(atMs + 180 * 60_000).toISOString().slice(0, 10);
    const expectCounted = async () => {
      const { rows } = await hub.database().asProvider(providerId, (tx) =>
        sql<{
          siteId: string;
          begunAtMs: number;
          mac: string;
        }>`select site_id, begun_at_ms, mac from sessions`.execute(tx),
      );
      const hand = new Map<string, { count: number; devices: Set<string> }>();
      for (const row of rows)
        for (const site of [row.siteId, ""]) {
          const name = `${day(row.begunAtMs)} ${site}`;
          const sum = hand.get(name) ?? { count: 0, devices: new Set<string>() };
          hand.set(name, { count: sum.count + 1, devices: sum.devices.add(row.mac) });
        }
      const counted = await hub.database().asProvider(providerId, (tx) =>
        sql<{ name: string; count: number; devices: number }>`
            select to_char(day, 'YYYY-MM-DD') || ' ' || site_id as name, log_ins::int as count, devices::int as devices
            from report_log_ins order by 1`.execute(tx),
      );
      expect(counted.rows).toEqual(
        [...hand]
          .map(([name, { count, devices }]) => ({ name, count, devices: devices.size }))
          .sort((one, other) => (one.name < other.name ? -1 : 1)),
      );
    };
    const midnight = Date.parse(`${day(now)}T00:00:00Z`) - 180 * 60_000;
    await login("a", midnight - 1, "m1");
    await login("b", midnight, "m1");
    await login("c", midnight + 5, "m1", 1);
    await login("late", midnight - 40 * dayMs, "m2");
    await login("late too", midnight - 40 * dayMs + 1, "m6");
    // Around the first moment of the month on the provider's clock, which is hours before UTC's.
    const month = Date.parse(`${day(now).slice(0, 7)}-01T00:00:00Z`) - 180 * 60_000;
    await login("last", month - 1, "m8");
    await login("first", month, "m9");
    await keep();
    await expectCounted();
    const devices = await hub.database().asProvider(providerId, async (tx) => {
      await countMonths(tx, { providerId, offsetMinutes: 180 });
      const { rows } = await sql<{ month: string; counted: number; byHand: number }>`
        select m.month, m.devices::int as counted, (select count(distinct mac)::int from sessions
          where to_char(to_timestamp(begun_at_ms / 1000) at time zone 'Africa/Nairobi', 'YYYY-MM') = m.month) as by_hand
        from report_months m order by 1`.execute(tx);
      return rows;
    });
    expect(devices.length).toBeGreaterThan(1);
    expect(devices.map(({ month, counted }) => [month, counted])).toEqual(
      devices.map(({ month, byHand }) => [month, byHand]),
    );
    await write(sql`update sessions set started_at_ms = started_at_ms + 3 where session_key = 'a'`);
    await write(sql`update sessions set mac = 'm3' where session_key = 'c'`);
    await keep();
    await expectCounted();
    const { body: told } = await call("GET", "/reports/figures?report=revenue");
    expect(told.report).toBe("revenue");

    const use = (key: string, bytes: number) =>
      write(sql`insert into usage_days as u (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
          values (${providerId}, '2026-10-31', ${sites[0]}, ${key}, 1, ${bytes}, 60)
          on conflict (provider_id, day, site_id, session_key) do update set output_bytes = u.output_bytes + excluded.output_bytes`);
    await use("a", 10);
    await use("b", 5);
    await keep();
    await use("a", 7);
    await keep();
    expect(await dump("report_traffic")).toMatchObject([{ row: { output_bytes: 22, input_bytes: 2 } }]);

    // What was counted stays when sessions are deleted because they are old, also when all is counted anew.
    const kept = await dump("report_log_ins");
    await hub
      .database()
      .asPlatform("test", (tx) => sql`delete from sessions where session_key like 'late%'`.execute(tx));
    await rebuild();
    expect(await dump("report_log_ins")).toEqual(kept);
    // Nor does what a site tells of such a day later take the place of all that was counted of it.
    await login("much later", midnight - 40 * dayMs + 2, "m7");
    await keep();
    expect(await dump("report_log_ins")).toEqual(kept);
  }, 60_000);

  test("[REP-02] who sells sees what they sold, and nobody else's; a cashier sees no other report", async () => {
    const email = "cashier@rolled.test";
    const { body: user } = await call("POST", "/users", {
      name: "Cashier",
      email,
      password: ownerPassword,
      role: "seller",
    });
    await call("POST", `/floats/${user.userId}/top-up`, { amountCents: 100_000, currency: "KES" });
    const cashier = await hub.logIn(email, ownerPassword);
    const sale = { siteId: sites[0], planId, phone: "0712345679", pay: "cash" };
    expect((await call("POST", "/payments/purchase", sale, cashier)).status).toBe(201);
    const own = await call("GET", "/own-revenue/figures?by=seller", undefined, cashier);
    expect(own.status, own.text).toBe(200);
    expect(own.body.rows).toEqual([["Cashier", 1, 2500, 0, 2500, 2500]]);
    for (const path of ["/reports/figures?report=revenue", "/reports/file?report=revenue&format=csv"])
      expect((await call("GET", path, undefined, cashier)).status).toBe(403);
    const file = await call("GET", "/own-revenue/file?format=csv&by=seller&language=sw", undefined, cashier);
    expect(file.text.split("\r\n").slice(0, 2)).toEqual([
      "Muuzaji,Mauzo,Iliyouzwa (KES),Iliyorudishwa (KES),Inayobaki (KES),Iliyouzwa kwa taslimu (KES)",
      "Cashier,1,25.00,0.00,25.00,25.00",
    ]);
    const pdf = await fetch(`${hub.url()}/api/v1/own-revenue/file?format=pdf`, {
      headers: { Authorization: `Bearer ${cashier}` },
    });
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
  }, 60_000);

  test("[REP-01] [REP-07] a site whose clock is thousands of years ahead holds no figures up", async () => {
    const run = (statement: ReturnType<typeof sql>) =>
      hub.database().asProvider(providerId, (tx) => statement.execute(tx));
    const nowMs = hub.world.clock.wall().atMs;
    const today = new Date(nowMs + 180 * 60_000).toISOString().slice(0, 10);
    const told = async () => (await call("GET", `/reports/figures?report=log-ins&fromDay=${today}`)).body.total[1];
    const before = await told();
    for (const [key, atMs] of [
      ["far", 9_007_199_254_740_991],
      ["near", nowMs],
    ] as const)
      await run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
          values (${providerId}, ${sites[0]}, ${key}, ${key}, ${atMs}::bigint, ${nowMs}::bigint)`);
    const interfaces = JSON.stringify([{ name: "ether1", receivedKib: 1, sentKib: 1, errors: 0 }]);
    await run(sql`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
        values (${providerId}, ${sites[0]}, 'far', 1, 9007199254740991, 9007199254740991, 12, ${interfaces}::jsonb, ${nowMs}::bigint)`);
    await keep();
    expect(await told()).toBe(before + 1);
    await rebuild();
    await keepMonths(hub.world, hub.database());
    expect(await told()).toBe(before + 1);

    // Old, and deleted for it: what comes after is counted all the same.
    await run(sql`update sessions set stopped_at_ms = ${nowMs - 400 * dayMs}::bigint where session_key = 'far'`);
    await hub.database().asPlatform("test", (tx) => sql`delete from sessions where session_key = 'far'`.execute(tx));
    await run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
        values (${providerId}, ${sites[0]}, 'next', 'next', ${nowMs}::bigint, ${nowMs}::bigint)`);
    await keep();
    await rebuild();
    expect(await told()).toBe(before + 2);

    // Also one whose end lies as far ahead.
    await run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, stopped_at_ms, received_at_ms)
        values (${providerId}, ${sites[0]}, 'both', 'both', 9007199254740991, 9007199254740991, ${nowMs - 400 * dayMs}::bigint)`);
    await hub.database().asPlatform("test", (tx) => sql`delete from sessions where session_key = 'both'`.execute(tx));
    await run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
        values (${providerId}, ${sites[0]}, 'last', 'last', ${nowMs}::bigint, ${nowMs}::bigint)`);
    await keep();
    await rebuild();
    expect(await told()).toBe(before + 3);
  }, 60_000);

  test("[REP-01] [REP-07] dates before all calendars, and more bytes than a sum holds, from a broken or stolen site, hold no figures up", async () => {
    const run = (statement: ReturnType<typeof sql>) =>
      hub.database().asProvider(providerId, (tx) => statement.execute(tx));
    const nowMs = hub.world.clock.wall().atMs;
    const today = new Date(nowMs + 180 * 60_000).toISOString().slice(0, 10);
    const told = async () => (await call("GET", `/reports/figures?report=log-ins&fromDay=${today}`)).body.total[1];
    const before = await told();
    await run(sql`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
        values (${providerId}, ${sites[0]}, 'before', 'before', -9000000000000000, ${nowMs}::bigint),
          (${providerId}, ${sites[0]}, 'now', 'now', ${nowMs}::bigint, ${nowMs}::bigint)`);
    await run(sql`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
        values (${providerId}, ${sites[0]}, 'before', 1, -9000000000000000, -9000000000000000, 12, '[]', ${nowMs}::bigint)`);
    await run(sql`insert into usage_days (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
        select ${providerId}::text, '2026-10-29', ${sites[0]}::text, 'wild' || n, 1000000000000000, 1, 1 from generate_series(1, 10000) n`);
    await keep();
    expect(await told()).toBe(before + 1);
    expect(await dump("report_traffic")).toContainEqual({
      row: expect.objectContaining({ day: "2026-10-29", input_bytes: Number.MAX_SAFE_INTEGER, output_bytes: 10_000 }),
    });
    await run(sql`delete from usage_days where session_key like 'wild%'`);
  }, 60_000);

  test("[REP-01] [REP-07] each day of many years, from a broken or stolen site, is counted in turns, and no transaction takes all", async () => {
    await keep();
    await keepMonths(hub.world, hub.database());
    const of = await hub.makeProvider("Many days");
    const days = 2 * daysAtOnce + 1;
    await hub.database().asProvider(of.providerId, (tx) =>
      sql`insert into report_days_waiting (provider_id, what, from_ms)
        select ${of.providerId}::text, 'log-ins', n * ${3 * dayMs}::bigint from generate_series(1, ${days}::integer) n`.execute(
        tx,
      ),
    );
    /** What is left after each transaction of the provider's. */
    const leftAfterEach = async (left: ReturnType<typeof sql<{ count: number }>>, run: typeof keepRollUps) => {
      const database = hub.database();
      const counts: number[] = [];
      const asProvider: typeof database.asProvider = (providerId, work, ...how) =>
        database.asProvider(
          providerId,
          async (tx) => {
            const done = await work(tx);
            if (providerId === of.providerId) counts.push((await left.execute(tx)).rows[0]?.count ?? 0);
            return done;
          },
          ...how,
        );
      await run(hub.world, { ...database, asPlatform: database.asPlatform, asProvider });
      return counts;
    };
    const waiting = sql<{ count: number }>`select count(*)::int as count from report_days_waiting`;
    expect(await leftAfterEach(waiting, keepRollUps)).toEqual([days - daysAtOnce, 1, 0]);
    const stale = sql<{ count: number }>`select count(*)::int as count from report_months where stale`;
    const months = Math.ceil((3 * days) / 31);
    const counts = await leftAfterEach(stale, keepMonths);
    expect(counts.length).toBeGreaterThanOrEqual(Math.floor(months / monthsAtOnce) + 1);
    expect(counts.at(-1)).toBe(0);
  }, 60_000);
});
