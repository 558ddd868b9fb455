/** A payment on a phone that makes a code by itself: against the simulated Daraja. */
import { randomBytes } from "node:crypto";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { afterAll, expect, test } from "vitest";
import { eventually, openChannel, openShop, quickAsk, readBooks, startDaraja, startHub } from "./payments-hub.ts";

const masterKey = new Uint8Array(randomBytes(32));

engineSuite("a provider who wants a code with each payment", { timeout: 120_000 }, (engine) => {
  const database = useDatabase(engine);
  const opened: { stop(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const each of opened) await each.stop();
  });

  test("[VOU-16] a paid prompt makes a code that the site knows like a voucher's; without the rule it makes none", async () => {
    const daraja = await startDaraja({ resultMs: 20 });
    const hub = await startHub(database.current(), daraja, { masterKey, ask: quickAsk });
    opened.push(hub, daraja);
    const shop = await openShop(database.current());
    const { providerId } = shop;
    await hub.register(providerId, await openChannel(hub, database.current(), providerId));
    const inProvider = <T>(work: Parameters<ReturnType<typeof database.current>["asProvider"]>[1]) =>
      database.current().asProvider(providerId, work) as Promise<T>;
    const buy = async (phone: string, idempotencyKey: string) => {
      const order = { idempotencyKey, planId: shop.planId, phone };
      const { purchaseId } = (await hub.rpc("start-purchase", shop, order)) as { purchaseId: string };
      daraja.act(phone, { kind: "pay", pin: "1234" });
      await eventually(
        () => readBooks(database.current(), providerId),
        ({ purchases }) =>
          expect(purchases.find((one) => one.purchaseId === purchaseId)).toMatchObject({ state: "paid" }),
      );
      return inProvider<{ code: string | null; grantId: string }>((tx) =>
        tx
          .selectFrom("grants")
          .select(["code", "grantId"])
          .where("purchaseId", "=", purchaseId)
          .executeTakeFirstOrThrow(),
      );
    };
    expect((await buy("254712000101", "first")).code).toBeNull();
    await inProvider((tx) => tx.insertInto("money_settings").values({ providerId, codeAfterPayment: true }).execute());
    const { code, grantId } = await buy("254712000102", "second");
    expect(code).toMatch(/^[A-Z0-9]{8,}$/);
    const row = await inProvider<{ body: { code?: string } }>((tx) =>
      tx
        .selectFrom("feed_rows")
        .select("body")
        .where("kind", "=", "grant")
        .where("key", "=", grantId)
        .executeTakeFirstOrThrow(),
    );
    expect(JSON.stringify(row.body)).toContain(code);
  });
});
