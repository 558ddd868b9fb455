/** Customers of before have plain hashes of their numbers: a hub that starts on such a database renames them all, once, and loses nobody. */
import { sha256Hex } from "@karibu/protocol/hash";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { useHub } from "../../test-hub.ts";
import { createParties, type Party, partySecretBytes } from "../amounts/parties.ts";
import { readCatalog } from "../db/catalog.ts";
import type { Engine } from "../db/engine.ts";
import { migrate } from "../db/migrate.ts";
import { type OpenDatabase, openDatabase, openEngine } from "../db/open-database.ts";
import { engines, isAbsent, realWorld, useDatabase, useFreshServer } from "../db/test-databases.ts";
import { createEnvelope } from "./envelope.ts";
import { openParties } from "./party-secret.ts";
import { countStale, rewrapAll } from "./rewrap.ts";

const world = realWorld();
const [anna, ben] = ["254712000111", "254712000222"];
const [annas, bens] = [sha256Hex(anna), sha256Hex(ben)];
const hook = "paybill-of-before";

/** Two providers, to whom Anna is a customer each, as the release before would have left them. */
function oldRows(masterKey: Uint8Array): string {
  const envelope = createEnvelope(world.random, [masterKey]);
  const sealed = (text: string, context: string) => `'\\x${envelope.seal(Buffer.from(text), context).toString("hex")}'`;
  const nowMs = world.clock.wall().atMs;
  const terms = JSON.stringify({ ...unlimitedTerms, validitySeconds: 3600 });
  const keys = JSON.stringify({ consumerKey: "k", consumerSecret: "s", passkey: "p" });
  const of = (p: string) => `
    insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
      created_at_ms, updated_at_ms) values ('${p}', '${p}', 'active', 'KES', 'en', 180, 0, 0, 0, 0);
    insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      values ('${p}', '${p}-site', 'Kiosk', 300, true, 1, 1);
    insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash, active,
      created_at_ms, updated_at_ms)
      values ('${p}', '${p}-paybill', 'mpesa-paybill', 'P', '600100', 'sandbox', ${sealed(keys, `channel/${p}/${p}-paybill`)},
        '${sha256Hex(`${hook}-${p}`)}', true, 1, 1);
    insert into intents (provider_id, intent_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
      phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, request_id, request_id_from, created_at_ms,
      sent_at_ms, changed_at_ms)
      values ('${p}', '${p}-open', '${p}-paybill', '${p}-site', 'plan', 'Hour', '${terms}', 5000, 'KES',
        ${sealed(anna, `phone/${p}/${p}-open`)}, '${annas}', '2547***111', '${p}-open', 'OPEN${p.toUpperCase()}', '${p}-open', 'prompted', 'r1',
        'answer', ${nowMs}, ${nowMs}, ${nowMs});
    insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms) values ('${p}', 'e1', 'k1', 'top-up', 1);
    insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
      values ('${p}', 'e1', 0, 'cash', null, 'KES', 700), ('${p}', 'e1', 1, 'credit', '${annas}', 'KES', -500),
        ('${p}', 'e1', 2, 'credit', '${bens}', 'KES', -200);
    insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, suspense_cents, currency, entry_id,
      booked_at_ms, state, party, payer_hash)
      values ('${p}', 'mpesa', 'R1', '${p}-paybill', 500, 0, 500, 0, 'KES', 'e1', 1, 'credit', '${annas}', '${bens}');
    insert into customers (provider_id, customer_id, name, phone_hash, phone_masked, active, created_at_ms, updated_at_ms)
      values ('${p}', 'anna', 'Anna', '${annas}', '2547***111', true, 1, 1), ('${p}', 'nobody', 'Nobody', null, null, true, 1, 1);
    insert into pay_accounts (provider_id, account_key, account_number, kind, party, phone_hash, created_at_ms)
      values ('${p}', 'ANNA1', 'ANNA1', 'customer', '${annas}', '${annas}', 1);
    insert into payment_claims (provider_id, claim_id, phone_hash, phone_masked, amount_cents, state, created_at_ms, changed_at_ms)
      values ('${p}', 'c1', '${annas}', '2547***111', 500, 'open', 1, 1);
    insert into refunds (provider_id, refund_id, idempotency_key, method, amount_cents, currency, party, reason, state, asked_by,
      created_at_ms, changed_at_ms) values ('${p}', 'f1', 'f1', 'credit', 100, 'KES', '${annas}', 'x', 'asked', 'u1', 1, 1);
    insert into invoices (provider_id, invoice_id, number, idempotency_key, customer_name, party, lines, total_cents, currency, state,
      created_by, created_at_ms, changed_at_ms) values ('${p}', 'i1', 1, 'i1', 'Anna', '${annas}', '[]', 500, 'KES', 'issued', 'u1', 1, 1);
    insert into invoice_prompts (provider_id, prompt_id, invoice_id, channel_id, idempotency_key, secret_hash, account_number, phone_hash,
      phone_masked, amount_cents, currency, state, asked_by, created_at_ms, changed_at_ms)
      values ('${p}', 'ip1', 'i1', '${p}-paybill', 'ip1', '${p}-ip1', 'INV18', '${annas}', '2547***111', 500, 'KES', 'failed', 'u1', 1, 1);
    insert into renewals (provider_id, party, plan_id, site_id, renewal_id, next_at_ms, active, created_at_ms, changed_at_ms, phone_masked)
      values ('${p}', '${annas}', 'plan', '${p}-site', '${p}-renewal', 1, false, 1, 1, '2547***111');
    insert into credit_holds (provider_id, intent_id, party, currency, amount_cents) values ('${p}', '${p}-open', '${annas}', 'KES', 100);
    insert into corrections (provider_id, correction_id, idempotency_key, kind, state, amount_cents, currency, party, to_party, reason,
      asked_by, created_at_ms, changed_at_ms)
      values ('${p}', 'k1', 'k1', 'move-receipt', 'asked', 100, 'KES', '${annas}', '${bens}', 'x', 'u1', 1, 1);
    insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms,
      changed_at_ms) values ('${p}', 'm1', 'payment/1/paid/${annas}', 'paid', ${sealed(anna, `message/${p}/m1/to`)}, '${annas}', '2547***111',
        ${sealed("paid", `message/${p}/m1/text`)}, 'delivered', 1, 1);
    insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_name, price_cents, commission_cents, currency, grant_id, code_end,
      sold_at_ms, epoch, seq, received_at_ms, phone_hash, phone_masked)
      values ('${p}', '${p}-site', 's1', 'seller', 'Hour', 100, 0, 'KES', 'g', '1234', 1, 'e', 1, 1, '${annas}', '2547***111');
    insert into grants (provider_id, grant_id, site_id, origin, plan_name, terms, phone_hash, unverified, created_at_ms)
      values ('${p}', 'g1', '${p}-site', 'purchase', 'Hour', '{}', '${annas}', false, 1);
    insert into statements (provider_id, statement_id, channel_id, layout, from_ms, to_ms, inflow_rows, inflow_cents, file_hash, imported_by,
      imported_at_ms) values ('${p}', 'st', '${p}-paybill', 'x', 1, 2, 1, 100, 'f', 'u1', 1);
    insert into statement_lines (provider_id, statement_id, line, receipt, kind, amount_cents, completed_at_ms, payer) values
      ('${p}', 'st', 1, 'A', 'inflow', 100, 1, '${anna}'), ('${p}', 'st', 2, 'B', 'inflow', 100, 1, 'BEN 0712000222'),
      ('${p}', 'st', 3, 'C', 'inflow', 100, 1, '2547***333'), ('${p}', 'st', 4, 'D', 'other', 100, 1, null);
    insert into feed_scopes (provider_id, scope, version) values ('${p}', 'site:${p}-site', 7);
    insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms) values
      ('${p}', 'site:${p}-site', 'grant', 'g1', 3, '{"grant": {}, "purchaseId": null, "phoneHash": "${annas}"}', 1),
      ('${p}', 'site:${p}-site', 'grant', 'g2', 5, '{"grant": {}, "purchaseId": null, "phoneHash": "${bens}"}', 1),
      ('${p}', 'site:${p}-site', 'grant', 'g3', 6, '{"grant": {}, "purchaseId": null, "phoneHash": null}', 1),
      ('${p}', 'site:${p}-site', 'grant', 'g4', 7, null, ${nowMs});`;
  return `begin; ${of("one")} ${of("two")}
    insert into job_outbox (job_id, name, data, singleton_key, run_at_ms, created_at_ms)
      values ('j1', 'payments.settle-invoices', '{"providerId": "one", "party": "${annas}"}', '${annas}/e1', ${nowMs + 3_600_000}, 1);
    insert into dead_jobs (job_id, name, queue, data, tries, created_at_ms, died_at_ms)
      values ('d1', 'payments.settle-invoices', 'payments', '{"providerId": "one", "party": "${annas}"}', 10, 1, 1);
    create schema if not exists pgboss;
    create table pgboss.job (id text, name text, data jsonb, singleton_key text);
    insert into pgboss.job values ('b1', 'payments.settle-invoices', '{"providerId": "two", "party": "${bens}"}', '${bens}/e1');
    commit`;
}

