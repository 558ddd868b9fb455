/** What is booked for all providers now and then: the trouble of one is not in the way of the others. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { createLedgerWriter, type Ledger } from "../../money/ledger/post-entry.ts";
import { createResellers } from "../../money/resellers/create-resellers.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { bookSharesJob } from "./book-shares.ts";

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("two providers", { timeout: 60_000 }, () => {
    const hub = useHub(engine);
    let keys = 0;

    async function openShop(name: string) {
      const { token, providerId } = await hub.makeProvider(name);
      const call = async (method: string, path: string, body?: object) => {
        const headers = { "Idempotency-Key": `key-${++keys}` };
        const answer = await hub.call(method, `/api/v1${path}`, { token, headers, body });
        expect(answer.status, answer.text).toBeLessThan(300);
        return answer.body;
      };
      const { siteId } = (await call("POST", "/sites", { name: "Market" })).site;
      const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
      const { venueId } = await call("POST", "/venues", { name: "The owner" });
      await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 100 }] });
      const { resellerId } = await call("POST", "/resellers", { name: "Asha", commissionPermille: 100 });
      const { batchId } = await call("POST", "/vouchers/batches", { planId, siteId, quantity: 10 });
      await call("POST", `/resellers/${resellerId}/hand-overs`, { batchId, codes: 10 });
      const intake = createTestIntake(hub.world, hub.database());
      return {
        providerId,
        /** A payment, and a voucher of the reseller that a customer uses. */
        sell: async (serial: number) => {
          await call("POST", "/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" });
          const grant = { grantId: `v.${batchId}.${serial}`, origin: "voucher", planName: "Hour", unverified: false };
          const atMs = unixMs(hub.world.clock.wall().atMs);
          const times = { startedAtMs: atMs, endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms };
          const event = { kind: "grant-started", grant: { ...grant, ...times }, voucher: { batchId, serial } };
          const record = { seq: serial + 1, atMs, clock: "synced", upMs: 1, ...(event as JournalEvent) };
          await intake.take(providerId, { siteId, epoch: "e1", records: [record] } as never);
        },
        /** What the reseller owes, and what the venue has to get. */
        booked: async () => {
          const { items } = await call("GET", "/ledger/accounts");
          const of = (account: string) =>
            items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
          return [of(`float:${resellerId}`), of(`venue:${venueId}`)];
        },
      };
    }

    test("[VOU-20] [TEN-16] used vouchers of resellers and shares of venues are booked for each, whoever's can't be", async () => {
      const [one, other] = [await openShop("First"), await openShop("Second")];
      const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
      const { kinds } = hub.hub().money.channels;
      const jobsWithTroubleOf = (providerId: string) => {
        const troubled: Ledger = {
          ...ledger,
          postMany: async (tx, of, ...rest) => {
            if (of === providerId) throw new Error("a trouble of its own");
            await ledger.postMany(tx, of, ...rest);
          },
        };
        const parts = { world: hub.world, database: hub.database(), ledger: troubled };
        return [...(createResellers(parts as never, kinds).maintenance ?? []), bookSharesJob(parts)];
      };
      for (const [serial, troubled, well] of [
        [0, one, other],
        [1, other, one],
      ] as const) {
        for (const shop of [one, other]) await shop.sell(serial);
        const before = await well.booked();
        // The run counts as failed: somebody looks.
        for (const job of jobsWithTroubleOf(troubled.providerId))
          await expect(job.run()).rejects.toThrow("a trouble of its own");
        expect(await well.booked(), `${serial}`).not.toEqual(before);
        const [owes, gets] = await well.booked();
        expect([owes, gets]).toEqual([1800 * (serial + 1), -400 * (serial + 1)]);
      }
    });
  });
});
