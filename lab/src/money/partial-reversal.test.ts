/** A part of what paid for internet access went back at M-Pesa: the statement says so, and the customer keeps what they bought. */
import { anyEngine, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { eventually } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

const database = useDatabase(anyEngine);

/** A shop whose first customer has paid, with the statement that says so. */
async function openPaid() {
  const { hub, shop, channelId, books } = await startPayments(database.current(), {});
  await hub.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "key-1" });
  const { purchases, receipts } = await eventually(books, (now) =>
    expect(now.purchases).toMatchObject([{ state: "paid" }]),
  );
  const receipt = receipts[0]?.receipt ?? "";
  const stamp = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
  const rows = [
    "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
    `${receipt},${stamp},Pay Bill from 2547****001 - JANE Acc. x,Completed,50.00,`,
  ];
  return {
    ...{ hub, shop, books, rows, purchaseId: purchases[0]?.purchaseId ?? "" },
    /** A line of it: so much went back. */
    back: (by: string, shillings: number) => `${by},${stamp},Reversal of ${receipt},Completed,,${shillings}.00`,
    reconcile: (csv: string) => hub.reconcile(shop.providerId, channelId, csv),
  };
}

test("[BEY-08] a partial reversal leaves the grant, and takes its part out of revenue; a person is asked", async () => {
  const { hub, shop, books, rows, back, reconcile } = await openPaid();
  const csv = [...rows, back("REVERSAL01", 20)].join("\n");
  expect(await reconcile(csv)).toMatchObject({ differences: [], failures: [] });
  await reconcile(`${csv}\n`);
  const after = await books();
  expect(after.purchases).toMatchObject([{ state: "paid", review: "partly-reversed" }]);
  expect(after.grants).toMatchObject([{ revokedAtMs: null }]);
  expect(after.accounts).toEqual({ clearing: 3000, revenue: -5000, refunds: 2000 });
  expect(await hub.review(shop.providerId)).toMatchObject([{ kind: "payment", what: "partly-reversed" }]);
});

test("[BEY-08] [PAY-15] a part that goes back of what was refunded already is given back twice, and says so at once", async () => {
  const { hub, shop, books, rows, purchaseId, back, reconcile } = await openPaid();
  await reconcile(rows.join("\n"));
  const refund = await hub.refund(shop.providerId, purchaseId, "cash", "refund-1");
  expect(refund).toMatchObject({ state: "done", amountCents: 5000 });
  const part = back("REVERSAL02", 20);
  await reconcile([...rows, part].join("\n"));
  expect((await books()).purchases).toMatchObject([{ state: "paid", review: "given-back-twice" }]);
  // What goes back after that changes nothing about it.
  await reconcile([...rows, part, back("REVERSAL03", 10)].join("\n"));
  expect((await books()).purchases).toMatchObject([{ state: "paid", review: "given-back-twice" }]);
});
