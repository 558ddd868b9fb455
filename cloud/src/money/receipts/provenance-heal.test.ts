/** The books of the release before: what nothing had proved stood in revenue, and two callbacks had counted as proof. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../ground/db/engine.ts";
import { migrate } from "../../ground/db/migrate.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import { isAbsent, oneEngine, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";

const world = realWorld();
const before = "0040";

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("books of the release before", () => {
    const server = useFreshServer(engine);
    let old: Engine;
    beforeEach(async () => {
      old = await openEngine(world, { databaseUrl: server.url(), dataDir: null });
      await migrate(world, old, before);
      await old.hold((run) =>
        run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
            created_at_ms, updated_at_ms)
          values ('p1', 'P', 'active', 'KES', 'en', 180, 0, 0, 0, 0);
          insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
          values ('p1', 's1', 'Kiosk', 300, true, 1, 1);
          insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash, active,
            created_at_ms, updated_at_ms)
          values ('p1', 'paybill', 'mpesa-paybill', 'P', '600100', 'sandbox', '\\x00', 'h1', true, 1, 1),
            ('p1', 'cash', 'cash', 'Cash', '', 'production', '\\x00', 'h2', true, 1, 1)`),
      );
    }, 300_000);
    afterEach(() => old.close());

    /** A paid purchase with its receipt and entry. */
    const insertPaid = (id: string, of: { channel: string; source: string; isVerified: boolean }) => {
      const { channel, source, isVerified } = of;
      return old.hold((run) =>
        run(`begin;
          insert into intents (provider_id, intent_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
            phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, receipt, corroborated,
            created_at_ms, changed_at_ms)
          values ('p1', '${id}', '${channel}', 's1', 'pl1', 'Hour', '{}', 5000, 'KES', '\\x00', 'x', 'x', '${id}', '${id}', '${id}',
            'paid', 'R${id}', ${isVerified}, 1, 7);
          insert into ledger_entries (provider_id, entry_id, entry_key, kind, intent_id, at_ms)
          values ('p1', 'e${id}', 'receipt:${id}', 'receipt', '${id}', 7);
          insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
          values ('p1', 'e${id}', 1, 'clearing:${channel}', 'KES', 5000), ('p1', 'e${id}', 2, 'revenue', 'KES', -5000);
          insert into receipts (provider_id, rail, receipt, channel_id, intent_id, amount_cents, plan_cents, credit_cents, currency,
            entry_id, booked_at_ms, state, source, corroborated)
          values ('p1', '${channel === "cash" ? "cash" : "mpesa"}', 'R${id}', '${channel}', '${id}', 5000, 5000, 0, 'KES', 'e${id}', 7,
            'booked', '${source}', ${isVerified});
          commit`),
      );
    };

    test("[PAY-04] plans that nothing has proved become pending, in entries that sum to zero; what was verified stays so, and cash stays revenue", async () => {
      await insertPaid("told", { channel: "paybill", source: "stk-callback", isVerified: false });
      await insertPaid("twice", { channel: "paybill", source: "stk-callback", isVerified: true });
      await insertPaid("listed", { channel: "paybill", source: "pull", isVerified: true });
      await insertPaid("cash", { channel: "cash", source: "operator", isVerified: false });
      await migrate(world, old);
      const read = (query: string) => old.hold((run) => run(query));
      expect(await read("select intent_id, pending_cents::int as pending from intents order by 1")).toEqual([
        { intent_id: "cash", pending: 0 },
        { intent_id: "listed", pending: 0 },
        { intent_id: "told", pending: 5000 },
        { intent_id: "twice", pending: 0 },
      ]);
      expect(await read("select intent_id, proved_by from receipts order by 1")).toEqual([
        { intent_id: "cash", proved_by: null },
        { intent_id: "listed", proved_by: "pull" },
        { intent_id: "told", proved_by: null },
        { intent_id: "twice", proved_by: "earlier-release" },
      ]);
      const sums = "select account, sum(amount_cents)::int as cents from ledger_postings group by 1 order by 1";
      expect(await read(sums)).toEqual([
        { account: "clearing:cash", cents: 5000 },
        { account: "clearing:paybill", cents: 15_000 },
        { account: "pending", cents: -5000 },
        { account: "revenue", cents: -15_000 },
      ]);
    }, 300_000);
  });
});
