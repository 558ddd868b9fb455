/** A restored hub asks the channel about what somebody bought who was erased: their money is booked, and they do not come back with it. */
import type { FeedRow } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { notBegun } from "@karibu/protocol/test-grants";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { noHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { withMark } from "../../ground/feed/row-mark.ts";
import { openSealed } from "../../ground/secrets/test-open-sealed.ts";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { sealPhone } from "../../money/purchases/purchase-rows.ts";
import { soldNote } from "../../money/purchases/sold-note.ts";
import { useHub } from "../../test-hub.ts";
import { repeatFound } from "../back-ups/repeat-revocations.ts";
import type { Revocation } from "../back-ups/revocation.ts";
import { type TakeBackParts, takeBackHandler } from "./take-back.ts";

const generation = "restored-once";

describe("[CUS-17] [BEY-29] what a channel says of the purchase of somebody who was erased again", () => {
  const masterKeys = [realWorld().random.bytes(32)];
  const hub = useHub("embedded", { masterKeys });
  const phone = "254711000001";
  let token: string;
  let providerId: string;
  let siteId: string;
  let channelId: string;
  let goneMs: number;
  const query = <Row = object>(text: string) =>
    hub.database().asProvider(providerId, async (tx) => (await sql.raw<Row>(text).execute(tx)).rows);
  const call = async (path: string, body: object) =>
    (await hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": path } })).body;

  beforeAll(async () => {
    const made = await hub.makeProvider("Asks again");
    [token, providerId] = [made.token, made.providerId];
    siteId = (await call("/sites", { name: "Flood" })).site.siteId;
    const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    channelId = (await call("/channels", { ...app, kind: "mpesa-paybill", shortcode: "600100" })).id;
    const restoredAtMs = hub.world.clock.wall().atMs;
    // Statements tell whole seconds.
    goneMs = Math.floor(restoredAtMs / 1000) * 1000 - 3_600_000;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("restores")
        .values({ generation, backUpAtMs: restoredAtMs - 86_400_000, restoredAtMs })
        .execute(),
    );
    await hub.database().alone("write", (run) =>
      repeatFound(run, [
        {
          ...{ seq: 1, target: "person_erasures", atMs: goneMs },
          key: { provider_id: providerId, erasure_id: "erasure" },
          now: {
            ...{ customer_id: "gone", party: hub.hub().parties.ofPhone(providerId, phone) },
            ...{ pseudonym: "0".repeat(64), asked_by: "u", at_ms: goneMs, counts: {} },
          },
        },
      ] as readonly Revocation[]),
    );
  });

  async function giveBack(key: string, boughtAtMs: number): Promise<void> {
    const parts = {
      ...{ world: hub.world, database: hub.database(), envelope: hub.envelope, parties: hub.hub().parties },
      ...{ publish: createPublish(hub.world, hub.envelope), emit: async () => {}, jobs: { send: async () => {} } },
      heldCodes: noHeldCodes,
      ledger: createLedgerWriter({ world: hub.world, onCredit: async () => {} }),
    } as unknown as TakeBackParts;
    const purchaseId = `of-${key}`;
    const grant = {
      ...{ grantId: key, origin: "purchase", planName: "1 hour", terms: unlimitedTerms },
      ...notBegun,
    };
    const sold = soldNote(hub.envelope, {
      ...{ providerId, purchaseId, channelId, planId: "plan" },
      ...{
        amountCents: 5000,
        currency: "KES",
        reference: `REF${key.toUpperCase()}`,
        requestId: `asked-${key}`,
        idempotencyKey: "asked",
      },
      ...{ createdAtMs: boughtAtMs, promotionId: null },
      phoneSealed: sealPhone(hub.envelope, { providerId, purchaseId }, phone),
    } as never);
    const place = { providerId, scope: `site:${siteId}`, kind: "grant", key } as const;
    const body = withMark(hub.envelope, place, 7, { grant, purchaseId, phoneHash: "f", sold } as never);
    const rows = [{ kind: "grant", key, version: 1, body }] as unknown as readonly FeedRow[];
    const asked = { generation, batchId: null, rows, left: 0 };
    const answer = await takeBackHandler(parts).answer({ providerId, siteId }, asked, AbortSignal.timeout(60_000));
    expect(answer).toEqual({ verdicts: ["taken"] });
  }

  const paid = () =>
    query(`select purchase_id, payer_hash is not null and payer_masked is not null or payer_name is not null or account_text is not null as named
      from receipts order by receipt`);
  const books = async () => ({
    receipts: await query(
      "select receipt, purchase_id, amount_cents, plan_cents, state, proved_by from receipts order by 1",
    ),
    purchases: await query("select purchase_id, state, receipt, corroborated from purchases order by 1"),
    sums: await query("select account, sum(amount_cents)::int as cents from ledger_postings group by 1 order by 1"),
  });

  test("is booked with all that it says; when it is judged, it names whoever came again, and nobody who is gone", async () => {
    await giveBack("hers", goneMs - 60_000);
    await giveBack("anew", goneMs + 60_000);
    const line = (receipt: string, atMs: number, account: string) => {
      const at = new Date(atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
      return `${receipt},${at},Pay Bill from ${phone} - AKINYI OTIENO Acc. ${account},Completed,50.00,`;
    };
    const csv = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
      line("RAA1111111", goneMs - 50_000, "REFHERS"),
      line("RBB2222222", goneMs + 70_000, "REFANEW"),
      line("RCC3333333", goneMs - 40_000, "nothing of ours"),
    ].join("\n");
    await call("/reconciliation/statements", { channelId, csv });
    await expect.poll(() => query("select from evidence where state <> 'done'")).toEqual([]);
    expect(await query("select purchase_id, state from purchases order by 1")).toEqual([
      { purchaseId: "of-anew", state: "paid" },
      { purchaseId: "of-hers", state: "paid" },
    ]);
    expect(await query("select from purchases where purchase_id = 'of-hers' and to_hash is not null")).toEqual([]);
    const booked = await books();

    hub.moveClock(61_000);
    await hub.hub().maintenance.runDue();
    expect(await paid()).toEqual([
      { purchaseId: "of-hers", named: false },
      { purchaseId: "of-anew", named: true },
      { purchaseId: null, named: false },
    ]);
    expect(await books(), "no sum and no state has changed").toEqual(booked);
    const bodies = await query<{ receipt: string }>(
      `select receipt from evidence join evidence_bodies using (provider_id, received_at_ms, evidence_id)
      union select receipt from statement_lines where payer is not null order by 1`,
    );
    expect(bodies.map(({ receipt }) => receipt)).toEqual(["RBB2222222"]);
    const rows = await query(`select to_jsonb(p) as row from purchases p where purchase_id = 'of-hers'
      union all select to_jsonb(r) from receipts r where receipt <> 'RBB2222222'
      union all select to_jsonb(e) from evidence e where receipt <> 'RBB2222222'`);
    const text = openSealed(masterKeys, JSON.stringify(rows));
    for (const told of [phone, "AKINYI", hub.hub().parties.ofPhone(providerId, phone)])
      expect(text).not.toContain(told);
  });
});
