/** Used codes are booked for all providers now and then: the trouble of one is not in the way of the others. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { troubledLedger } from "../../money/ledger/test-troubled-ledger.ts";
import { sureAskerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { bookUsedJob } from "./book-used.ts";

hubSuite("two providers", { timeout: 60_000 }, (hub) => {
  async function openShop(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const call = sureAskerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Market" })).site;
    const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { resellerId } = await call("POST", "/resellers", { name: "Asha", commissionPermille: 100 });
    const { batchId } = await call("POST", "/vouchers/batches", { planId, siteId, quantity: 10 });
    await call("POST", `/resellers/${resellerId}/hand-overs`, { batchId, codes: 10 });
    const intake = createTestIntake(hub.world, hub.database());
    return {
      providerId,
      /** A customer uses it. */
      use: async (serial: number) => {
        const grant = { grantId: `v.${batchId}.${serial}`, origin: "voucher", planName: "Hour", unverified: false };
        const atMs = unixMs(hub.world.clock.wall().atMs);
        const times = { startedAtMs: atMs, endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms };
        const event = { kind: "grant-started", grant: { ...grant, ...times }, voucher: { batchId, serial } };
        const record = { seq: serial + 1, atMs, clock: "synced", upMs: 1, ...(event as JournalEvent) };
        await intake.take(providerId, { siteId, epoch: "e1", records: [record] } as never);
      },
      /** What the reseller owes. */
      owedCents: async (): Promise<number> => {
        const { items } = await call("GET", "/ledger/accounts");
        return items.find((one: { account: string }) => one.account === `float:${resellerId}`)?.balanceCents ?? 0;
      },
    };
  }

  test("[VOU-20] used vouchers of resellers are booked for each, whoever's can't be", async () => {
    const [one, other] = [await openShop("First"), await openShop("Second")];
    const jobWithTroubleOf = (providerId: string) =>
      bookUsedJob({ world: hub.world, database: hub.database(), ledger: troubledLedger(hub.world, providerId) });
    for (const [serial, troubled, well] of [
      [0, one, other],
      [1, other, one],
    ] as const) {
      for (const shop of [one, other]) await shop.use(serial);
      // The run counts as failed: somebody looks.
      await expect(jobWithTroubleOf(troubled.providerId).run()).rejects.toThrow("a trouble of its own");
      expect(await well.owedCents()).toBe(1800 * (serial + 1));
    }
  });
});
