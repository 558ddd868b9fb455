/** A payment on a phone that makes a code by itself: against the simulated Daraja. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { eventually, quickAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

engineSuite("a provider who wants a code with each payment", { timeout: 120_000 }, (engine) => {
  const database = useDatabase(engine);
  test("[VOU-16] a paid prompt makes a code that the site knows like a voucher's; without the rule it makes none", async () => {
    const town = await startPayments(database.current(), { resultMs: 20 }, { ask: quickAsk });
    const { daraja, hub, shop, providerId, register, books } = town;
    await register();
    const inProvider = <T>(work: Parameters<ReturnType<typeof database.current>["asProvider"]>[1]) =>
      database.current().asProvider(providerId, work) as Promise<T>;
    const buy = async (phone: string, idempotencyKey: string) => {
      const order = { idempotencyKey, planId: shop.planId, phone };
      const { purchaseId } = (await hub.rpc("start-purchase", shop, order)) as { purchaseId: string };
      daraja.act(phone, { kind: "pay", pin: "1234" });
      await eventually(books, ({ purchases }) =>
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
