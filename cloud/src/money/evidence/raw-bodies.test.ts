/** Texts that name payers are not kept for ever. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { engines, isAbsent } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { rawBodyKeptMs } from "./raw-bodies.ts";

const channel = { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };

describe.each(engines)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("raw bodies of evidence", () => {
    const hub = useHub(engine);

    test("the text goes after ninety days, once it was judged or reviewed; what waits or has failed keeps it, and all keep their outcome", async () => {
      const { token, providerId, ownerEmail } = await hub.makeProvider("Keeper");
      const { id: channelId } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
      const nowMs = hub.world.clock.wall().atMs;
      const old = nowMs - rawBodyKeptMs + 60_000;
      const rows: [name: string, atMs: number, state: string, outcome: string | null, seenAtMs: number | null][] = [
        ["judged", old, "done", "paid", null],
        ["judged-lately", nowMs, "done", "paid", null],
        ["parked", old, "parked", "waits for the push's answer", null],
        ["not-reviewed", old, "stray", "unknown call token", null],
        ["reviewed", old, "stray", "unknown call token", old],
        ["failed", old, "stray", "could not be booked: no account", old],
      ];
      await hub.database().asProvider(providerId, async (tx) => {
        for (const [name, atMs, state, outcome, seenAtMs] of rows)
          await sql`insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, body_hash, body, received_at_ms, state, outcome, seen_at_ms)
            values (${providerId}, ${name}, ${channelId}, 'pull', ${name}, ${name}, '254712345678', ${atMs}, ${state}, ${outcome}, ${seenAtMs})`.execute(
            tx,
          );
      });
      const kept = () =>
        hub
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("evidence").select(["evidence_id", "outcome"]).where("body", "!=", "").execute(),
          );
      await hub.hub().maintenance.runDue();
      expect(await kept()).toHaveLength(6);
      hub.moveClock(3_600_001);
      await hub.hub().maintenance.runDue();
      const names = (await kept()).map(({ evidence_id }) => evidence_id).sort();
      expect(names).toEqual(["failed", "judged-lately", "not-reviewed", "parked"]);
      const later = await hub.logIn(ownerEmail, ownerPassword);
      const listed = await hub.call("GET", "/api/v1/stray-callbacks", { token: later });
      expect(listed.status, listed.text).toBe(200);
      const reviewed = listed.body.items.find(({ id }: { id: string }) => id === "reviewed");
      expect(reviewed).toMatchObject({ body: "", reason: "unknown call token" });
    });
  });
});
