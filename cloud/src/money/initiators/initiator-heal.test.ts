/** A database in which an initiator's refusal had stopped sales: the migration gives each kind of keys its own state. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../../ground/db/engine.ts";
import { migrate } from "../../ground/db/migrate.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import { isAbsent, oneEngine, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";

const world = realWorld();
const before = "0022";
const refused = "2001 The initiator information is invalid.";

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("a database of the release before", () => {
    const server = useFreshServer(engine);
    let old: Engine;
    beforeEach(async () => {
      old = await openEngine(world, { databaseUrl: server.url(), dataDir: null });
      await migrate(world, old, before);
      await old.hold((run) =>
        run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
            created_at_ms, updated_at_ms)
          values ('p1', 'P', 'active', 'KES', 'en', 180, 0, 0, 0, 0)`),
      );
    }, 300_000);
    afterEach(() => old.close());

    const text = (value: string | null) => (value === null ? "null" : `'${value.replaceAll("'", "''")}'`);

    function insertChannel(
      id: string,
      of: { kind?: string; problem: string | null; checkedAtMs?: number | null; passwordSetAtMs?: number },
    ) {
      const { kind = "mpesa-paybill", problem, checkedAtMs = 5, passwordSetAtMs = 100 } = of;
      return old.hold((run) =>
        run(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash, active,
            settings, password_set_at_ms, keys_checked_at_ms, keys_problem, created_at_ms, updated_at_ms)
          values ('p1', '${id}', '${kind}', '${id}', '600100', 'sandbox', '\\x00', '${id}', true,
            '{"initiatorName": "teller"}', ${passwordSetAtMs}, ${checkedAtMs ?? "null"}, ${text(problem)}, 1, 7)`),
      );
    }

    function insertCall(id: string, channel: string, code: string, askedAtMs: number) {
      return old.hold((run) =>
        run(`insert into channel_calls (provider_id, call_id, channel_id, kind, secret_hash, subject, state, result_code,
            asked_at_ms, done_at_ms)
          values ('p1', '${id}', '${channel}', 'status', '${id}', 'QQQ1', 'done', '${code}', ${askedAtMs}, ${askedAtMs + 10})`),
      );
    }

    test("[PAY-08] what an initiator had stopped sells again, and stands where it belongs; what the keys that sell had, stays", async () => {
      const codes = ["11", "21", "25", "2001", "2006", "2028", "8006", "TP40153"];
      for (const code of codes) await insertChannel(`by-${code}`, { problem: `${code} No.` });
      await insertChannel("code-alone", { problem: "8006", kind: "mpesa-till" });
      await insertChannel("with-call", { problem: refused });
      await insertCall("c1", "with-call", "2001", 1000);
      await insertChannel("replaced-since", { problem: refused, passwordSetAtMs: 2000 });
      await insertCall("c2", "replaced-since", "2001", 1000);
      await insertChannel("unchecked", { problem: "The keys have not been checked yet.", checkedAtMs: null });
      await insertChannel("no-token", {
        problem: "Daraja gives no token: HTTP 400. Check the consumer key and secret.",
      });
      await insertChannel("stripe", { problem: "2001 is what Stripe says", kind: "stripe" });
      await insertChannel("other-number", { problem: "20011 is no code" });
      await insertChannel("fine", { problem: null });
      await insertCall("c3", "fine", "0", 1000);
      await insertChannel("never-asked", { problem: null });
      await migrate(world, old);
      const rows = await old.hold((run) => run("select * from channels order by channel_id"));
      const row = (id: string) => rows.find(({ channel_id }) => channel_id === id);

      for (const code of codes) {
        expect(row(`by-${code}`), code).toMatchObject({
          keys_problem: null,
          keys_checked_at_ms: 5,
          initiator_untold: true,
          initiator_proved_at_ms: null,
          initiator_code: code,
          initiator_problem: `${code} No.`,
          initiator_stopped_at_ms: 7,
        });
      }
      expect(row("code-alone")).toMatchObject({ keys_problem: null, initiator_code: "8006" });
      expect(row("with-call")).toMatchObject({
        initiator_code: "2001",
        initiator_problem: refused,
        initiator_stopped_at_ms: 1010,
      });
      expect(row("replaced-since"), "nobody has refused the new password").toMatchObject({
        keys_problem: null,
        initiator_code: null,
        initiator_problem: null,
        initiator_stopped_at_ms: 1010,
      });
      for (const id of ["unchecked", "no-token", "stripe", "other-number"]) {
        expect(row(id)?.keys_problem, id).not.toBeNull();
        expect(row(id), id).toMatchObject({ initiator_code: null, initiator_untold: false });
      }
      expect(row("unchecked")).toMatchObject({ keys_checked_at_ms: null });
      expect(row("fine")).toMatchObject({
        initiator_code: null,
        initiator_proved_at_ms: 1010,
        initiator_untold: false,
      });
      expect(row("never-asked")).toMatchObject({ initiator_code: null, initiator_proved_at_ms: null });
    });
  });
});
