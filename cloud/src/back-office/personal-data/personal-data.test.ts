/** One person's data: all of it in one file, and erased so that the books still balance. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { isAbsent, oneEngine, realWorld } from "../../ground/db/test-databases.ts";
import { openSealed } from "../../ground/secrets/test-open-sealed.ts";
import { lacksModules } from "../../modules/test-lacks-modules.ts";
import { tellInstead } from "../../money/purchases/message-phone.ts";
import type { PurchaseRow } from "../../money/purchases/purchase-rows.ts";
import { askerOf, queryOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

/** Of what is kept of a person, most is kept by these. Where they were deleted, this waits for who writes it for the rest. */
const lacksKeepers = lacksModules("installations", "stock", "tickets");

describe.each(oneEngine)("one person's data on %s", (engine) => {
  describe.skipIf(isAbsent(engine) || lacksKeepers)("of a provider", () => {
    const masterKeys = [realWorld().random.bytes(32)];
    const hub = useHub(engine, { masterKeys });
    let token = "";
    let providerId = "";
    const call = askerOf(hub, () => token);
    const query = queryOf(hub, () => providerId);
    const balances = () =>
      query(
        "select account, currency, sum(amount_cents)::text as cents from ledger_postings group by 1, 2 order by 1, 2",
      );
    /** Every row of every table of the provider, as text. */
    const everything = () =>
      hub.database().asPlatform("test", async (tx) => {
        await sql`set local role none`.execute(tx);
        const { rows } = await sql<{ name: string }>`
          select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
          where n.nspname = 'public' and c.relkind = 'r'`.execute(tx);
        const texts: Record<string, string> = {};
        for (const { name } of rows) {
          const found = await sql<{ row: string }>`
            select to_jsonb(t)::text as row from ${sql.table(name)} t where provider_id = ${providerId} order by 1`.execute(
            tx,
          );
          texts[name] = found.rows.map(({ row }) => row).join("\n");
        }
        return texts;
      });

    const monthOnly = { validitySeconds: 30 * 86_400 };
    const her = { name: "Achieng Otieno", phone: "0711000001", email: "achieng@mail.test", note: "The blue gate" };
    const him = { name: "Barasa Wekesa", phone: "0711000002", email: "barasa@mail.test", note: "The red gate" };
    const ids = {
      before: "",
      plan: "",
      her: "",
      him: "",
      line: "",
      billed: "",
      site: "",
      account: "",
      party: "",
      hisParty: "",
    };

    async function furnish(person: typeof her, username: string, planId: string): Promise<string> {
      const made = await call("POST", "/customers", person);
      const { customerId } = made.body;
      const bought = { siteId: ids.site, planId, phone: person.phone, pay: "cash" };
      const line = { customerId, username, password: "a-long-password", siteIds: [ids.site], planId };
      for (const [path, body] of [
        ["/credits", { phone: person.phone, amountCents: 5000 }],
        ["/payments/purchase", bought],
        ["/messages", { phone: person.phone, text: `Dear ${person.name}` }],
        ["/messages", { phone: person.phone, text: `Code 482913 of ${person.name}` }],
        ["/tickets", { subject: `Of ${person.name}`, kind: "connection", text: `Call ${person.name}`, customerId }],
        ["/accounts", { ...line, billing: "free", freeReason: "staff" }],
        [
          `/customers/${customerId}/consents`,
          { channel: "sms", class: "marketing", allowed: true, said: "on the phone" },
        ],
      ] as const) {
        const answer = await call("POST", path, body);
        expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300);
      }
      return customerId;
    }

    const lead = (name: string, phone: string) =>
      call("POST", "/installations", { name, phone, placeNote: `Behind ${name}`, latitude: -1.28, longitude: 36.82 });

    /** She asked for a line before she was a customer, and bought with a number that she gave up; a third one was given to him since. */
    async function furnishBefore(): Promise<void> {
      await call("PATCH", `/customers/${ids.her}`, { phone: "0711000077" });
      const bought = { siteId: ids.site, planId: ids.plan, phone: "0711000077", pay: "cash" };
      expect((await call("POST", "/payments/purchase", bought)).status).toBeLessThan(300);
      await call("POST", "/credits", { phone: "0711000077", amountCents: 700 });
      expect((await lead("Achieng at home", "0711000077")).status).toBe(201);
      await call("PATCH", `/customers/${ids.her}`, { phone: "0711000088" });
      await call("POST", "/credits", { phone: "0711000088", amountCents: 9900 });
      await call("PATCH", `/customers/${ids.her}`, { phone: her.phone });
      expect((await call("POST", "/customers", { name: "Mutiso", phone: "0711000088" })).status).toBe(201);
      expect((await lead("Barasa at home", him.phone)).status).toBe(201);
    }

    beforeAll(async () => {
      ({ token, providerId } = await hub.makeProvider("Mwangaza"));
      ids.site = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
      const { planId } = (await call("POST", "/plans", { name: "A month", priceCents: 100000, terms: monthOnly })).body;
      ids.plan = planId;
      ids.her = await furnish(her, "achieng.home", planId);
      ids.him = await furnish(him, "barasa.home", planId);
      ids.line = (await call("POST", "/customers", { name: "Wanjiku" })).body.customerId;
      const line = { customerId: ids.line, username: "wanjiku.home", siteIds: [ids.site], planId };
      ids.billed = (await call("POST", "/accounts", line)).body.accountId;
      const parties = await query<{ customerId: string; phoneHash: string }>(
        "select customer_id, phone_hash from customers",
      );
      ids.party = parties.find((one) => one.customerId === ids.her)?.phoneHash ?? "";
      ids.hisParty = parties.find((one) => one.customerId === ids.him)?.phoneHash ?? "";
      await furnishBefore();
      const [before] = await query<{ phoneHash: string }>(
        "select phone_hash from customer_numbers where phone_masked like '%077'",
      );
      ids.before = before?.phoneHash ?? "";
      await query(`insert into document_charges (provider_id, charge_id, cause, customer_id, party, customer_name, currency, total_cents, lines, at_ms, state)
        select provider_id, customer_id, 'payment:1', customer_id, phone_hash, name, 'KES', 100, '[]', 1, 'not-wanted' from customers where phone_hash is not null`);
      // What she did on her own page names her, too.
      await query(`insert into audit (provider_id, audit_id, at_ms, action, via, detail) select provider_id, '0-own-' || customer_id, 1,
        'PATCH /own', 'customer ' || customer_id, jsonb_build_object('body', jsonb_build_object('name', name)) from customers`);
      await query(`insert into sessions (provider_id, site_id, session_key, grant_id, username, mac, address, started_at_ms, received_at_ms,
        input_bytes, output_bytes) select provider_id, '${ids.site}', 's-' || grant_id, grant_id, 'x', case when phone_hash = '${ids.hisParty}'
        then 'AA:BB:CC:00:00:02' else 'AA:BB:CC:00:00:01' end, '10.5.50.7', 1, 1, 10, 20 from grants`);
      expect(await tellSale()).toMatchObject({ kind: "ack" });
      const [account] = await query<{ accountId: string }>(
        `select account_id from accounts where customer_id = '${ids.her}'`,
      );
      ids.account = account?.accountId ?? "";
      await query(`insert into trial_claims (provider_id, party, plan_id, site_id, grant_id, claimed_at_ms)
        values ('${providerId}', '${ids.party}', 'p', '${ids.site}', '${trial}', 1)`);
      expect(await tellDevices()).toMatchObject({ kind: "ack" });
      await useLines();
      // Her package went on at another site under its lease's name, and a third gave its bridge. The cash sale is hers by its number.
      await query(`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
        select provider_id, grant_id, grant_id || '.1', 1, site_id, site_id, 1, terms from grants where phone_hash = '${ids.party}'`);
      await query(`insert into sessions (provider_id, site_id, session_key, grant_id, mac, started_at_ms, received_at_ms)
        select provider_id, site_id, 'more-' || name, name, 'AA:BB:CC:00:00:03', 1, 1 from grant_leases,
          unnest(array[lease_id, 'b.' || grant_id]) name
        union all select provider_id, site_id, 'more-' || grant_id, grant_id, 'AA:BB:CC:00:00:04', 1, 1 from cash_sales`);
    }, 120_000);

    /** What a site's journal says: a seller typed her number. */
    const tellSale = () => {
      const saleId = "ab".repeat(16);
      const grant = {
        ...{ grantId: `c.${saleId}`, origin: "voucher", planName: "Hour", unverified: false, terms: unlimitedTerms },
        ...{ startedAtMs: null, endsAtMs: null, revokedAtMs: null },
      };
      const sold = { saleId, sellerId: "s", planId: null, priceCents: 0, currency: "KES", code: "4821993015", grant };
      const stamp = { seq: 1, atMs: 1_767_225_600_000, clock: "synced", upMs: 1 };
      const device = { grantId: grant.grantId, device: "mac.AA:BB:CC:00:00:04", mac: "AA:BB:CC:00:00:04" };
      const records = [
        { ...stamp, kind: "cash-sale", ...sold, phone: "254711000001" },
        { ...stamp, seq: 2, kind: "device-bound", ...device, replaces: "mac.AA:BB:CC:00:00:03" },
        { ...stamp, seq: 3, kind: "device-unbound", grantId: grant.grantId, device: device.device },
      ];
      const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
      return intake.take(providerId, { siteId: ids.site, epoch: "e1", records } as never);
    };

    /** What he ordered she paid, with her phone. */
    const payHis = async () => {
      const [his] = await query<PurchaseRow>(`select * from purchases where phone_hash = '${ids.hisParty}' limit 1`);
      if (his === undefined) throw new Error("he bought nothing");
      const { parties } = hub.hub();
      await hub
        .database()
        .asProvider(providerId, (tx) => tellInstead({ envelope: hub.envelope, parties }, tx, his, "254711000001"));
    };

    /** What people typed of her where money, rights and visits stand: each in its own column. */
    const typeOfHer = async () => {
      const [grant] = await query<{ grantId: string }>(`select grant_id from grants where phone_hash = '${ids.party}'`);
      const pause = await call("POST", `/sites/${ids.site}/grants/${grant?.grantId}.1/pause`, {
        reason: "Achieng asked",
      });
      expect(pause.status, pause.text).toBe(200);
      const house = await call("POST", "/installations", { name: "Achieng's house" });
      expect(house.status, house.text).toBe(201);
      const whose = `'${providerId}'`;
      for (const text of [
        `update installations set customer_id = '${ids.her}', state = 'cancelled', cancel_reason = 'Achieng moved'
          where name = 'Achieng''s house'`,
        `insert into statements (provider_id, statement_id, channel_id, layout, from_ms, to_ms, inflow_rows, inflow_cents, file_hash, imported_by,
          imported_at_ms) select ${whose}, 'st', channel_id, 'x', 1, 2, 1, 100, 'f', 'u', 1 from purchases where phone_hash = '${ids.party}' limit 1`,
        `insert into statement_lines (provider_id, statement_id, line, receipt, kind, amount_cents, completed_at_ms, account_text)
          select ${whose}, 'st', 1, min(receipt), 'inflow', 100, 1, 'ACHIENG 0711000001' from receipts where party = '${ids.party}'`,
        `insert into statement_differences (provider_id, channel_id, receipt, what, statement_cents, booked_cents, statement_id, found_at_ms, note)
          select ${whose}, channel_id, receipt, 'amount-differs', 1, 2, 'st', 1, 'Achieng paid twice' from statement_lines join statements using (statement_id)`,
        `insert into refunds (provider_id, refund_id, idempotency_key, method, state, amount_cents, currency, reason, note, party, asked_by,
          created_at_ms, changed_at_ms) values (${whose}, 'r', 'r', 'cash', 'done', 100, 'KES', 'Achieng was slow', 'Given to Achieng', '${ids.party}', 'u', 1, 1)`,
        `insert into corrections (provider_id, correction_id, idempotency_key, kind, state, amount_cents, currency, party, reason, asked_by, refused_by,
          created_at_ms, changed_at_ms) values (${whose}, 'c', 'c', 'write-off-debt', 'refused', 1, 'KES', '${ids.party}', 'Achieng forgot', 'u', 'u', 1, 1)`,
        `insert into payment_claims (provider_id, claim_id, receipt, phone_hash, state, turned_down_reason, created_at_ms, changed_at_ms)
          values (${whose}, 'no', 'SJK0000008', '${ids.party}', 'refused', 'Achieng used it', 1, 1)`,
      ])
        await query(text);
    };

    /** What names her although it is not hers any more, or is called otherwise than she is now. */
    const nameHerElsewhere = async () => {
      await query(`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
        values ('${providerId}', 'cable', 'Cable', false, 'metre', true, 1)`);
      // Her house and the job of before were called otherwise when cable was used there; and a word with what was brought to her.
      await query(`insert into stock_movements (provider_id, movement_id, kind_id, quantity, from_place, to_place, why, note, who, at_ms)
        select provider_id, 'used-' || number, 'cable', 1, 'van:u', 'sold', 'used', '#' || number || ' Mama Achieng', 'Staff', 1
        from installations where name in ('Achieng''s house', 'Achieng at home')
        union all select '${providerId}', 'to-her', 'cable', 1, 'van:u', 'customer:${ids.her}', 'moved', 'Achieng has it', 'Staff', 1
        union all select '${providerId}', 'to-him', 'cable', 1, 'van:u', 'customer:${ids.him}', 'moved', 'The red gate', 'Staff', 1`);
      // What is lent was asked back of who is deleted: that ticket has no customer.
      const asked = await call("POST", "/tickets", {
        subject: "To get back: Achieng",
        kind: "equipment",
        text: "A radio",
      });
      expect(asked.status, asked.text).toBe(201);
      await query(`update tickets set about = 'ask-back/${ids.her}/1' where ticket_id = '${asked.body.ticketId}'`);
      // A ticket was hers, with her line, and is another's now.
      const { ticketId } = (await call("POST", "/tickets", { subject: "Slow", kind: "connection", text: "x" })).body;
      const hers = await call("PATCH", `/tickets/${ticketId}`, { customerId: ids.her, accountId: ids.account });
      expect(hers.body.entries.map(({ text }: { text: string }) => text)).toEqual(["x", her.name, "achieng.home"]);
      const moved = await call("PATCH", `/tickets/${ticketId}`, { customerId: ids.line, accountId: null });
      expect(moved.status, moved.text).toBe(200);
    };

    const monthMs = 1_767_225_600_000;
    /** Her phone guessed codes before it logged in, and staff were told. A day later the next device has its address. */
    const alarmOfHer = async () => {
      await query(`insert into sessions (provider_id, site_id, session_key, grant_id, mac, address, started_at_ms, stopped_at_ms, received_at_ms)
        select '${providerId}', '${ids.site}', 'guessed', grant_id, 'AA:BB:CC:00:00:01', '10.5.50.99', ${monthMs}, ${monthMs + 1000}, ${monthMs + 1000}
        from grants where phone_hash = '${ids.party}'`);
      for (const [seq, atMs] of [
        [10, monthMs - 60_000],
        [11, monthMs + 86_400_000],
      ] as const)
        await query(`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
          values ('${providerId}', '${ids.site}', 'e1', ${seq}, 'guessing', '{"who": "10.5.50.99", "locks": 1}', ${atMs}, ${atMs})`);
      const fields = `'{"who": "AA:BB:CC:00:00:01", "locks": 1}'`;
      await query(`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
        values ('${providerId}', '${ids.site}', 'e1', 9, 'guessing', ${fields}, 1, 1)`);
      await query(`insert into alert_rules (provider_id, rule_id, name, active, grave_only, after_ms, wakes, tells_end, to_sealed, created_at_ms,
        updated_at_ms) values ('${providerId}', 'rule', 'All', false, false, 0, false, false, '\\x01', 1, 1)`);
      await query(`insert into alerts (provider_id, alert_id, rule_id, cause, alarm_id, kind, severity, fields, began_at_ms, told_at_ms)
        values ('${providerId}', 'a', 'rule', 'guessing', 'a', 'guessing', 'notice', ${fields}, 1, 1)`);
    };

    /** A code of another system that only her phone may use, and one of his: their site knows both. */
    const listCodes = async () => {
      const batch = await call("POST", "/vouchers/batches", { planId: ids.plan, quantity: 2, siteId: ids.site });
      expect(batch.status, batch.text).toBeLessThan(300);
      const more = ["AA:BB:CC:00:00:01", "AA:BB:CC:00:00:02"].map((mac, at) => ({ at, mac, useSeconds: 60 }));
      await query(`insert into listed_codes (provider_id, batch_id, serial, hash, code_hidden, more)
        select provider_id, batch_id, at, 'h' || at, 'c', jsonb_build_object('mac', mac, 'useSeconds', 60)
        from voucher_batches, (values (0, '${more[0]?.mac}'), (1, '${more[1]?.mac}')) code (at, mac)`);
      await query(`insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
        select provider_id, 'batch:' || batch_id, 'listed-codes', batch_id || '.0', version, '${JSON.stringify({ hashes: "", more })}', 1
        from voucher_batches join feed_scopes using (provider_id) where scope = 'batch:' || batch_id`);
    };

    const trial = `f.trial.p.${"cd".repeat(16)}`;
    /** Periods of her line whose sessions are forgotten, with devices that came by RADIUS alone; her trial; and what a new stick was told of them. */
    const tellDevices = () => {
      const period = { ...{ planName: "A month", unverified: false, terms: unlimitedTerms }, endsAtMs: null };
      const started = (grantId: string, origin: string) => ({
        kind: "grant-started",
        grant: { ...period, grantId, origin, startedAtMs: 1_767_225_600_000, revokedAtMs: null },
        voucher: null,
      });
      const mac = (last: number) => `AA:BB:CC:00:00:0${last}`;
      const line = `a.${ids.account}.p1`;
      const page = { spent: [], ended: [], sales: [], sellers: [] };
      const slots = [{ device: `mac.${mac(9)}`, mac: mac(9) }];
      const grant = started(line, "account").grant;
      const told = [{ grant, voucher: null, usedBytes: 0, usedSeconds: 0, slots, sessions: [] }];
      const records = [
        started(line, "account"),
        { kind: "device-bound", grantId: line, device: `mac.${mac(5)}`, mac: mac(5), replaces: null },
        { kind: "device-bound", grantId: line, device: "ip.10.5.50.77", mac: null, replaces: `mac.${mac(5)}` },
        { kind: "device-unbound", grantId: line, device: `mac.${mac(6)}` },
        started(trial, "voucher"),
        { kind: "device-bound", grantId: trial, device: "cd".repeat(16), mac: mac(8), replaces: null },
        { kind: "recalled", recall: "r1", page: { ...page, grants: told }, done: true },
      ].map((record, at) => ({ seq: at + 1, atMs: 1_767_225_600_000, clock: "synced", upMs: 1, ...record }));
      const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
      return intake.take(providerId, { siteId: ids.site, epoch: "e2", records } as never);
    };

    /** Of her line, and of his purchase. */
    const useLines = () =>
      query(`insert into usage_days (provider_id, day, site_id, session_key, grant_id, input_bytes, output_bytes, online_seconds)
        select '${providerId}', date '2026-11-01', '${ids.site}', 'a', 'a.${ids.account}.p1', 7, 0, 0
        union all select '${providerId}', date '2026-11-01', '${ids.site}', grant_id, grant_id, 8, 0, 0 from grants where phone_hash = '${ids.hisParty}'`);

    test("[CUS-17] everything that is held about one customer is one file, with texts and consents, without secrets and without others", async () => {
      const answer = await call("GET", `/customers/${ids.her}/personal-data`);
      expect(answer.status, answer.text).toBe(200);
      const file = JSON.parse(answer.text);
      expect(file).toMatchObject({ customerId: ids.her, phone: "254711000001", cut: [] });
      expect(Object.keys(file.tables)).toEqual(
        expect.arrayContaining([
          ...[
            "customers",
            "accounts",
            "purchases",
            "receipts",
            "ledger_postings",
            "ledger_entries",
            "grants",
            "sessions",
          ],
          ...[
            "messages",
            "message_consents",
            "tickets",
            "ticket_entries",
            "audit",
            "customer_numbers",
            "installations",
          ],
        ]),
      );
      expect(file.tables.messages).toContainEqual(
        expect.objectContaining({ text: `Dear ${her.name}`, to: "254711000001" }),
      );
      expect(file.tables.installations).toMatchObject([
        { name: "Achieng at home", place_note: "Behind Achieng at home" },
      ]);
      expect(file.tables.customer_numbers.map((one: { phone: string }) => one.phone).sort()).toEqual([
        "254711000077",
        "254711000088",
      ]);
      const credited = file.tables.ledger_postings.map((one: { amount_cents: number }) => Math.abs(one.amount_cents));
      expect(credited).toEqual(expect.arrayContaining([5000, 700]));
      expect(credited).not.toContain(9900);
      expect(file.tables.message_consents).toMatchObject([{ allowed: true, class: "marketing" }]);
      expect(file.tables.ticket_entries[0].text).toBe(`Call ${her.name}`);
      expect(file.tables.usage_days).toMatchObject([{ input_bytes: 7 }]);
      const devices = file.tables.sessions.map(({ mac }: { mac: string }) => mac.slice(-1)).sort();
      expect(devices.join("")).toBe("11334");
      for (const word of [
        "Barasa",
        "254711000002",
        "AA:BB:CC:00:00:02",
        ids.him,
        ids.party,
        ids.before,
        "a-long-password",
        "_sealed",
        "_hash",
      ])
        expect(answer.text.includes(word), word).toBe(false);
      const [entry] = (await call("GET", "/audit?limit=5")).body.items;
      expect(entry).toMatchObject({ action: "personal-data-exported", target: ids.her });
    });

    test("[CUS-17] what a tax authority was told of a customer is in their file", async () => {
      await query(`insert into documents (provider_id, document_id, kind, fiscal_year, number, number_text, customer_id, customer_name, seller, lines,
          currency, net_cents, excise_cents, vat_cents, total_cents, supplied_on, issued_on, issued_at_ms, issued_by)
        values ('${providerId}', 'd', 'receipt', 2026, 1, 'R-1', '${ids.line}', 'Wanjiku', '{}', '[]', 'KES', 1, 0, 0, 1, 'x', 'x', 1, 'u')`);
      await query(`insert into fiscal_submissions (provider_id, document_id, number_text, authority, sequence, data, state, made_at_ms, changed_at_ms)
        values ('${providerId}', 'd', 'R-1', 'etims', 1, '{"buyer": {"name": "Wanjiku", "taxPin": "A001"}}', 'accepted', 1, 1)`);
      const { tables } = JSON.parse((await call("GET", `/customers/${ids.line}/personal-data`)).text);
      expect(tables.fiscal_submissions).toMatchObject([{ data: { buyer: { name: "Wanjiku", taxPin: "A001" } } }]);
    });

    test("[CUS-17] the code in a message is not in the file: who reads it is logged in as the customer", async () => {
      const before = (await call("GET", `/customers/${ids.her}/personal-data`)).text;
      await query("update messages set template = 'log-in-code' where template = 'free'");
      const { messages } = JSON.parse((await call("GET", `/customers/${ids.her}/personal-data`)).text).tables;
      await query("update messages set template = 'free' where template = 'log-in-code'");
      const texts = messages.map(({ text }: { text: string }) => text);
      expect(before).toContain("Code 482913 of Achieng");
      expect(texts).toContain("Code ****** of Achieng Otieno");
    });

    test("[CUS-17] a message and a number that no master key opens any more keep nothing else from the file", async () => {
      const file = async () => (await call("GET", `/customers/${ids.her}/personal-data`)).text;
      const before = JSON.parse(await file());
      const kept = await query<{ id: string; text: string; to: string }>(
        `select message_id as id, encode(text_sealed, 'hex') as text, encode(to_sealed, 'hex') as "to" from messages where template = 'free'`,
      );
      await query(`update messages set text_sealed = '\\x00', to_sealed = '\\x00' where template = 'free'`);
      const after = JSON.parse(await file());
      for (const { id, text, to } of kept)
        await query(
          `update messages set text_sealed = '\\x${text}', to_sealed = '\\x${to}' where message_id = '${id}'`,
        );
      expect(Object.keys(after.tables)).toEqual(Object.keys(before.tables));
      expect(after.tables.messages).toContainEqual(expect.objectContaining({ template: "free", text: null, to: null }));
    });

    test("[CUS-17] it is the owner's alone: no manager reads or erases a person", async () => {
      const user = { name: "Otieno", email: "otieno@provider.test", role: "manager", password: "otienos-password" };
      expect((await call("POST", "/users", user)).status).toBe(201);
      const manager = await hub.logIn(user.email, user.password);
      expect((await call("GET", `/customers/${ids.her}/personal-data`, undefined, manager)).status).toBe(403);
      expect((await call("GET", `/customers/${ids.her}/erasure`, undefined, manager)).status).toBe(403);
      expect((await call("POST", `/customers/${ids.her}/erase`, { nameText: her.name }, manager)).status).toBe(403);
    });

    test("[CUS-17] who has a subscription is refused, and a name that differs; both change nothing", async () => {
      const { planId } = (await call("GET", "/plans")).body.items[0];
      const order = { siteId: ids.site, planId, phone: him.phone };
      const made = await call("POST", "/subscriptions", order);
      expect(made.status, made.text).toBe(201);
      const line = { customerId: ids.line, accountId: ids.billed, planId };
      expect((await call("POST", "/subscriptions", line)).status).toBe(201);
      expect((await call("GET", `/customers/${ids.line}/erasure`)).body.refused).toBe("person-subscribed");
      const before = await everything();
      const preview = await call("GET", `/customers/${ids.him}/erasure`);
      expect(preview.body).toMatchObject({ name: him.name, erased: false, refused: "person-subscribed" });
      const refused = await call("POST", `/customers/${ids.him}/erase`, { nameText: him.name });
      expect([refused.status, refused.body.code]).toEqual([409, "person-subscribed"]);
      const typo = await call("POST", `/customers/${ids.her}/erase`, { nameText: "Achieng" });
      expect([typo.status, typo.body.code]).toEqual([400, "name-differs"]);
      const after = await everything();
      for (const table of ["customers", "messages", "purchases", "ledger_postings", "accounts", "tickets"])
        expect(after[table], table).toBe(before[table]);
    });

    test("[CUS-17] who owes an invoice, claims a payment, or paid what is not worked off yet is refused", async () => {
      const refused = async () => (await call("GET", `/customers/${ids.her}/erasure`)).body.refused;
      const order = {
        customerName: her.name,
        phone: her.phone,
        lines: [{ text: "Cable", quantity: 1, unitCents: 5000 }],
      };
      const invoice = await call("POST", "/invoices", order);
      expect(invoice.status, invoice.text).toBe(201);
      expect(await refused()).toBe("person-owes");
      const erased = await call("POST", `/customers/${ids.her}/erase`, { nameText: her.name });
      expect([erased.status, erased.body.code]).toEqual([409, "person-owes"]);
      const voided = await call("POST", `/invoices/${invoice.body.invoiceId ?? invoice.body.id}/void`);
      expect(voided.status, voided.text).toBeLessThan(300);
      expect(await refused()).toBeNull();

      const claim = (state: string) =>
        query(`insert into payment_claims (provider_id, claim_id, receipt, phone_hash, state, created_at_ms, changed_at_ms)
          values ('${providerId}', 'claim', 'SJK0000009', '${ids.party}', '${state}', 1, 1) on conflict (provider_id, claim_id) do update set state = excluded.state`);
      await claim("open");
      expect(await refused()).toBe("person-money-under-way");
      await claim("refused");
      expect(await refused()).toBeNull();

      const evidence = (id: string, state: string) =>
        query(`insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, kept_body_sealed, body_hash, state, purchase_id, received_at_ms) select provider_id, '${id}',
          channel_id, 'c2b-confirmation', '${id}', convert_to('of Achieng', 'UTF8'), '${id}', '${state}', purchase_id, 1 from purchases where phone_hash = '${ids.party}' limit 1
          on conflict (provider_id, evidence_id) do update set state = excluded.state`);
      await evidence("unread", "parked");
      expect(await refused()).toBe("person-money-under-way");
      await evidence("unread", "unmatched");
      expect(await refused()).toBeNull();
      await evidence("judged", "done");
      const bodies = () => query("select 1 from evidence_bodies where evidence_id in ('unread', 'judged')");
      await query(`insert into evidence_bodies (provider_id, received_at_ms, evidence_id, body_sealed)
        select provider_id, received_at_ms, evidence_id, 'Achieng' from evidence where evidence_id in ('unread', 'judged')`);
      expect(await bodies()).toHaveLength(2);
      await query(`insert into document_charges (provider_id, charge_id, cause, customer_id, party, customer_name, currency, total_cents, lines, at_ms, state)
        values ('${providerId}', 'waiting', 'payment:2', '${ids.her}', '${ids.party}', '${her.name}', 'KES', 100, '[]', 1, 'waiting')`);
    });

    test("[CUS-17] a number of before is hers by itself only where nobody else has it and nobody used it since; the owner chooses of the rest, never another's", async () => {
      const read = async (query = "") => (await call("GET", `/customers/${ids.her}/erasure${query}`)).body;
      const { numbers, creditCents } = await read();
      expect(numbers).toMatchObject([
        { phoneMasked: expect.stringContaining("077"), isAnothers: false, isUsedSince: false, included: true },
        { phoneMasked: expect.stringContaining("088"), isAnothers: true, included: false },
      ]);
      const [hers, another] = numbers;
      expect(creditCents).toBe(5700);
      const without = await read("?numbers=");
      expect([without.creditCents, without.numbers[0].included]).toEqual([5000, false]);
      expect((await read(`?numbers=${another.numberId}`)).code).toBe("not-found");
      expect((await call("GET", `/customers/${ids.her}/personal-data?numbers=${another.numberId}`)).status).toBe(404);
      const all = { nameText: her.name, numbers: [another.numberId] };
      expect((await call("POST", `/customers/${ids.her}/erase`, all)).status).toBe(404);
      await query(`update customer_numbers set until_ms = 0 where number_id = '${hers.numberId}'`);
      expect((await read()).numbers[0]).toMatchObject({ isUsedSince: true, included: false });
      expect((await read(`?numbers=${hers.numberId}`)).numbers[0].included).toBe(true);
      await query(`update customer_numbers set until_ms = ${hers.untilMs} where number_id = '${hers.numberId}'`);
    });

    test("[CUS-17] an erasure does what its preview said; no table names the person, all balances are as before, and the others are untouched", async () => {
      await payHis();
      await typeOfHer();
      await nameHerElsewhere();
      await alarmOfHer();
      await listCodes();
      const preview = await call("GET", `/customers/${ids.her}/erasure`);
      expect(preview.body).toMatchObject({
        refused: null,
        creditCents: 5700,
        currency: "KES",
        counts: { customers: 1, messages: 2, accounts: 1, tickets: 2, installations: 2, customer_numbers: 2 },
      });
      const before = await balances();
      const owed = await query(
        `select account, sum(amount_cents)::text as cents from ledger_postings where party = '${ids.party}' group by 1 order by 1`,
      );
      expect(owed.length).toBeGreaterThan(0);
      const his = await call("GET", `/customers/${ids.him}/personal-data`);
      const opened = async () => {
        // The answers to repeated requests go after a day.
        const { idempotent_answers: _, ...tables } = await everything();
        const texts = Object.entries(tables).map(([table, text]) => [table, openSealed(masterKeys, text)] as const);
        return (word: string) => texts.flatMap(([table, text]) => (text.includes(word) ? [table] : []));
      };
      const hers = (await opened())("254711000001");
      expect(hers).toEqual(expect.arrayContaining(["customers", "feed_rows", "grants", "purchases"]));
      const done = await call("POST", `/customers/${ids.her}/erase`, { nameText: her.name });
      expect(done.status, done.text).toBe(200);
      const { account_sites: _, feed_rows: __, accounts: ___, ...rest } = preview.body.counts;
      expect(done.body.counts).toMatchObject(rest);
      expect(await balances()).toEqual(before);
      const [erasure, other] = await query<Record<string, string>>("select * from person_erasures order by erasure_id");
      expect(other).toMatchObject({ customerId: ids.her, party: null });
      expect(other?.pseudonym).not.toBe(erasure?.pseudonym);
      expect(erasure).toMatchObject({
        customerId: ids.her,
        party: null,
        pseudonym: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(
        await query(
          `select account, sum(amount_cents)::text as cents from ledger_postings where party = '${erasure?.pseudonym}' group by 1 order by 1`,
        ),
      ).toEqual(owed);
      const left = await everything();
      for (const [table, text] of Object.entries(left))
        for (const word of [
          ids.party,
          "Achieng",
          "achieng",
          "ACHIENG",
          "0711000001",
          "254711000001",
          "blue gate",
          "AA:BB:CC:00:00:01",
          "AA:BB:CC:00:00:03",
          "AA:BB:CC:00:00:04",
          "AA:BB:CC:00:00:05",
          "AA:BB:CC:00:00:06",
          "AA:BB:CC:00:00:08",
          "10.5.50.77",
          "*001",
          "*077",
          ids.before,
        ])
          expect([table, word, text.includes(word)]).toEqual([table, word, false]);
      expect(await query("select note from stock_movements where movement_id = 'to-him'")).toEqual([
        { note: "The red gate" },
      ]);
      const sealed = await opened();
      for (const word of ["254711000001", "254711000077", "Achieng", "achieng"])
        expect([word, sealed(word)]).toEqual([word, []]);
      expect(sealed("254711000002")).toEqual(expect.arrayContaining(["customers", "feed_rows", "grants", "purchases"]));
      expect(await tellSale(), "the site that sends it again is no other site").toMatchObject({ kind: "ack" });
      expect(await tellDevices(), "nor with its devices").toMatchObject({ kind: "ack" });
      expect(left.journal_records).toContain("device-unbound");
      expect(left.journal_records).not.toContain("AA:BB");
      expect((await everything()).journal_records).toBe(left.journal_records);
      expect(
        await query("select seq, fields from alarms union all select null, fields from alerts order by 1"),
      ).toEqual([
        { seq: 9, fields: { locks: 1 } },
        { seq: 10, fields: { locks: 1 } },
        { seq: 11, fields: { locks: 1, who: "10.5.50.99" } },
        { seq: null, fields: { locks: 1 } },
      ]);
      expect(await query("select more, mac_erased from listed_codes order by serial")).toEqual([
        { more: { useSeconds: 60 }, macErased: true },
        { more: { useSeconds: 60, mac: "AA:BB:CC:00:00:02" }, macErased: false },
      ]);
      const noted = await hub
        .database()
        .alone("read", (run) =>
          run("select now_is -> 'devices' as devices from revocations_noted where target = 'person_erasures'"),
        );
      const marks = noted.flatMap(({ devices }) => devices as string[]);
      expect(marks, "a restored hub recognises her devices by it").toContain(
        hub.hub().parties.ofDevice(providerId, "AA:BB:CC:00:00:01"),
      );
      expect(marks.every((mark) => /^[0-9a-f]{64}$/.test(mark))).toBe(true);
      expect(
        await query(`select r.body -> 'more' as more, r.version = s.version as told from feed_rows r join feed_scopes s using (scope)
          where r.kind = 'listed-codes'`),
        "sites are told of it",
      ).toEqual([
        {
          ...{ told: true },
          more: [
            { at: 0, useSeconds: 60 },
            { at: 1, mac: "AA:BB:CC:00:00:02", useSeconds: 60 },
          ],
        },
      ]);
      expect(await query("select 1 from evidence_bodies where evidence_id in ('unread', 'judged')")).toEqual([]);
      const told = await query<{ body: unknown }>(`select f.body from feed_rows f where f.kind = 'customer-account'`);
      expect(told.map(({ body }) => body === null).sort()).toEqual([false, false, true]);
      const grants = await query<{ hash: string | null }>(
        "select body ->> 'phoneHash' as hash from feed_rows where kind = 'grant'",
      );
      expect(grants.map(({ hash }) => hash === null).sort()).toEqual([false, true, true]);
      expect((await call("GET", `/customers/${ids.her}`)).status).toBe(404);
      const hisAfter = await call("GET", `/customers/${ids.him}/personal-data`);
      const [one, after] = [his, hisAfter].map(({ text }) => {
        const { madeAtMs: _at, tables } = JSON.parse(text);
        const { audit: _audit, ...own } = tables;
        return own;
      });
      expect(after).toEqual(one);
      const [kept] = (await call("GET", "/installations?live=true")).body.items;
      expect(kept).toMatchObject({ name: "Barasa at home", latitude: -1.28 });
      for (const path of ["/payments", "/tickets", "/grants?phone=0711000001", "/sessions", "/ledger/entries"]) {
        const { status } = await call("GET", path);
        expect([path, status < 500]).toEqual([path, true]);
      }
    });

    test("[CUS-17] once more is as once, and nobody changes the list of erasures", async () => {
      const again = await call("POST", `/customers/${ids.her}/erase`, { nameText: "–" });
      expect([again.status, again.body.counts]).toEqual([200, {}]);
      await expect(query("delete from person_erasures")).rejects.toThrow(/permission denied/);
      await expect(query(`select karibu_blank_person('another', '${ids.him}', null, 'x', 1)`)).rejects.toThrow(
        /another provider/,
      );
    });

    test("[CUS-17] a stranger's number that was typed wrongly, and one whose next holder asked for a line, are nobody's by themselves", async () => {
      const { customerId } = (await call("POST", "/customers", { name: "Naliaka", phone: "0711000091" })).body;
      const numbersOf = async () => (await call("GET", `/customers/${customerId}/erasure`)).body.numbers;
      const bought = { siteId: ids.site, planId: ids.plan, phone: "0711000092", pay: "cash" };
      expect((await call("POST", "/payments/purchase", bought)).status).toBeLessThan(300);
      await query(`update purchases set created_at_ms = created_at_ms - 1000
        where created_at_ms = (select max(created_at_ms) from purchases)`);
      for (const phone of ["0711000092", "0711000093"]) await call("PATCH", `/customers/${customerId}`, { phone });
      const mine = { isAnothers: false, isUsedSince: false, isDoubtful: false, included: true };
      const strangers = { ...mine, isDoubtful: true, included: false };
      expect(await numbersOf()).toMatchObject([mine, strangers]);
      expect((await lead("Next holder", "0711000091")).status).toBe(201);
      expect(await numbersOf()).toMatchObject([{ ...mine, isUsedSince: true, included: false }, strangers]);

      // A job at the customer's own house, with a third number to call.
      expect((await lead("Second house", "0711000095")).status).toBe(201);
      await query(`update installations set customer_id = '${customerId}' where name = 'Second house'`);
      const done = await call("POST", `/customers/${customerId}/erase`, { nameText: "Naliaka" });
      expect(done.status, done.text).toBe(200);
      expect(
        await query(`select name, phone_sealed, phone_hash from installations where customer_id = '${customerId}'`),
      ).toEqual([{ name: "–", phoneSealed: null, phoneHash: null }]);
      expect(
        await query("select 1 from installations where name = 'Next holder' and phone_hash is not null"),
      ).toHaveLength(1);
    });

    test("[CUS-17] who is still to get a deposit back, or has what is lent, is refused until that is done", async () => {
      const { customerId } = (await call("POST", "/customers", { name: "Njeri", phone: "0711000301" })).body;
      const line = { customerId, username: "njeri.home", siteIds: [ids.site], planId: ids.plan };
      const { accountId } = (await call("POST", "/accounts", line)).body;
      const made = await call("POST", "/subscriptions", { customerId, accountId, planId: ids.plan });
      const path = `/subscriptions/${made.body.subscriptionId}`;
      const deposit = (await call("POST", `${path}/items`, { kind: "deposit", name: "Router", amountCents: 100_000 }))
        .body;
      expect((await call("POST", `${path}/renew`, { from: "cash" })).status).toBe(200);
      await query(`update subscriptions set ended_at_ms = 1 where customer_id = '${customerId}'`);
      await query(`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
        values ('${providerId}', 'lent', 'Radio', true, 'piece', true, 1)`);
      await query(
        `insert into stock_balances (provider_id, kind_id, place, quantity) values ('${providerId}', 'lent', 'customer:${customerId}', 1)`,
      );
      await query(`insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, customer_id, received_at_ms, changed_at_ms)
        values ('${providerId}', 'lent', 'lent', 'S9', 'S9', 'customer:${customerId}', 'lent', '${customerId}', 1, 1)`);
      const refused = async (code: string) => {
        expect((await call("GET", `/customers/${customerId}/erasure`)).body.refused).toBe(code);
        const answer = await call("POST", `/customers/${customerId}/erase`, { nameText: "Njeri" });
        expect([answer.status, answer.body.code]).toEqual([409, code]);
      };
      await refused("person-has-deposit");
      // Deleted meanwhile: the number is still there, and the credit can be paid out.
      expect((await call("DELETE", `/customers/${customerId}`)).status).toBeLessThan(300);
      await refused("person-has-deposit");
      const returned = await call("POST", `${path}/items/${deposit.itemId}/return`, { why: "Router came back" });
      expect(returned.status, returned.text).toBe(200);
      await refused("person-has-equipment");
      const back = await call("POST", "/stock-items/lent/move", { to: "lost", why: "lost" });
      expect(back.status, back.text).toBe(200);
      const done = await call("POST", `/customers/${customerId}/erase`, { nameText: "Njeri" });
      expect(done.status, done.text).toBe(200);
    });

    test("[CUS-17] who was deleted and came again with the same number is one person: nothing of either row stays", async () => {
      const order = (name: string) => ({ name, phone: "0733000777", note: "Behind the Wairimu shop" });
      const { customerId: first } = (await call("POST", "/customers", order("Wairimu"))).body;
      expect((await call("DELETE", `/customers/${first}`)).status).toBeLessThan(300);
      const { customerId } = (await call("POST", "/customers", order("Wairimu K"))).body;
      expect((await call("GET", `/customers/${customerId}/erasure`)).body.counts.customers).toBe(2);
      const done = await call("POST", `/customers/${customerId}/erase`, { nameText: "Wairimu K" });
      expect(done.status, done.text).toBe(200);
      const left = await query(
        `select to_jsonb(c)::text as row from customers c where customer_id in ('${first}', '${customerId}')`,
      );
      expect(JSON.stringify(left)).not.toMatch(/Wairimu|777/);
    });

    test("[CUS-17] who was deleted without a number can be given no deposit back: they are erased", async () => {
      const { customerId } = (await call("POST", "/customers", { name: "Atieno" })).body;
      const line = { customerId, username: "atieno.home", siteIds: [ids.site], planId: ids.plan };
      const { accountId } = (await call("POST", "/accounts", line)).body;
      const made = await call("POST", "/subscriptions", { customerId, accountId, planId: ids.plan });
      const path = `/subscriptions/${made.body.subscriptionId}`;
      await call("POST", `${path}/items`, { kind: "deposit", name: "Router", amountCents: 100_000 });
      expect((await call("POST", `${path}/renew`, { from: "cash" })).status).toBe(200);
      await query(`update subscriptions set ended_at_ms = 1 where customer_id = '${customerId}'`);
      expect((await call("GET", `/customers/${customerId}/erasure`)).body.refused).toBe("person-has-deposit");
      expect((await call("DELETE", `/customers/${customerId}`)).status).toBeLessThan(300);
      const done = await call("POST", `/customers/${customerId}/erase`, { nameText: "Atieno" });
      expect(done.status, done.text).toBe(200);
    });
  });
});
