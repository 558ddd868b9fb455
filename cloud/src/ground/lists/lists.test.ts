/**
 * Every list of the API, found by its description: read page by page in each order, every row stands in it exactly once; a
 * search that finds nothing is empty, and a filter gives rows of the list only. A new list is in it without anybody remembering,
 * and has to be given rows here.
 */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { routerViews } from "@karibu/protocol/router/router-views";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { beforeAll, expect, test, vi } from "vitest";
import { samplesOfModules } from "../../modules/test-all-modules.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import type { Party } from "../amounts/parties.ts";

// biome-ignore lint/suspicious/noExplicitAny: the description and rows of every list, as JSON
type Json = any;

interface List {
  readonly path: string;
  readonly fields: ReadonlyMap<string, Json>;
  readonly permission: string;
}

/** What a list insists on being asked for. */
const asked: Readonly<Record<string, string>> = {
  "/api/v1/ledger/statement": "account=revenue",
  "/api/v1/credits/history": "phone=0711000111&currency=KES",
};
/** Its rows come and go by themselves while the test reads. */
const restless = new Set(["/api/v1/logs", "/api/v1/platform/logs"]);
/** Its rows stay, and what they say changes while the test reads: the field that names a row. */
const named: Readonly<Record<string, string>> = { "/api/v1/jobs": "name" };
/** Of the whole hub: the description's queues, and what a provider can't have. */
const ofPlatform = new Set(["providers.read", "platform.read", "releases.manage"]);

