/** A claim and its money come one after the other, and neither makes the other begin again. */
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test, vi } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { useHub } from "../../test-hub.ts";
import { lockClaims, lockPayer } from "./claim-log.ts";
import { openClaimShop } from "./test-claim-shop.ts";

describe.skipIf(isAbsent("postgresql"))("locks of claims", { timeout: 120_000 }, () => {
  const hub = useHub("postgresql");

  const somebodyWaits = () =>
    vi.waitFor(async () => expect(await lockWaits(hub.database())).toBeGreaterThan(0), { timeout: 30_000 });

  longTest(
    "[BEY-09] a fact with a known payer waits for a claim about its receipt that somebody holds: the transaction is not repeated",
    async () => {
      const receipt = "UKL80ZDR4F"; // as M-Pesa writes them: it sorts before any word in small letters
      const { providerId, claim } = await openClaimShop(hub, "Waits");
      await claim({ receipt, phone: "0722000333" });
      const payer = hub.hub().parties.ofPhone(providerId, "254722000333");
      const about = { providerId, receipts: [receipt] };
      let tries = 0;
      let work: Promise<unknown> = Promise.resolve();
      await whileHeld(
        hub.database(),
        providerId,
        (tx) => lockClaims(tx, { ...about, paid: null }),
        async () => {
          work = hub.database().asProvider(providerId, async (tx) => {
            tries++;
            await lockClaims(tx, { ...about, paid: { payer, amountCents: 2000 } });
          });
          work.catch(() => {});
          await somebodyWaits();
          expect(tries).toBe(1);
        },
      );
      await work;
      expect(tries).toBe(1);
    },
  );

  test("[PAY-18] a phone that guesses twelve receipts at once has five tries, as one after the other", async () => {
    const { claim } = await openClaimShop(hub, "At once");
    const guesses = Array.from({ length: 12 }, (_, n) =>
      claim({ receipt: `UKM${n + 10}ZDR4F`, phone: "254722000333" }),
    );
    const answers = await Promise.all(guesses);
    const kinds = answers.map((answer) => (answer as { kind: string }).kind).sort();
    expect(kinds).toEqual([...Array(5).fill("asked"), ...Array(7).fill("refused")]);
  });

  test("[BEY-09] what is booked together takes its payers' locks: money of a payer who claims at this moment goes by itself, after the claim", async () => {
    const shop = await openClaimShop(hub, "Together");
    const phones = ["254722000333", "254722000444", "254722000555"] as const;
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - 60_000;
    const ids: string[] = [];
    for (const phone of phones) ids.push(await shop.prompted(phone, atMs - 60_000));
    const purchases = () =>
      shop.inDatabase((tx) => tx.selectFrom("purchases").select(["purchaseId", "reference", "state"]).execute());
    await shop.inDatabase((tx) => tx.updateTable("channels").set({ requestAcceptedAtMs: atMs }).execute());
    const references = new Map((await purchases()).map((row) => [row.purchaseId, row.reference]));
    const isPaid = async () => {
      const states = new Map((await purchases()).map((row) => [row.purchaseId, row.state]));
      return ids.map((id) => states.get(id) === "paid");
    };
    const at = new Date(atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const lines = phones.map(
      (phone, index) =>
        `UKL9${index}ZDR4F,${at},Pay Bill from ${phone} - JUMA ALI Acc. ${references.get(ids[index] ?? "")},Completed,20.00,`,
    );
    const csv = ["Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn", ...lines].join("\n");
    let imported: Promise<unknown> = Promise.resolve();
    await whileHeld(
      hub.database(),
      shop.providerId,
      (tx) => lockPayer(tx, shop.providerId, hub.hub().parties.ofPhone(shop.providerId, phones[0])),
      async () => {
        let hasEnded = false;
        imported = shop.post("/reconciliation/statements", { channelId: shop.paybill, csv }).finally(() => {
          hasEnded = true;
        });
        await Promise.race([somebodyWaits(), imported]);
        expect(hasEnded).toBe(false);
        expect(await isPaid()).toEqual([false, true, true]);
      },
    );
    await imported;
    expect(await isPaid()).toEqual([true, true, true]);
  });
});
