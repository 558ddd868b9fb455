/** A site is not deleted under a customer who is asked to pay there; and who pays later than that is not forgotten. */
import { randomBytes } from "node:crypto";
import { engineSuite, engines, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createTestSites } from "@karibu/cloud/test-sites";
import { sql } from "kysely";
import { afterEach, expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import { realWorld } from "../world/real-world.ts";
import { eventually, openChannel, openShop, readBooks, silentAsk, startDaraja, startHub } from "./payments-hub.ts";

engineSuite("a site that is deleted", { on: engines, timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  const opened: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop();
  });

  test("[PAY-08] waits for the prompts on its customers' phones; who pays after all is a person's to look at", async () => {
    const daraja = await startDaraja({ loses: () => true, msisdnForm: "full", promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: silentAsk,
    });
    opened.push(hub, daraja);
    const shop = await openShop(database.current());
    await openChannel(hub, database.current(), shop.providerId);
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
    await eventually(
      () => readBooks(database.current(), shop.providerId),
      ({ purchases }) => expect(purchases).toMatchObject(paid),
    );
  });
});