hubSuite("lists of a provider with a little of everything", (hub) => {
  let provider: TestProvider;
  let adminToken: string;
  let siteId = "";
  let lists: List[];

  beforeAll(async () => {
    provider = await hub.makeProvider("Lister");
    for (const name of ["Other A", "Other B"]) await hub.makeProvider(name.replace(" ", ""));
    adminToken = await hub.adminToken();
    await furnish();
    const { body } = await hub.call("GET", "/api/v1/openapi.json");
    lists = Object.entries(body.paths as Record<string, Json>).flatMap(([path, { get }]) => {
      const schema = get?.responses["200"]?.content?.["application/json"]?.schema;
      if (schema?.properties?.nextCursor === undefined) return [];
      const fields = new Map<string, Json>(get.parameters.map((one: Json) => [one.name, one.schema]));
      return [{ path, fields, permission: get["x-permission"] }];
    });
  }, 120_000);

  test("[SYS-16] each list is asked alike: limit, cursor, sort in both directions, search", () => {
    expect(lists.length).toBeGreaterThan(30);
    for (const { path, fields } of lists) {
      expect([path, ["limit", "cursor", "sort", "q"].filter((name) => !fields.has(name))]).toEqual([path, []]);
      const sorts: string[] = fields.get("sort").enum;
      const ups = sorts.filter((name) => !name.startsWith("-"));
      expect([path, sorts.toSorted()]).toEqual([path, ups.flatMap((name) => [name, `-${name}`]).toSorted()]);
    }
  });

  test("page by page in each order, every row stands in its list exactly once", async () => {
    for (const [at, list] of lists.filter(({ path }) => !restless.has(path)).entries()) {
      const whole = await read(list, "limit=100");
      expect([list.path, whole.length > 1], "furnish() makes rows for every list").toEqual([list.path, true]);
      expect([list.path, new Set(whole).size]).toEqual([list.path, whole.length]);
      const sorts: string[] = list.fields.get("sort").enum;
      // In `npm test` one order of each list, upwards and downwards in turn: all of them are made by the same code.
      for (const sort of inLongRunAll(sorts, (_, nth) => nth === at % sorts.length)) {
        const paged = await read(list, `limit=2&sort=${sort}`);
        expect([list.path, sort, paged.toSorted()]).toEqual([list.path, sort, whole.toSorted()]);
      }
    }
  }, 120_000);

  test("a search for what no row has is empty; filters give rows of the list", async () => {
    for (const list of lists.filter(({ path }) => !restless.has(path))) {
      expect([list.path, await read(list, "q=%25no_such%5Cthing")]).toEqual([list.path, []]);
      const whole = new Set(await read(list, "limit=100"));
      for (const [name, schema] of list.fields) {
        if (name === "sort") continue;
        const values: Json[] = schema.enum ?? (schema.type === "boolean" ? [true, false] : []);
        for (const value of inLongRunAll(values, (_, nth) => nth === 0)) {
          const found = await read(list, `${name}=${value}`);
          expect([list.path, name, value, found.filter((row) => !isKnown(list, name) && !whole.has(row))]).toEqual([
            list.path,
            name,
            value,
            [],
          ]);
        }
      }
    }
  }, 120_000);

  test("where it is asked for, each list counts its rows over all pages, also of a search; a time span without rows is empty", async () => {
    for (const list of lists.filter(({ path, fields }) => !restless.has(path) && fields.has("count"))) {
      const whole = await read(list, "limit=100");
      const counted = async (query: string) => {
        const { count, more } = (await ask(list, `limit=1&count=true${query}`)).body.total;
        return { count, more };
      };
      expect([list.path, await counted("")]).toEqual([list.path, { count: whole.length, more: false }]);
      expect([list.path, await counted("&q=%25no_such%5Cthing")]).toEqual([list.path, { count: 0, more: false }]);
      if (list.fields.has("untilMs")) expect([list.path, await read(list, "untilMs=0")]).toEqual([list.path, []]);
      if (list.fields.has("fromMs"))
        expect([list.path, await read(list, "fromMs=9000000000000")]).toEqual([list.path, []]);
    }
  }, 120_000);

  test("every list of what happens over time is asked by time", () => {
    const withoutSpan = lists.filter(
      ({ fields }) => !["fromMs", "fromDay", "day", "sinceMs"].some((name) => fields.has(name)),
    );
    const dated = [
      "payments",
      "sessions",
      "refused-log-ins",
      "vouchers",
      "messages",
      "audit",
      "refunds",
      "expenses",
      "invoices",
      "documents",
      "customers",
    ];
    for (const name of [
      ...dated,
      "ledger/entries",
      "unmatched-callbacks",
      "jobs/dead",
      "logs",
      "alarms",
      "reconciliation/differences",
    ])
      expect(withoutSpan.map(({ path }) => path)).not.toContain(`/api/v1/${name}`);
  });

  test("a cursor of another order, of another list or made up is refused by name", async () => {
    for (const [at, list] of lists.entries()) {
      const [first = "", other = ""]: string[] = list.fields.get("sort").enum;
      const { body } = await ask(list, `limit=1&sort=${first}`);
      const made = (key: unknown[]) => Buffer.from(JSON.stringify(key)).toString("base64url");
      const wrong = [made([first]), made([first, null, null, null]), made([first, {}, "a", "a"]), "x", made([])];
      for (const cursor of inLongRunAll(wrong, (_, nth) => nth === at % wrong.length)) {
        const answer = await ask(list, `sort=${first}&cursor=${cursor}`);
        expect([list.path, cursor, answer.status, answer.body.field], answer.text).toEqual([
          list.path,
          cursor,
          400,
          "cursor",
        ]);
      }
      if (body.nextCursor === null) continue;
      expect([list.path, (await ask(list, `sort=${other}&cursor=${body.nextCursor}`)).status]).toEqual([
        list.path,
        400,
      ]);
    }
  }, 120_000);

  /** Plans that are archived are shown when asked for. */
  function isKnown({ path }: List, name: string): boolean {
    return path === "/api/v1/plans" && name === "archived";
  }

  function ask({ path, permission }: List, query: string) {
    const token = ofPlatform.has(permission) ? adminToken : provider.token;
    return hub.call(
      "GET",
      `${path.replace("{siteId}", siteId)}?${[query, asked[path] ?? ""].filter(Boolean).join("&")}`,
      { token },
    );
  }

  /** Each row as text, from all pages. */
  async function read(list: List, query: string): Promise<string[]> {
    const rows: string[] = [];
    for (let cursor = ""; ; ) {
      const answer = await ask(list, query + cursor);
      if (answer.status !== 200) throw new Error(`${list.path}?${query}: ${answer.text}`);
      rows.push(...answer.body.items.map((row: Json) => JSON.stringify(row[named[list.path] ?? ""] ?? row)));
      if (answer.body.nextCursor === null) return rows;
      cursor = `&cursor=${answer.body.nextCursor}`;
    }
  }

  /** Some of everything, with sort keys that are alike. What has a simple route is made by it, the rest as sites and channels do. */
  async function furnish(): Promise<void> {
    const { token, providerId } = provider;
    const post = async (path: string, body?: object) => {
      const answer = await hub.call("POST", path, { token, ...(body === undefined ? {} : { body }) });
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
      return answer.body;
    };
    const { site } = await post("/api/v1/sites", { name: "Same" });
    ({ siteId } = site);
    for (const name of ["Same", "Other"]) await post("/api/v1/sites", { name, region: "Coast" });
    let logIns = 0;
    const plan = await post("/api/v1/plans", { name: "One hour", priceCents: 1000, terms: {} });
    for (const quantity of [3, 5, 3])
      await post("/api/v1/vouchers/batches", { planId: plan.planId, quantity, siteId: site.siteId });
    const codes = async () => (await hub.call("GET", "/api/v1/vouchers?limit=100", { token })).body.items.length;
    await vi.waitFor(async () => expect(await codes()).toBe(3 + 5 + 3), { timeout: 60_000 }); // a job makes them
    const { items: batches } = (await hub.call("GET", "/api/v1/vouchers/batches", { token })).body;
    for (const name of ["Same", "Same", "Other"]) {
      const { customerId } = await post("/api/v1/customers", { name });
      const username = `home.${logIns++}`;
      const line = { customerId, username, planId: plan.planId, siteIds: [site.siteId] };
      const { accountId } = await post("/api/v1/accounts", line);
      await post("/api/v1/subscriptions", { customerId, accountId, planId: plan.planId });
      const nowMs = hub.world.clock.wall().atMs;
      const maintenance = { siteIds: null, reason: name, fromMs: nowMs, untilMs: nowMs + 3_600_000 };
      await post("/api/v1/maintenance-windows", maintenance);
      await post("/api/v1/alarm-rules", {
        name,
        active: false,
        kinds: null,
        graveOnly: true,
        siteIds: null,
        afterMs: 0,
        wakes: false,
        tellsEnd: false,
        to: { owners: true, userIds: [], phones: [], webhookIds: [] },
        escalateAfterMs: null,
        escalateTo: null,
      });
      await post("/api/v1/alarm-rules/first/test");
      await post("/api/v1/tokens", { name, scopes: ["plans.read"], password: ownerPassword });
    }
    for (const name of ["a", "b", "c"]) {
      await post("/api/v1/plan-groups", { name });
      await post("/api/v1/promotions", { name, gift: { kind: "percent", permille: 100 }, code: `CODE${name}` });
      await post("/api/v1/invitations", { name, email: `${name}@guest.test`, role: "support" });
      const invited = { token: adminToken, body: { email: `${name}@new.test` } };
      await hub.call("POST", "/api/v1/sign-up-invitations", invited);
      const body = { email: `${name}@lister.test`, name, role: "support", password: "some-long-password" };
      await post("/api/v1/users", body);
      await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, {
        token: adminToken,
        body: { reason: `reason ${name}` },
      });
    }
    const party = hub.hub().parties.ofPhone(providerId, "254711000111");
    const place = { p: providerId, site: site.siteId, party };
    await hub.database().alone("write", async (run) => {
      const at = { providerId, siteId: site.siteId, nowMs: hub.world.clock.wall().atMs, label: "list" };
      const ofModules = samplesOfModules.flatMap(({ seven }) => seven?.(at) ?? []);
      for (const script of [...rowsOf({ ...place, batch: batches[1].batchId }), ...ofModules]) await run(script);
    });
  }
});

