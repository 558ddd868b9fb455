/** A sale of a reseller that is taken back, at a place whose owner has a share: of two modules, and what is read of both. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../ground/db/test-databases.ts";
import { lacksModules } from "../modules/test-lacks-modules.ts";
import { sureAskerOf } from "../test-asking.ts";
import { useHub } from "../test-hub.ts";
import { createTestIntake } from "../test-intake.ts";

const isLess = lacksModules("resellers", "venues");

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine) || isLess)("a reseller and the owner of a place", { timeout: 60_000 }, () => {
    const hub = useHub(engine);

    test("[VOU-20] [TEN-16] where a reseller's sale was taken back, the venue has its share of every sale, and reports are read", async () => {
      const { token, providerId } = await hub.makeProvider("Resold");
      const call = sureAskerOf(hub, () => token);
      const { siteId } = (await call("POST", "/sites", { name: "Market" })).site;
      const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 1999, terms: {} });
      const { venueId } = await call("POST", "/venues", { name: "Soko" });
      await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 100 }] });
      hub.moveClock(1000);
      const { resellerId } = await call("POST", "/resellers", { name: "Jabali", commissionPermille: 100 });
      const order = { planId, siteId, quantity: 2, booking: "handed-out" };
      const { batchId } = await call("POST", "/vouchers/batches", order);
      const usedAtMs = hub.world.clock.wall().atMs;
      hub.moveClock(1000);
      await call("POST", `/resellers/${resellerId}/hand-overs`, { batchId, codes: 2 });

      // The site tells later that a customer had begun before the codes were the reseller's.
      const grant = { grantId: `v.${batchId}.0`, origin: "voucher", planName: "Hour", unverified: false };
      const times = { startedAtMs: unixMs(usedAtMs), endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms };
      const event = { kind: "grant-started", grant: { ...grant, ...times }, voucher: { batchId, serial: 0 } };
      const record = { seq: 1, atMs: unixMs(usedAtMs), clock: "synced", upMs: 1, ...(event as JournalEvent) };
      const intake = createTestIntake(hub.world, hub.database());
      await intake.take(providerId, { siteId, epoch: "e1", records: [record] } as never);
      await call("POST", `/resellers/${resellerId}/count`);
      hub.moveClock(6 * 60_000);
      await hub.hub().maintenance.runDue();
      expect((await call("GET", `/venues/${venueId}`)).balances).toMatchObject([{ balanceCents: 2 * 199 }]);
      await call("GET", `/sites/${siteId}/glance`);
      await call("GET", "/money-received");
    });
  });
});
