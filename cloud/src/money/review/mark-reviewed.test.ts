/** The review list comes to an end: each cause can be looked at, and the books can always be put right. */
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { hubSuite } from "../../test-hub.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";
import { insertEntry } from "../ledger/test-entry.ts";

hubSuite("what a person has looked at", (hub) => {
  async function openShop(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const post = (path: string, body: object = {}) => hub.call("POST", `/api/v1${path}`, { token, body });
    const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
    const channel = { kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey", environment: "sandbox" };
    const keys = { consumerKey: "key", consumerSecret: "secret" };
    const channelId = (await post("/channels", { ...channel, ...keys })).body.id as string;
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    await inDatabase((tx) => makeSecretItsId(tx, channelId));
    return { token, providerId, channelId, post, read, inDatabase };
  }

  test("unmatched and unread evidence, claims and frozen money leave the list, audited, and it reaches zero", async () => {
    const shop = await openShop("Zero");
    await hub.call("POST", `/hooks/k/${shop.channelId}/s/nobody`, { body: { Body: "?" } });
    await hub.call("POST", `/hooks/k/${shop.channelId}/c`, { body: { TransID: { a: 1 } } });
    await shop.inDatabase(async (tx) => {
      const place = { providerId: shop.providerId };
      await tx
        .insertInto("unread_evidence")
        .values({ ...place, source: "stk-query", what: "result code 77/1", firstAtMs: 1, lastAtMs: 1 })
        .execute();
      const times = { createdAtMs: 1, changedAtMs: 1 };
      await tx
        .insertInto("payment_claims")
        .values({ ...place, ...times, claimId: "claim", receipt: "QK80ABCDEF", state: "asked" })
        .execute();
      const accounts = ["clearing:some", "suspense"] as const;
      await insertEntry(tx, { ...place, entryId: "e1", kind: "suspense", accounts, cents: 500 });
      const money = { amountCents: 500, planCents: 0, creditCents: 0, suspenseCents: 500, currency: "KES" };
      await tx
        .insertInto("receipts")
        .values({
          ...place,
          ...money,
          rail: "mpesa",
          receipt: "QK81ABCDEF",
          channelId: shop.channelId,
          entryId: "e1",
          bookedAtMs: 1,
          state: "frozen",
          note: "two sources name two amounts",
        })
        .execute();
    });
    const { items } = await shop.read("/review");
    expect(items.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      "claim",
      "frozen",
      "unmatched",
      "unmatched",
      "unread",
    ]);
    for (const { kind, id, what, payer } of items) {
      if (kind === "unmatched") expect([what, payer]).toEqual([expect.not.stringContaining(": :"), null]);
      expect(await shop.post("/review/resolve", { kind, id: `${id}x`, note: "seen" })).toMatchObject({ status: 404 });
      const seen = await shop.post("/review/resolve", { kind, id, note: "nothing to it" });
      expect([kind, seen.status], seen.text).toEqual([kind, 200]);
    }
    // Sources that disagreed are settled at the sum in the books: that money needs an owner now, like any other.
    expect((await shop.read("/review")).items).toMatchObject([{ kind: "suspense", id: "QK81ABCDEF" }]);
    const assign = { token: shop.token, body: { phone: "0712345678" }, headers: { "idempotency-key": "k" } };
    await hub.call("POST", "/api/v1/receipts/QK81ABCDEF/assign", assign);
    expect((await shop.read("/review")).items).toEqual([]);
    expect((await shop.read("/unmatched-callbacks")).items).toHaveLength(2);
    const audited = (await shop.read("/audit?limit=100")).items.filter(
      ({ action }: { action: string }) => action === "POST /api/v1/review/resolve",
    );
    expect(audited).toHaveLength(5);
  });

  test("a day of a channel that is not there, or another provider's, is no day of ours: 404", async () => {
    const [shop, other] = [await openShop("Days"), await openShop("Others")];
    for (const channelId of ["nothing", other.channelId]) {
      expect(await shop.post("/reconciliation/closed-days", { channelId, day: "2025-11-01" })).toMatchObject({
        status: 404,
        body: { field: "channelId" },
      });
    }
  });
});
