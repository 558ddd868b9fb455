/** A restore that ends between two of its commits has taken lines out of the feed and noted nothing: the next start tells them all the same. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { useHub } from "../../test-hub.ts";
import { tellRestoredLines } from "./tell-restored-lines.ts";

engineSuite("lines that a restore took out of the feed", (engine) => {
  const hub = useHub(engine);
  test("[CUS-01] [SYS-09] are told again, whatever was noted of it; a deleted one is not, and one that stands is left alone", async () => {
    const { token, providerId } = await hub.makeProvider("Lines");
    const post = async (path: string, body: object) => (await hub.call("POST", `/api/v1${path}`, { token, body })).body;
    const { siteId } = (await post("/sites", { name: "Kiosk" })).site;
    const { planId } = await post("/plans", { name: "Home", priceCents: 250_000, terms: {} });
    const { customerId } = await post("/customers", { name: "Achieng", phone: "0712345678" });
    const line = async (username: string) =>
      (await post("/accounts", { customerId, username, planId, siteIds: [siteId] })).accountId as string;
    const [paid, gone, other] = [await line("paid.home"), await line("gone.home"), await line("other.home")];
    expect((await hub.call("DELETE", `/api/v1/accounts/${gone}`, { token })).status).toBe(204);
    const bodies = async () => {
      const { rows } = await hub.database().asPlatform("test", (tx) =>
        sql<{
          key: string;
          there: boolean;
          version: number;
        }>`select key, body is not null as there, version from feed_rows
              where provider_id = ${providerId} and kind = 'customer-account'`.execute(tx),
      );
      return new Map(rows.map(({ key, there, version }) => [key, { there, version }]));
    };
    await hub
      .database()
      .asPlatform("test", (tx) => sql`update feed_rows set body = null where key = ${paid}`.execute(tx));
    const before = await bodies();
    expect([paid, gone, other].map((key) => before.get(key)?.there)).toEqual([false, false, true]);

    const publish = createPublish(hub.world, hub.envelope);
    await tellRestoredLines({ world: hub.world, envelope: hub.envelope, database: hub.database(), publish });
    const after = await bodies();
    expect([paid, gone, other].map((key) => after.get(key)?.there)).toEqual([true, false, true]);
    expect(after.get(other)).toEqual(before.get(other));
  });

  test.skipIf(engine === "embedded")(
    "[CUS-01] [SYS-09] a line that another process switches off at this moment is told as it is then",
    async () => {
      const { token, providerId } = await hub.makeProvider("Switches");
      const post = async (path: string, body: object) =>
        (await hub.call("POST", `/api/v1${path}`, { token, body })).body;
      const { siteId } = (await post("/sites", { name: "Kiosk" })).site;
      const { planId } = await post("/plans", { name: "Home", priceCents: 250_000, terms: {} });
      const { customerId } = await post("/customers", { name: "Achieng", phone: "0712345678" });
      const line = { customerId, username: "achieng.home", planId, siteIds: [siteId] };
      const { accountId } = await post("/accounts", line);
      const database = hub.database();
      await database.asPlatform("test", (tx) =>
        sql`update feed_rows set body = null where key = ${accountId}`.execute(tx),
      );
      const publish = createPublish(hub.world, hub.envelope);
      let told = Promise.resolve();
      await whileHeld(
        database,
        providerId,
        (tx) => tx.updateTable("accounts").set({ active: false }).where("accountId", "=", accountId).execute(),
        async () => {
          told = tellRestoredLines({ world: hub.world, envelope: hub.envelope, database, publish });
          await expect.poll(() => lockWaits(database), { timeout: 20_000 }).toBe(1);
        },
      );
      await told;
      const place = { providerId, scope: `site:${siteId}`, kind: "customer-account", key: accountId } as const;
      const { body } = await database.asProvider(providerId, (tx) =>
        tx.selectFrom("feed_rows").select("body").where("key", "=", accountId).executeTakeFirstOrThrow(),
      );
      expect(readableBody(hub.envelope, place, body)).toMatchObject({ username: "achieng.home", active: false });
    },
  );
});
