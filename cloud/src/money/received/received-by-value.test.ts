/** Who books the money of a receipt writes its row in the list of money received; the database, asked about the same entries, says the same. */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { hashOf } from "../channels/channels.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";

const phone = "254711000001";
/** What is heard of a purchase, or done about it; each of one of two receipts. */
const steps = ["callback", "confirmation", "statement", "refund-part"] as const;
type Step = readonly [what: (typeof steps)[number], receipt: 0 | 1];

describe.skipIf(isAbsent("postgresql"))("money received, by value", { timeout: 120_000 }, () => {
  const hub = useHub("postgresql");

  let shops = 0;

  async function openShop() {
    const shop = await openClaimShop(hub, `By value ${++shops}`);
    const { providerId, paybill, inDatabase } = shop;
    const purchaseId = await shop.prompted(phone);
    const { reference, requestId } = await inDatabase((tx) =>
      tx
        .updateTable("purchases")
        .set({ secretHash: hashOf(purchaseId) })
        .where("purchaseId", "=", purchaseId)
        .returning(["reference", "requestId"])
        .executeTakeFirstOrThrow(),
    );
    const purchase = () =>
      inDatabase((tx) =>
        tx.selectFrom("purchases").selectAll().where("purchaseId", "=", purchaseId).executeTakeFirstOrThrow(),
      );
    /** Nothing that was heard waits for its reader. */
    const settled = () =>
      vi.waitFor(
        async () => {
          const waits = (
            await inDatabase((tx) =>
              tx.selectFrom("evidence").select("naturalKey").where("state", "=", "new").execute(),
            )
          ).length;
          expect(waits).toBe(0);
        },
        { timeout: 30_000 },
      );
    async function callback(receipt: string): Promise<void> {
      const Item = [
        { Name: "Amount", Value: 20 },
        { Name: "MpesaReceiptNumber", Value: receipt },
        { Name: "PhoneNumber", Value: Number(phone) },
      ];
      const ids = { MerchantRequestID: "m", CheckoutRequestID: requestId };
      const stkCallback = { ...ids, ResultCode: 0, ResultDesc: "ok", CallbackMetadata: { Item } };
      const { status } = await hub.call("POST", `/hooks/k/${paybill}/s/${purchaseId}`, {
        body: { Body: { stkCallback } },
      });
      expect(status).toBe(200);
      await vi.waitFor(async () => expect((await purchase()).state).not.toBe("prompted"), { timeout: 30_000 });
      await settled();
    }
    async function play([what, at]: Step): Promise<void> {
      const receipt = `UKL9${providerId
        .slice(-4)
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, "X")}${at}Z`;
      if (what === "callback") await callback(receipt);
      else if (what === "confirmation") await shop.confirm(receipt, { BillRefNumber: reference, MSISDN: phone });
      else if (what === "statement") await shop.statement({ receipt, atMs: hub.world.clock.wall().atMs, phone });
      // What is refused moves no money.
      else await shop.post("/refunds", { paymentId: purchaseId, method: "credit", amountCents: 300, reason: "slow" });
      await settled();
    }
    /** The list as it stands, and as the database would write it anew from the books. */
    const bothLists = () =>
      hub.database().asPlatform("test", async (tx) => {
        const list = async () => {
          const { rows } = await sql<{ row: string }>`
            select to_jsonb(m)::text as row from money_received m where provider_id = ${providerId} order by 1`.execute(
            tx,
          );
          return rows.map(({ row }) => row);
        };
        const stands = await list();
        await sql`delete from money_received where provider_id = ${providerId}`.execute(tx);
        await sql`select karibu_write_received(${providerId}, array(
          select entry_id from ledger_entries where provider_id = ${providerId}))`.execute(tx);
        return { stands, anew: await list() };
      });
    return { ...shop, purchaseId, purchase, play, bothLists };
  }

  test.each<{ name: string; steps: readonly Step[] }>([
    {
      name: "told, then proved by a statement",
      steps: [
        ["callback", 0],
        ["statement", 0],
      ],
    },
    {
      name: "told twice, by callback and confirmation",
      steps: [
        ["callback", 0],
        ["confirmation", 0],
        ["statement", 0],
      ],
    },
    {
      name: "proved before its callback came",
      steps: [
        ["statement", 0],
        ["callback", 0],
      ],
    },
    {
      name: "paid twice",
      steps: [
        ["callback", 0],
        ["confirmation", 1],
        ["statement", 1],
        ["statement", 0],
      ],
    },
    {
      name: "another receipt than the callback said",
      steps: [
        ["callback", 0],
        ["statement", 1],
        ["confirmation", 1],
      ],
    },
    {
      name: "given back in part, then proved",
      steps: [
        ["callback", 0],
        ["refund-part", 0],
        ["statement", 0],
        ["refund-part", 0],
      ],
    },
  ])("[PAY-18] $name: the rows are the database's own", async ({ steps }) => {
    const shop = await openShop();
    for (const step of steps) {
      await shop.play(step);
      const { stands, anew } = await shop.bothLists();
      expect(stands.length).toBeGreaterThan(0);
      expect(stands, `after ${step[0]} ${step[1]}`).toEqual(anew);
    }
  });

  test("[PAY-18] in any order of what is heard, the rows are the database's own", async () => {
    const step = fc.tuple(fc.constantFrom(...steps), fc.constantFrom(0 as const, 1 as const));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (played) => {
        const shop = await openShop();
        for (const one of played) await shop.play(one);
        const { stands, anew } = await shop.bothLists();
        expect(stands).toEqual(anew);
      }),
      { numRuns: isLongRun ? 8 : 3 },
    );
  });

  test("[PAY-18] booking a purchase at its callback, and its proof, ask the database about no entry", async () => {
    const shop = await openShop();
    await withoutAsking(shop, async () => {
      await shop.play(["callback", 0]);
      expect(await shop.purchase()).toMatchObject({ state: "paid", corroborated: false });
      await shop.play(["statement", 0]);
      expect(await shop.purchase()).toMatchObject({ state: "paid", corroborated: true });
    });
    const { stands, anew } = await shop.bothLists();
    expect(stands).toHaveLength(1);
    expect(stands).toEqual(anew);
  });

  test("[PAY-18] what a site's journal tells of cash, sold by a seller or on paper, asks the database about no entry", async () => {
    const shop = await openShop();
    const { providerId, siteId, planId, post } = shop;
    const sites = [{ siteId }];
    const { sellerId } = (await post("/sellers", { name: "Wanjiru", pin: "482193", sites, commissionPermille: 50 }))
      .body;
    const { batchId } = (await post("/vouchers/batches", { planId, siteId, quantity: 5 })).body;
    const nowMs = hub.world.clock.wall().atMs;
    const grantOf = (grantId: string) => ({
      ...{ grantId, origin: "voucher", planName: "Hour", unverified: false, terms: unlimitedTerms },
      ...{ startedAtMs: unixMs(nowMs), endsAtMs: null, revokedAtMs: null },
    });
    const sold = (saleId: string, priceCents: number, more: object = {}) => ({
      ...{ kind: "cash-sale", saleId, sellerId, planId, priceCents, currency: "KES", code: "4821993015" },
      ...{ grant: { ...grantOf(`c.${saleId}`), startedAtMs: null }, ...more },
    });
    const used = (serial: number) => ({
      ...{ kind: "grant-started", grant: grantOf(`v.${batchId}.${serial}`), voucher: { batchId, serial } },
    });
    const discount = { promotionId: "p1", discountCents: 500 };
    const told = [sold("a1".repeat(16), 2000), sold("a2".repeat(16), 1500, { discount }), sold("a3".repeat(16), 0)];
    const records = [...told, used(0), used(3)].map((event, at) => ({
      ...{ seq: at + 1, atMs: unixMs(nowMs), clock: "synced", upMs: 1, ...event },
    }));
    await withoutAsking(shop, async () => {
      const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
      const answer = await intake.take(providerId, { siteId, epoch: "e1", records } as never);
      expect(answer).toMatchObject({ kind: "ack", seq: records.length });
    });
    const { stands, anew } = await shop.bothLists();
    expect(stands).toHaveLength(4);
    expect(stands).toEqual(anew);
  });

  /** While `work` runs, the function that would write rows from the books throws. */
  async function withoutAsking(shop: Awaited<ReturnType<typeof openShop>>, work: () => Promise<void>): Promise<void> {
    const forbid =
      "create or replace function karibu_write_received(whose text, entries text[]) returns void language plpgsql as";
    const asOwner = (statement: string) =>
      hub.database().asPlatform("test", async (tx) => {
        await sql`reset role`.execute(tx);
        await sql.raw(statement).execute(tx);
      });
    const { rows } = await shop.inDatabase((tx) =>
      sql<{ text: string }>`select pg_get_functiondef('karibu_write_received'::regproc) as text`.execute(tx),
    );
    await asOwner(`${forbid} $$ begin raise exception 'the database was asked about %', entries; end $$`);
    try {
      await work();
    } finally {
      await asOwner((rows[0] as { text: string }).text);
    }
  }
});
