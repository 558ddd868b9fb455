/** A site is not deleted under a customer who is asked to pay there; and who pays later than that is not forgotten. */
import { engineSuite, engines, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createTestSites } from "@karibu/cloud/test-sites";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, silentAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

engineSuite("a site that is deleted", { on: engines, timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  test("[PAY-08] waits for the prompts on its customers' phones; who pays after all is a person's to look at", async () => {
    const slow = { loses: () => true, msisdnForm: "full", promptMs: 600_000 } as const;
    const { daraja, hub, shop, books } = await startPayments(database.current(), slow, { ask: silentAsk });
    await hub.payments.purchases.start({ ...shop, phone: "254712000901", idempotencyKey: "one" });
    const sites = createTestSites(realWorld(), async () => {});
    const remove = () => database.current().asProvider(shop.providerId, (tx) => sites.delete(tx, shop));
    await expect(remove()).rejects.toMatchObject({ status: 409, code: "customers-paying" });

    // Two minutes later nobody is asked any more.
    await database
      .current()
      .asProvider(shop.providerId, (tx) =>
        sql`update purchases set created_at_ms = created_at_ms - 120000`.execute(tx),
      );
    await remove();
    const prompt = daraja.prompts()[0]!;
    const body = callbackBody(prompt, { code: "0", text: "ok", receipt: "UKR0000001" });
    await fetch(prompt.callbackUrl, { method: "POST", body, headers: { "content-type": "application/json" } });
    const paid = [{ state: "paid", review: "site-deleted" }];
    await eventually(books, ({ purchases }) => expect(purchases).toMatchObject(paid));
  });
});
