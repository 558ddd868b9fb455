/** Texts that name payers are not kept for ever. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { hashOf } from "../channels/channels.ts";
import { peekEvidence } from "./evidence-rows.ts";
import { rawBodyKeptMs } from "./raw-bodies.ts";
import { withBody } from "./test-evidence.ts";

/** Every column of every row of a table, as text. */
const dumpOf = (table: string) => sql<{ row: string }>`select ${sql.ref(table)}::text as row from ${sql.table(table)}`;

const paybill = {
  kind: "mpesa-paybill",
  environment: "sandbox",
  shortcode: "600100",
  passkey: "passkey",
  consumerKey: "key",
  consumerSecret: "secret",
};
const channel = { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("raw bodies of evidence", () => {
    const hub = useHub(engine);

    test("what came is in no row as it came, and staff read it all the same, without the phone number", async () => {
      const { token, providerId } = await hub.makeProvider("Sealed");
      const { id } = (await hub.call("POST", "/api/v1/channels", { token, body: paybill })).body;
      const said = '{"Payer":"254700000009 WANJIRU","Till":"five"}';
      await hub.database().asProvider(providerId, (tx) =>
        tx
          .updateTable("channels")
          .set({ hook_token_hash: hashOf(id), notice_token_hash: hashOf(id) })
          .where("channel_id", "=", id)
          .execute(),
      );
      for (const path of [`/hooks/k/${id}/c`, "/hooks/k/nobodys/c/nothing"])
        expect((await hub.call("POST", path, { body: said })).status).toBe(200);

      const admin = await hub.adminToken();
      for (const [table, path, as] of [
        ["evidence", "/api/v1/unmatched-callbacks", token],
        ["unmatched_callbacks", "/api/v1/platform/unmatched-callbacks", admin],
      ] as const) {
        const { rows } = await hub.database().asPlatform("test", (tx) => dumpOf(table).execute(tx));
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.map(({ row }) => row).join("\n")).not.toMatch(/WANJIRU|254700000009|Till/);
        const listed = await hub.call("GET", path, { token: as });
        expect(listed.body.items[0].body, listed.text).toContain('"Till":"five"');
        expect(listed.text).not.toContain("254700000009");
      }
    });

    test("the text goes after ninety days, once it was judged or reviewed; what waits or has failed keeps it, and all keep their outcome", async () => {
      const { token, providerId, ownerEmail } = await hub.makeProvider("Keeper");
      const { id: channelId } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
      const nowMs = hub.world.clock.wall().atMs;
      const old = nowMs - rawBodyKeptMs + 60_000;
      const rows: [
        name: string,
        atMs: number,
        state: "done" | "parked" | "unmatched",
        outcome: string | null,
        seenAtMs: number | null,
      ][] = [
        ["judged", old, "done", "paid", null],
        ["judged-lately", nowMs, "done", "paid", null],
        ["parked", old, "parked", "waits for the push's answer", null],
        ["not-reviewed", old, "unmatched", "unknown call token", null],
        ["reviewed", old, "unmatched", "unknown call token", old],
        ["failed", old, "unmatched", "could not be booked: no account", old],
      ];
      await hub.database().asProvider(providerId, async (tx) => {
        for (const [name, atMs, state, outcome, seenAtMs] of rows) {
          const id = { provider_id: providerId, evidence_id: name, channel_id: channelId };
          const fact = { source: "pull", natural_key: name, body_hash: name, received_at_ms: atMs };
          const row = { ...id, ...fact, state, outcome, seen_at_ms: seenAtMs };
          await tx
            .insertInto("evidence")
            .values(withBody(hub.envelope, row, "254712345678"))
            .execute();
        }
      });
      const kept = () =>
        hub
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("evidence").select("evidence_id").where("body_sealed", "is not", null).execute(),
          );
      await hub.hub().maintenance.runDue();
      expect(await kept()).toHaveLength(6);
      await hub.database().asProvider(providerId, async (tx) => {
        const row = await peekEvidence(hub.envelope, tx, providerId, "parked");
        expect(row).toMatchObject({ body: "254712345678", state: "parked" });
      });
      hub.moveClock(3_600_001);
      await hub.hub().maintenance.runDue();
      const names = (await kept()).map(({ evidence_id }) => evidence_id).sort();
      expect(names).toEqual(["failed", "judged-lately", "not-reviewed", "parked"]);
      hub.moveClock(366 * 86_400_000 - rawBodyKeptMs);
      await hub.hub().maintenance.runDue();
      const atLast = (await kept()).map(({ evidence_id }) => evidence_id).sort();
      expect(atLast, "what nobody looked at in a year").toEqual(["failed", "parked"]);
      const later = await hub.logIn(ownerEmail, ownerPassword);
      const listed = await hub.call("GET", "/api/v1/unmatched-callbacks", { token: later });
      expect(listed.status, listed.text).toBe(200);
      const reviewed = listed.body.items.find(({ id }: { id: string }) => id === "reviewed");
      expect(reviewed).toMatchObject({ body: "", reason: "unknown call token" });
    });
  });
});
