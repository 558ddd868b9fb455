/** A part of what paid for internet access went back at M-Pesa: the statement says so, and the customer keeps what they bought. */
import { randomBytes } from "node:crypto";
import { anyEngine, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { eventually, openChannel, openShop, readBooks, startDaraja, startHub } from "./payments-hub.ts";

const database = useDatabase(anyEngine);

test("[BEY-08] a partial reversal leaves the grant, and takes its part out of revenue; a person is asked", async () => {
  const daraja = await startDaraja();
  const hub = await startHub(database.current(), daraja, { masterKey: new Uint8Array(randomBytes(32)) });
  try {
    const shop = await openShop(database.current());
    const channelId = await openChannel(hub, database.current(), shop.providerId);
    await hub.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "key-1" });
    const books = () => readBooks(database.current(), shop.providerId);
    const { receipts } = await eventually(books, (now) => expect(now.purchases).toMatchObject([{ state: "paid" }]));
    const receipt = receipts[0]?.receipt ?? "";
    const stamp = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const csv = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
      `${receipt},${stamp},Pay Bill from 2547****001 - JANE Acc. x,Completed,50.00,`,
      `REVERSAL01,${stamp},Reversal of ${receipt},Completed,,20.00`,
    ].join("\n");
    expect(await hub.reconcile(shop.providerId, channelId, csv)).toMatchObject({ differences: [], failures: [] });
    await hub.reconcile(shop.providerId, channelId, `${csv}\n`);
    const after = await books();
    expect(after.purchases).toMatchObject([{ state: "paid", review: "partly-reversed" }]);
    expect(after.grants).toMatchObject([{ revokedAtMs: null }]);
    expect(after.accounts).toEqual({ clearing: 3000, revenue: -5000, refunds: 2000 });
    expect(await hub.review(shop.providerId)).toMatchObject([{ kind: "payment", what: "partly-reversed" }]);
  } finally {
    await hub.stop();
    await daraja.stop();
  }
});

test("[BEY-08] [PAY-15] a part that goes back of what was refunded already is given back twice, and says so at once", async () => {
  const daraja = await startDaraja();
  const hub = await startHub(database.current(), daraja, { masterKey: new Uint8Array(randomBytes(32)) });
  try {
    const shop = await openShop(database.current());
    const channelId = await openChannel(hub, database.current(), shop.providerId);
    const books = () => readBooks(database.current(), shop.providerId);
    await hub.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "key-1" });
    const paid = await eventually(books, (now) => expect(now.purchases).toMatchObject([{ state: "paid" }]));
    const receipt = paid.receipts[0]?.receipt ?? "";
    const stamp = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const rows = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
      `${receipt},${stamp},Pay Bill from 2547****001 - JANE Acc. x,Completed,50.00,`,
    ];
    await hub.reconcile(shop.providerId, channelId, rows.join("\n"));
    const refund = await hub.refund(shop.providerId, paid.purchases[0]?.purchaseId ?? "", "cash", "refund-1");
    expect(refund).toMatchObject({ state: "done", amountCents: 5000 });
    const part = `REVERSAL02,${stamp},Reversal of ${receipt},Completed,,20.00`;
    await hub.reconcile(shop.providerId, channelId, [...rows, part].join("\n"));
    expect((await books()).purchases).toMatchObject([{ state: "paid", review: "given-back-twice" }]);
    // What goes back after that changes nothing about it.
    const other = `REVERSAL03,${stamp},Reversal of ${receipt},Completed,,10.00`;
    await hub.reconcile(shop.providerId, channelId, [...rows, part, other].join("\n"));
    expect((await books()).purchases).toMatchObject([{ state: "paid", review: "given-back-twice" }]);
  } finally {
    await hub.stop();
    await daraja.stop();
  }
});
