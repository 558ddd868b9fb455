/** Texts that name payers are not kept for ever. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";
import { peekEvidence, settleEvidence, storeAllEvidence } from "./evidence-rows.ts";
import { rawBodyKeptMs } from "./raw-bodies.ts";
import { withBody } from "./test-evidence.ts";

const hourMs = 3_600_000;

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

hubSuite("raw bodies of evidence", (hub) => {
  test("what came is in no row as it came, and staff read it all the same, without the phone number", async () => {
    const { token, providerId } = await hub.makeProvider("Sealed");
    const { id } = (await hub.call("POST", "/api/v1/channels", { token, body: paybill })).body;
    const said = '{"Payer":"254700000009 WANJIRU","Till":"five"}';
    await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, id));
    for (const path of [`/hooks/k/${id}/c`, "/hooks/k/nobodys/c/nothing"])
      expect((await hub.call("POST", path, { body: said })).status).toBe(200);

    const admin = await hub.adminToken();
    for (const [table, path, as] of [
      ["evidence_bodies", "/api/v1/unmatched-callbacks", token],
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
        const id = { providerId, evidenceId: name, channelId };
        const fact = { source: "pull", naturalKey: name, bodyHash: name, receivedAtMs: atMs };
        const row = { ...id, ...fact, state, outcome, seenAtMs };
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
          tx.selectFrom("evidence").select("evidenceId").where("keptBodySealed", "is not", null).execute(),
        );
    await hub.hub().maintenance.runDue();
    expect(await kept()).toHaveLength(6);
    await hub.database().asProvider(providerId, async (tx) => {
      const row = await peekEvidence(hub.envelope, tx, providerId, "parked");
      expect(row).toMatchObject({ body: "254712345678", state: "parked" });
    });
    hub.moveClock(3_600_001);
    await hub.hub().maintenance.runDue();
    const names = (await kept()).map(({ evidenceId }) => evidenceId).sort();
    expect(names).toEqual(["failed", "judged-lately", "not-reviewed", "parked"]);
    hub.moveClock(366 * 86_400_000 - rawBodyKeptMs);
    await hub.hub().maintenance.runDue();
    const atLast = (await kept()).map(({ evidenceId }) => evidenceId).sort();
    expect(atLast, "what nobody looked at in a year").toEqual(["failed", "parked"]);
    const later = await hub.logIn(ownerEmail, ownerPassword);
    const listed = await hub.call("GET", "/api/v1/unmatched-callbacks", { token: later });
    expect(listed.status, listed.text).toBe(200);
    const reviewed = listed.body.items.find(({ id }: { id: string }) => id === "reviewed");
    expect(reviewed).toMatchObject({ body: "", reason: "unknown call token" });
  });

  longTest(
    "[SYS-10] a text goes with its month; what waits, has failed or was not looked at takes its text along, until it is needed no more",
    async () => {
      const { token, providerId } = await hub.makeProvider("Months");
      const { id: channelId } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
      const began = new Date(hub.world.clock.wall().atMs);
      const endOfMonth = Date.UTC(began.getUTCFullYear(), began.getUTCMonth() + 1) - 60_000;
      const names = ["judged", "waiting", "not-reviewed", "reviewed", "failed"];
      const ids = new Map<string, string>();
      await hub.database().asProvider(providerId, async (tx) => {
        const raw = names.map((naturalKey) => ({
          ...{ providerId, channelId, purchaseId: null, source: "pull", naturalKey, body: `text of ${naturalKey}` },
          ...{ remoteAddress: null, receivedAtMs: began.getTime(), unmatchedReason: null },
        }));
        expect(await storeAllEvidence(tx, hub, [...raw, ...raw.slice(0, 1)])).toHaveLength(names.length);
        expect(await storeAllEvidence(tx, hub, raw)).toEqual([]);
        for (const row of await tx.selectFrom("evidence").selectAll().where("channelId", "=", channelId).execute())
          ids.set(row.naturalKey, row.evidenceId);
        const settle = (name: string, state: "done" | "parked" | "unmatched", outcome: string) =>
          settleEvidence(tx, { providerId, evidenceId: ids.get(name) ?? "" }, state, outcome);
        await settle("judged", "done", "paid");
        await settle("waiting", "parked", "waits");
        await settle("not-reviewed", "unmatched", "unknown call token");
        await settle("reviewed", "unmatched", "unknown call token");
        await settle("failed", "unmatched", "could not be booked: no account");
        await tx
          .updateTable("evidence")
          .set({ seenAtMs: 1 })
          .where("evidenceId", "in", [ids.get("reviewed") ?? "", ids.get("failed") ?? ""])
          .execute();
      });
      const textsAt = async (atMs: number) => {
        hub.moveClock(atMs - hub.world.clock.wall().atMs);
        await hub.hub().maintenance.runDue();
        return hub.database().asProvider(providerId, async (tx) => {
          const rows = await Promise.all(
            names.map((name) => peekEvidence(hub.envelope, tx, providerId, ids.get(name) ?? "")),
          );
          const { count } = await tx
            .selectFrom("evidence_bodies")
            .select((select) => select.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          return { texts: rows.map((row) => row?.body ?? "no row"), bodies: Number(count) };
        });
      };
      const all = names.map((name) => `text of ${name}`);
      await hub.hub().maintenance.runDue();
      expect(await textsAt(endOfMonth + rawBodyKeptMs)).toEqual({ texts: all, bodies: names.length });
      const needed = ["", "text of waiting", "text of not-reviewed", "", "text of failed"];
      expect(await textsAt(endOfMonth + rawBodyKeptMs + 2 * hourMs)).toEqual({ texts: needed, bodies: 0 });
      await hub
        .database()
        .asProvider(providerId, (tx) =>
          settleEvidence(tx, { providerId, evidenceId: ids.get("waiting") ?? "" }, "done", "paid"),
        );
      expect((await textsAt(endOfMonth + rawBodyKeptMs + 4 * hourMs)).texts[1]).toBe("");
      expect((await textsAt(began.getTime() + 366 * 86_400_000)).texts).toEqual(["", "", "", "", "text of failed"]);
    },
  );
});