/** Rows that only channels, sites and releases make: seven of each, two and two with the same times and amounts. */
function rowsOf(of: { p: string; site: string; batch: string; party: Party }): string[] {
  const { p, site, batch, party } = of;
  const seven = "from generate_series(1, 7) n";
  const terms = `'${JSON.stringify(unlimitedTerms)}'`;
  return [
    `insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
       notice_token_hash, active, created_at_ms, updated_at_ms)
     select '${p}', 'channel-' || n, 'mpesa-paybill', 'Name ' || n / 2, '600100', 'sandbox', '', 'hook' || n, 'notice' || n, n > 3, 1, 1 ${seven}`,
    `insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency, phone_sealed,
       phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, review, created_at_ms, changed_at_ms)
     select '${p}', 'purchase-' || n, 'channel-1', '${site}', 'plan', 'One hour', ${terms}, 1000 * (n / 2 + 1), 'KES', '', 'hash', '2547***',
       'key' || n, 'REF' || n, 'secret' || n, case when n > 3 then 'paid' else 'unknown' end, case when n < 4 then 'look' end, n / 2, n ${seven}`,
    `insert into ledger_entries (provider_id, entry_id, entry_key, kind, purchase_id, at_ms)
     select '${p}', 'entry-' || n, 'cause:' || n, 'receipt', 'purchase-' || n, n / 2 ${seven}`,
    `insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
     select '${p}', 'entry-' || n, line, case line when 0 then 'revenue' else 'float:user-' || n / 2 end, 'KES', 100 * (1 - 2 * line)
     ${seven}, generate_series(0, 1) line`,
    `insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
     select '${p}', 'entry-' || n, line, case line when 2 then 'cash' else 'credit' end,
       case line when 3 then '${party}' end, 'KES', 100 * (5 - 2 * line)
     ${seven}, generate_series(2, 3) line`,
    `insert into float_limits (provider_id, user_id, credit_cents) select provider_id, user_id, 0 from users where provider_id = '${p}'`,
    `insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, suspense_cents, state, currency,
       entry_id, booked_at_ms, payer_name)
     select '${p}', case n % 2 when 0 then 'mpesa' else 'stripe' end, 'receipt-' || n / 2, 'channel-1', 500, 500 * (n % 2), 0,
       500 - 500 * (n % 2), case n % 2 when 0 then 'suspense' else 'booked' end, 'KES', 'entry-1', 5, 'Payer' ${seven}`,
    `insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, created_at_ms)
     select '${p}', 'grant-' || n, '${site}', 'purchase-' || n, 'purchase', 'One hour', ${terms}, false, n / 2 ${seven}`,
    `insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms, bridge)
     select '${p}', case when n < 4 then 'grant-' || n else 'b.${batch}.' || n - 4 end, '${site}',
       case when n < 4 then 'purchase' else 'voucher' end, 'One hour', n / 2, n, 'e', n, n, n > 3 ${seven}`,
    `insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
     select '${p}', 'f.trial.plan.' || lpad(n::text, 32, '0'), '${site}', 'purchase', 'To try', 8000000000000 + n / 2, n, 'e', 100 + n, n ${seven}`,
    `insert into voucher_redemptions (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
     select '${p}', '${batch}', n - 4, '${site}', 'b.${batch}.' || n - 4, 'e', n ${seven} where n > 5`,
    `insert into sessions (provider_id, site_id, session_key, grant_id, username, mac, started_at_ms, stopped_at_ms, received_at_ms)
     select '${p}', '${site}', 'session-' || n, 'grant-' || n, 'user', 'AA:BB:CC:DD:EE:FF', nullif(n / 2, 0), case when n < 4 then 8000000000009 end, 3 ${seven}`,
    `insert into refused_log_ins (provider_id, site_id, epoch, seq, at_ms, username, mac, nas, service, reason, times, received_at_ms)
     select '${p}', '${site}', 'e', n, n / 2, 'user', 'AA:BB:CC:DD:EE:FF', 'lobby', 'hotspot', 'expired', n, 9000000000000 + n ${seven}`,
    ...routerViews.map(
      (view) => `insert into router_readings (provider_id, site_id, view, is_here, rows, total, read_at_ms, kept_at_ms)
        select '${p}', '${site}', '${view}', true, jsonb_agg(jsonb_build_object('.id', '*' || n, 'name', 'Name ' || n / 2, 'mac-address',
          '02:00:00:00:00:0' || n, 'time', n::text, 'location', n::text)), 7, 1, 1 ${seven}`,
    ),
    `insert into router_orders (provider_id, order_id, site_id, kind, action, ordered_by, ordered_by_name, state, ordered_at_ms, expires_at_ms)
     select '${p}', 'order-' || n, '${site}', 'reboot', '{"kind": "reboot"}', 'me', 'Me', case when n > 3 then 'done' else 'refused' end, 8000000000000 + n / 2, n ${seven}`,
    `insert into router_back_ups (provider_id, back_up_id, site_id, cause, state, ordered_by_name, ordered_at_ms, expires_at_ms, next_at_ms, version)
     select '${p}', 'back-up-' || n, '${site}', 'person', case when n > 3 then 'done' else 'failed' end, 'Me', 8000000000000 + n, n, n, '7.22' ${seven}`,
    `insert into router_restores (provider_id, restore_id, site_id, back_up_id, before_id, state, ordered_by, ordered_by_name, ordered_at_ms, next_at_ms, ended_at_ms)
     select '${p}', 'restore-' || n, '${site}', 'back-up-5', 'back-up-6', 'back', 'me', 'Me', 8000000000000 + n, n, n ${seven}`,
    `insert into router_passwords (provider_id, password_id, site_id, name, level, made_by, made_by_name, made_at_ms, expires_at_ms)
     select '${p}', 'password-' || n, '${site}', 'staff-' || n, 'read', 'me', 'Me', 8000000000000 + n, n ${seven}`,
    `insert into router_log_ins (provider_id, site_id, epoch, seq, at_ms, name, what, nas, received_at_ms)
     select '${p}', '${site}', 'e', n, 8000000000000 + n / 2, 'staff-' || n, 'began', 'lobby', 9000000000000 + n ${seven}`,
    `insert into router_bulks (provider_id, bulk_id, action, site_ids, first, pause_on_failure, expires_in_seconds, state, made_by, made_by_name, made_at_ms)
     select '${p}', 'bulk-' || n, '{"kind": "reboot"}', '["${site}"]', 1, true, 60, case when n > 3 then 'paused' else 'stopped' end, 'me', 'Me', n / 2 ${seven}`,
    `insert into restored_rows (provider_id, kind, key, site_id, generation, version, verdict, reason, label, at_ms)
     select '${p}', 'grant', 'g' || n, '${site}', 'g', n, case when n < 4 then 'taken' else 'kept' end, 'lost', '1 hour', 9000000000000 + n / 2 ${seven}`,
    `insert into revoked_again (provider_id, generation, what, subject_id, label, revoked_at_ms, repeated_at_ms)
     select '${p}', 'g', case when n < 4 then 'token-revoked' else 'person-dismissed' end, 'subject-' || n, 'till', 9000000000000 + n / 2, n ${seven}`,
    `insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms, acknowledged_at_ms)
     select '${p}', '${site}', 'e', n, 'guessing', '{}', 8000000000000 + n / 2, 8000000000000 + n, case when n < 4 then 9 end ${seven}`,
    `insert into refunds (provider_id, refund_id, idempotency_key, method, amount_cents, currency, reason, state, asked_by, created_at_ms, changed_at_ms)
     select '${p}', 'refund-' || n, 'key' || n, 'cash', 100 * (n / 2 + 1), 'KES', 'slow', 'asked', 'me', n, n / 2 ${seven}`,
    `insert into payment_claims (provider_id, claim_id, receipt, phone_masked, site_id, state, created_at_ms, changed_at_ms)
     select '${p}', 'claim-' || n, 'CLAIM' || n, '2547***', '${site}', case when n > 3 then 'open' else 'refused' end, n / 2, n ${seven}`,
    `insert into pay_accounts (provider_id, account_key, account_number, kind, site_id, created_at_ms)
     select '${p}', 'SHOP' || n, 'SHOP ' || n, case when n > 3 then 'site' else 'customer' end, '${site}', n / 2 ${seven}`,
    `insert into corrections (provider_id, correction_id, idempotency_key, kind, state, amount_cents, currency, party, reason, entry_id, asked_by, created_at_ms, changed_at_ms)
     select '${p}', 'correction-' || n, 'key' || n, case when n > 3 then 'pay-out-credit' else 'settle-debt' end, case when n > 3 then 'asked' else 'done' end,
       100 * (n / 2 + 1), 'KES', 'party', 'mistyped', case when n < 4 then 'entry-1' end, 'me', n / 2, n ${seven}`,
    `insert into expenses (provider_id, expense_id, idempotency_key, category, paid_from, amount_cents, currency, spent_on, entry_id, created_by, created_at_ms)
     select '${p}', 'expense-' || n, 'key' || n, 'power', 'cash', 100 * (n / 2 + 1), 'KES', date '2026-01-01' + n / 2, 'entry-1', 'me', n ${seven}`,
    `insert into invoices (provider_id, invoice_id, number, idempotency_key, customer_name, lines, total_cents, currency, state, created_by, created_at_ms, changed_at_ms)
     select '${p}', 'invoice-' || n, n, 'key' || n, 'Customer ' || n / 2, '[]', 100 * (n / 2 + 1), 'KES', 'issued', 'me', n, n ${seven}`,
    `insert into documents (provider_id, document_id, kind, fiscal_year, number, number_text, customer_name, seller, lines, currency, net_cents, excise_cents, vat_cents, total_cents, supplied_on, issued_on, issued_at_ms, issued_by)
     select '${p}', 'document-' || n, 'tax-invoice', 2026, n, 'INV-2026-00000' || n, 'Customer ' || n / 2, '{}', '[]', 'KES', 100 * (n / 2 + 1), 0, 0, 100 * (n / 2 + 1), '2026-01-01', '2026-01-01', n, 'karibu' ${seven}`,
    `insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms, changed_at_ms)
     select '${p}', 'message-' || n, 'event-' || n, 'paid', '', 'hash', '2547***', '', 'delivered', 8000000000000 + n / 2, n ${seven}`,
    `insert into message_senders (provider_id, sender_id, kind, name, keys_sealed, hook_token_hash, active, created_at_ms, updated_at_ms)
     select '${p}', 'sender-' || n, 'advanta', 'Name ' || n / 2, '', 'sender-hook' || n, n > 3, n, n ${seven}`,
    `insert into router_log_lines (provider_id, site_id, line_key, severity, topics, message, times, router_time, first_at_ms, last_at_ms)
     select '${p}', '${site}', 'line-' || n, case when n > 3 then 'error' else 'warning' end, 'system', 'Words ' || n / 2, n, '', n, 8000000000000 + n / 2 ${seven}`,
    `insert into statements (provider_id, statement_id, channel_id, layout, from_ms, to_ms, inflow_rows, inflow_cents, file_hash, imported_by, imported_at_ms)
     select '${p}', 'statement-' || n, 'channel-1', 'organisation', n / 2, n, 1, 1, 'hash' || n, 'me', n / 2 ${seven}`,
    `insert into statement_differences (provider_id, channel_id, receipt, what, statement_cents, booked_cents, statement_id, found_at_ms, resolved_at_ms)
     select '${p}', 'channel-1', 'receipt-' || n, 'not-in-books', 100, 0, 'statement-1', n / 2, case when n < 4 then 9 end ${seven}`,
    `insert into closed_days (provider_id, channel_id, day, booked_cents, statement_cents, closed_by, closed_at_ms)
     select '${p}', 'channel-' || 1 + n % 2, date '2026-01-01' + n / 2, 100, 100, 'me', 1 ${seven}`,
    `insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, currency, entry_id, booked_at_ms, paid_at_ms)
     select '${p}', 'mpesa', 'late-' || n, 'channel-' || 1 + n % 2, 500, 500, 0, 'KES', 'entry-1', 100 + n / 2,
       extract(epoch from date '2026-01-01' + n / 2)::bigint * 1000 + 3600000 ${seven}`,
    `insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, body_hash, kept_body_sealed, received_at_ms, state, outcome)
     select '${p}', 'evidence-' || n, 'channel-1', 'call-result', 'key-' || n, 'hash', '{"MSISDN":"254712345678"}', n / 2, 'unmatched', 'unknown call token' ${seven}`,
    // In the future: the hub deletes old ones by itself.
    `insert into unmatched_callbacks (unmatched_id, path, reason, body_sealed, received_at_ms)
     select 'unmatched-' || n, '/k/hash/push/hash', 'unknown channel', '{}', 8000000000000 + n / 2 ${seven}`,
    `insert into dead_jobs (job_id, name, queue, data, error, tries, created_at_ms, died_at_ms)
     select 'job-' || n, 'report', 'report', '{"providerId": "${p}"}', 'broken', 5, n, 8000000000000 + n / 2 ${seven}`,
    `insert into backup_runs (backup_id, asked_at_ms, state, beat_at_ms, bytes)
     select 'backup-' || n, 8000000000000 + n / 2, 'proved', n, n / 2 * 100 ${seven}`,
    `insert into releases (release_id, version, minimal_image, bytes, sha256, bundle, notes, uploaded_by, created_at_ms)
     select 'release-' || n, '1.0.' || n, '1', 1, 'hash', '', 'notes', 'me', n / 2 ${seven}`,
    // The sweep of the minute looks at no line while the test reads: a look changes what its row says.
    `update subscriptions set next_look_ms = null where provider_id = '${p}'`,
    `insert into subscriptions (provider_id, subscription_id, kind, plan_id, plan_name, price_cents, currency, anchor_ms, periods,
       paid_until_ms, auto_renew, noted_phase, created_at_ms, updated_at_ms)
     select '${p}', 'package-' || n, 'package', 'plan', 'Plan', 500, 'KES', n, 0, n / 2, true, 'active', n, n ${seven}`,
    `insert into subscription_packages (provider_id, subscription_id, party, plan_id, site_id, started_ms, phone_masked)
     select '${p}', 'package-' || n, 'party-' || n, 'plan', '${site}', n, '2547***' ${seven}`,
    `insert into sellers (provider_id, seller_id, name, name_key, pin_sealed, commission_permille, active, created_at_ms, updated_at_ms)
     select '${p}', 'seller-' || n, 'Seller ' || n / 2, 'seller ' || n, '', 0, n > 3, n, n ${seven}`,
    `insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_name, price_cents, commission_cents, currency, grant_id, code_end,
       sold_at_ms, epoch, seq, received_at_ms)
     select '${p}', '${site}', 'sale-' || n, 'seller-1', 'One hour', 100 * (n / 2 + 1), 0, 'KES', 'sold-' || n, '1234', n / 2, 'e', n, n / 2 ${seven}`,
  ];
}
