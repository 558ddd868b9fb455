/** A purchase that a restore lost and its site gave back: nothing is booked until its channel, when asked, says that it is paid. */
import { randomBytes } from "node:crypto";
import { adoptGrant } from "@karibu/cloud/catalogue/grants/adopt-grant";
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite, realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { adoptPurchase } from "@karibu/cloud/money/purchases/adopt-purchase";
import { readSoldNote, soldNote } from "@karibu/cloud/money/purchases/sold-note";
import { newId } from "@karibu/protocol/identifiers";
import { notBegun } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { eventually, openChannel, openShop, quickAsk, readBooks, startDaraja, startHub } from "./payments-hub.ts";

engineSuite("[BEY-29] PROVED-ONLY", (engine) => {
  const database = useDatabase(engine);

  test("[BEY-29] M-Pesa is asked about a purchase that came back: it is revenue once M-Pesa confirms it, and opens nothing twice", async () => {
    const world = realWorld();
    const masterKey = new Uint8Array(randomBytes(32));
    const envelope = createEnvelope(world.random, [masterKey]);
    const emit = async () => {};
    const daraja = await startDaraja();
    const shop = await openShop(database.current());
    const { providerId, siteId } = shop;
    const patient = { ...quickAsk, agesMs: [3_600_000], answerLostAfterMs: 3_600_000 };
    const first = await startHub(database.current(), daraja, { masterKey, ask: patient });
    await openChannel(first, database.current(), providerId);
    const started = await first.payments.purchases.start({ ...shop, phone: "0700000006", idempotencyKey: "k" });
    await first.stop(); // the hub burns down; the callback is lost
    if (started.kind !== "started") throw new Error("it was refused");
    const { purchaseId } = started;
    await eventually(
      async () => daraja.successes().length,
      (paid) => expect(paid).toBe(1),
    );
    // The back-up is from before: the purchase is not in it. Its site has the grant, with the note.
    const note = await database.current().asPlatform("test", async (tx) => {
      const purchase = await tx
        .selectFrom("purchases")
        .selectAll()
        .where("purchaseId", "=", purchaseId)
        .executeTakeFirstOrThrow();
      expect(purchase.requestId).not.toBeNull();
      await tx.deleteFrom("evidence").where("purchaseId", "=", purchaseId).execute();
      await tx.deleteFrom("purchases").where("purchaseId", "=", purchaseId).execute();
      return { sold: soldNote(envelope, purchase), terms: purchase.terms };
    });
    expect(note.sold).not.toContain("700000006");
    expect(readSoldNote(envelope, providerId, "another", note.sold)).toBeNull();
    const read = readSoldNote(envelope, providerId, purchaseId, note.sold);
    if (read === null) throw new Error("the note does not open");
    expect(read).toMatchObject({ amountCents: 5000, currency: "KES", phone: "254700000006", planId: shop.planId });

    let jobs: JobQueue | null = null;
    const second = await startHub(database.current(), daraja, {
      masterKey,
      jobs: (of) => {
        jobs = createInProcessQueue(of, database.current());
        return jobs;
      },
    });
    const grant = {
      grantId: newId(world),
      origin: "purchase" as const,
      planName: "1 hour",
      terms: note.terms,
      ...notBegun,
      unverified: true,
    };
    const body = { grant, purchaseId, phoneHash: null, sold: note.sold };
    const parts = { world, parties: testParties, publish: createPublish(world, envelope), emit, envelope };
    const outcomes = await database.current().asProvider(providerId, async (tx) => {
      const party = testParties.ofPhone(providerId, read.phone ?? "");
      await adoptGrant(parts, tx, { providerId, siteId, body, party, boughtAtMs: read.boughtAtMs });
      const lost = { providerId, purchaseId, siteId, planName: "1 hour", terms: note.terms, note: read };
      const money = { ...parts, jobs: jobs as unknown as JobQueue };
      const before = await tx.selectFrom("ledger_entries").select("entryId").execute();
      const outcome = [await adoptPurchase(money, tx, lost), await adoptPurchase(money, tx, lost)];
      const after = await tx.selectFrom("ledger_entries").select("entryId").execute();
      return { outcome, booked: after.length - before.length };
    });
    expect(outcomes).toEqual({ outcome: ["asked", "known"], booked: 0 });
    await eventually(
      () => readBooks(database.current(), providerId),
      ({ purchases: [purchase] }) => expect(purchase?.state).toBe("paid_unreceipted"),
    );
    const books = await readBooks(database.current(), providerId);
    expect(books.grants).toHaveLength(1);
    expect(books.accounts.revenue).toBe(-5000);
    expect(Object.values(books.accounts).reduce((sum, balance) => sum + balance, 0)).toBe(0);
    await second.stop();
    await daraja.stop();
  }, 120_000);
});
