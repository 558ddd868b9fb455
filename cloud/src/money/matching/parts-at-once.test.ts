/** Two parts of a price that are judged at the same moment: by two processes, or by two jobs once a hub that was away is back. */
import { describe, expect, test, vi } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { useHub } from "../../test-hub.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";
import { lockCredit } from "../ledger/credit.ts";

describe.skipIf(isAbsent("postgresql"))("parts of a price", { timeout: 120_000 }, () => {
  const hub = useHub("postgresql");

  test("[BEY-06] [PAY-12] two parts from payers whose numbers are hidden, judged at once: the second one sees the first, and the plan opens", async () => {
    const shop = await openClaimShop(hub, "At once");
    const { providerId, siteId, planId } = shop;
    const phone = "254712345678";
    await shop.post("/pay-accounts", { number: "JUMA 1", phone, siteId, planId });
    const part = { BillRefNumber: "juma-1", MSISDN: "2547 ***** 126", TransAmount: "10.00" };
    let told: Promise<unknown> = Promise.resolve();
    await whileHeld(
      hub.database(),
      providerId,
      (tx) => lockCredit(tx, providerId, hub.hub().parties.ofPhone(providerId, phone)),
      async () => {
        told = Promise.all(["QPA1ABCDEF", "QPA2ABCDEF"].map((receipt) => shop.confirm(receipt, part)));
        await vi.waitFor(async () => expect(await lockWaits(hub.database())).toBeGreaterThan(1), { timeout: 30_000 });
      },
    );
    const rows = (await told) as { state: string }[];
    expect(rows.map(({ state }) => state).toSorted()).toEqual(["booked", "credit"]);
    expect(await shop.read(`/credits?phone=${phone}`)).toMatchObject({ balanceCents: 0 });
  });
});