describe.each(engines)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("a database of the release before", { timeout: 300_000 }, () => {
    const server = useFreshServer(engine);
    const masterKey = world.random.bytes(32);
    let database: OpenDatabase;

    beforeAll(async () => {
      const old = await openEngine(world, { databaseUrl: server.url(), dataDir: null });
      await migrate(world, old, "0099");
      await old.hold((run) => run(oldRows(masterKey)));
      const copyOf = await imageOf(old);
      await old.close();
      database = await openDatabase(world, { databaseUrl: server.url(), dataDir: null, ...copyOf });
      return () => database.close();
    }, 300_000);

    test("[SYS-13] a process that dies while it renames has changed nothing: the next one finds every old name", async () => {
      const before = await everything();
      const dying = createEnvelope(world.random, [masterKey]);
      Object.assign(dying, { seal: () => expect.fail("it dies before the end") });
      await expect(openParties(world, database, dying)).rejects.toThrow("it dies");
      expect(await everything()).toEqual(before);
    });

    describe("a hub that starts on it", () => {
      const hub = useHub(engine, { masterKeys: [masterKey], database: { current: () => database } });
      const partyOf = (providerId: string, phone: string): Party => hub.hub().parties.ofPhone(providerId, phone);
      let token: string;
      const get = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
      beforeAll(async () => {
        const answer = await hub.call("POST", "/api/v1/providers/one/impersonate", {
          token: await hub.adminToken(),
          body: { reason: "the test looks" },
        });
        token = answer.body.token;
      });

      test("[SYS-13] no column of any table holds a plain hash of a number any more", async () => {
        for (const [table, rows] of await everything()) {
          expect([table, rows.includes(annas), rows.includes(bens)]).toEqual([table, false, false]);
        }
      });

      test("[SYS-13] the lines of former statements keep their payers as lists show them", async () => {
        const rows = await database.asProvider("one", (tx) =>
          tx.selectFrom("statement_lines").select("payer").orderBy("line").execute(),
        );
        expect(rows.map(({ payer }) => payer)).toEqual(["2547***111", "BEN 2547***222", "2547***333", null]);
      });

      test("[PAY-12] each customer has the credit, the invoice, the renewal and the name of before, found by the number", async () => {
        expect(await get(`/credits?phone=${anna}`)).toMatchObject({ balanceCents: 500, heldCents: 100 });
        expect(await get(`/credits?phone=${ben}`)).toMatchObject({ balanceCents: 200, heldCents: 0 });
        expect((await get(`/customers?phone=${anna}`)).items).toMatchObject([{ name: "Anna" }]);
        expect((await get(`/payments?phone=${anna}`)).items).toMatchObject([{ id: "one-open" }]);
        expect((await get(`/subscriptions?phone=${anna}`)).items).toMatchObject([
          { subscriptionId: "one-renewal", kind: "package", state: "ended" },
        ]);
        expect((await get(`/corrections?phone=${ben}`)).items).toMatchObject([{ id: "k1" }]);
        expect((await get(`/messages?phone=${anna}`)).items).toMatchObject([{ id: "m1" }]);
        expect((await get(`/cash-sales?phone=${anna}`)).items).toHaveLength(1);
        expect((await get(`/grants?phone=${anna}`)).items).toMatchObject([{ grantId: "g1" }]);
        expect((await get(`/search?q=${anna}`)).items.map(({ kind }: { kind: string }) => kind)).toContain("customer");
        const [mine, theirs] = [partyOf("one", anna), partyOf("two", anna)];
        expect(mine).not.toBe(theirs);
        expect(await rowsNaming(mine)).toEqual(expectedRows);
        expect((await rowsNaming(theirs)).length, "the other provider's, under another name").toBeGreaterThan(10);
        expect((await get("/ledger/trial-balance")).balanced).toBe(true);
      });

      test("[PAY-18] money that Safaricom shows by its own hash finds the purchase that was open then", async () => {
        const told = {
          TransID: "UKL51ZDR4F",
          TransAmount: "50.00",
          BusinessShortCode: "600100",
          BillRefNumber: "wifi",
        };
        const body = { ...told, TransTime: stampOf(world.clock.wall().atMs), MSISDN: annas };
        expect((await hub.call("POST", `/hooks/k/${hook}-one/c`, { body })).status).toBe(200);
        await vi.waitFor(
          async () => expect(await get("/payments/one-open")).toMatchObject({ state: "paid", receipt: "UKL51ZDR4F" }),
          { timeout: 30_000 },
        );
      });

      test("[SYS-13] a site is told another name than the books have, in rows that are newer than what it has", async () => {
        const rows = await database.asPlatform(
          "test",
          async (tx) =>
            (
              await sql<{ key: string; version: number; name: string | null; scope: number }>`
              select r.key, r.version::int as version, r.body ->> 'phoneHash' as name, s.version::int as scope from feed_rows r
              join feed_scopes s on s.provider_id = r.provider_id and s.scope = r.scope
              where r.provider_id = 'two' and r.kind = 'grant' order by r.key`.execute(tx)
            ).rows,
        );
        const { parties } = hub.hub();
        const named = (phone: string) => parties.atSite("two-site", parties.ofPhone("two", phone));
        expect(rows).toEqual([
          { key: "g1", version: 8, name: named(anna), scope: 9 },
          { key: "g2", version: 9, name: named(ben), scope: 9 },
          { key: "g3", version: 6, name: null, scope: 9 },
          { key: "g4", version: 7, name: null, scope: 9 },
        ]);
      });

      test("[SYS-13] a second start, and one under a new master key, keep every name", async () => {
        const before = await rowsNaming(partyOf("one", anna));
        const next = world.random.bytes(32);
        const both = createEnvelope(world.random, [next, masterKey]);
        const again = await openParties(world, database, createEnvelope(world.random, [masterKey]));
        expect(await countStale(database, both)).toMatchObject({ "party_secret.secret_sealed": 1 });
        await rewrapAll(database, both);
        const later = await openParties(world, database, createEnvelope(world.random, [next]));
        for (const parties of [again, later]) expect(parties.ofPhone("one", anna)).toBe(partyOf("one", anna));
        expect(await rowsNaming(partyOf("one", anna))).toEqual(before);
        const stranger = createEnvelope(world.random, [world.random.bytes(32)]);
        await expect(openParties(world, database, stranger)).rejects.toMatchObject({
          code: "secrets/unknown-master-key",
        });
      });
    });

    /** Every row of every table, and the jobs, as text. */
    async function everything(): Promise<[string, string][]> {
      const names = await database.asPlatform("test", readCatalog);
      return database.alone("read", async (run) => {
        const found: [string, string][] = [];
        for (const name of [...names.map((table) => `public.${table.name}`), "pgboss.job"]) {
          const rows = await run(`select coalesce(string_agg(to_jsonb(t)::text, E'\\n'), '') as text from ${name} t`);
          found.push([name, String(rows[0]?.text)]);
        }
        return found;
      });
    }

    /** The tables that name this customer, each as often as it does. */
    async function rowsNaming(party: string): Promise<string[]> {
      const named = (await everything()).flatMap(([table, rows]) =>
        Array.from(rows.matchAll(new RegExp(party, "g")), () => table.replace("public.", "")),
      );
      return named.sort();
    }
  });

  describe.skipIf(isAbsent(engine))("an empty database", () => {
    const empty = useDatabase(engine);

    test("[SYS-13] processes that start at the same moment get the same parties, and the secret is nowhere in clear", async () => {
      const masterKey = world.random.bytes(32);
      const all = await Promise.all(
        Array.from({ length: 3 }, () => openParties(world, empty.current(), createEnvelope(world.random, [masterKey]))),
      );
      expect(new Set(all.map((parties) => parties.ofPhone("one", anna))).size).toBe(1);
      const { rows } = await empty
        .current()
        .asPlatform("test", (tx) => sql<{ secret_sealed: Buffer }>`select secret_sealed from party_secret`.execute(tx));
      const sealed = Buffer.from(rows[0]?.secret_sealed ?? "");
      const secret = createEnvelope(world.random, [masterKey]).open(sealed, "party-secret");
      expect(secret).toHaveLength(partySecretBytes);
      expect(sealed.includes(secret)).toBe(false);
      expect(createParties(secret).ofPhone("one", anna)).toBe(all[0]?.ofPhone("one", anna));
    });
  });
});

/** Where the first provider names Anna. */
const expectedRows = [
  "cash_sales",
  "corrections",
  "credit_holds",
  "customers",
  "dead_jobs",
  "grants",
  "intents",
  "invoice_prompts",
  "invoices",
  "job_outbox",
  "job_outbox",
  "ledger_postings",
  "messages",
  "messages",
  "pay_accounts",
  "pay_accounts",
  "payment_claims",
  "receipts",
  "refunds",
  "subscription_packages",
];

/** The embedded engine in memory is opened again as a copy of itself. */
async function imageOf({ handle }: Engine): Promise<{ copyOf?: Blob }> {
  return handle.kind === "embedded" ? { copyOf: await handle.pglite.dumpDataDir("none") } : {};
}

/** `YYYYMMDDHHmmss` in East Africa. */
const stampOf = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().replaceAll(/\D/g, "").slice(0, 14);
