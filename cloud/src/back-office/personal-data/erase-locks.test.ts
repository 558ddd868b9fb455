/** An erasure locks in the one order of all that book: money, then the customer, then feeds, so that neither waits for the other for ever. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

describe.skipIf(isAbsent("postgresql"))("[CUS-17] [BEY-09] the locks of an erasure", { timeout: 120_000 }, () => {
  const hub = useHub("postgresql");
  let token = "";
  let providerId = "";
  let planId = "";
  const siteIds: string[] = [];
  const call = askerOf(hub, () => token);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Locks"));
    for (const name of ["One", "Two", "Three", "Four"])
      siteIds.push((await call("POST", "/sites", { name })).body.site.siteId);
    ({ planId } = (await call("POST", "/plans", { name: "A day", priceCents: 100, terms: {} })).body);
  });

  /** Bought with a number of before at all sites but the last, and with the one of now there. */
  async function furnish(name: string, before: string, now: string): Promise<string> {
    const { customerId } = (await call("POST", "/customers", { name, phone: before })).body;
    const buy = async (siteId: string | undefined, phone: string) =>
      expect((await call("POST", "/payments/purchase", { siteId, planId, phone, pay: "cash" })).status).toBeLessThan(
        300,
      );
    for (const siteId of siteIds.slice(0, -1)) await buy(siteId, before);
    expect((await call("PATCH", `/customers/${customerId}`, { phone: now })).status).toBe(200);
    await buy(siteIds.at(-1), now);
    return customerId;
  }

  /** What is done while somebody holds what `lock` locks, and the erasure waits for that. */
  async function whileItWaits(
    customerId: string,
    name: string,
    lock: (tx: Tx) => Promise<unknown>,
    then: (tx: Tx) => Promise<unknown>,
  ) {
    const asked = [
      () => call("GET", `/customers/${customerId}/erasure`),
      () => call("POST", `/customers/${customerId}/erase`, { nameText: name }),
    ];
    for (const ask of asked) {
      let holder: Tx | undefined;
      let answer: ReturnType<typeof call> | undefined;
      const keep = (tx: Tx) => {
        holder = tx;
        return lock(tx);
      };
      await whileHeld(hub.database(), providerId, keep, async () => {
        answer = ask();
        await expect.poll(() => lockWaits(hub.database()), { timeout: 60_000 }).toBeGreaterThan(0);
        await then(holder as Tx);
      });
      expect(await answer).toMatchObject({ status: 200 });
    }
  }

  const allFeeds = (tx: Tx, but = "") =>
    sql`select from feed_scopes where provider_id = ${providerId} and scope <> ${but} for update nowait`.execute(tx);

  test("who books a payment of theirs, and wants the customer and the feeds then, gets them", async () => {
    const customerId = await furnish("Achieng", "0711000071", "0711000072");
    await whileItWaits(
      customerId,
      "Achieng",
      (tx) => sql`select from purchases where site_id = ${siteIds.at(-1)} for no key update`.execute(tx),
      async (tx) => {
        await sql`select from customers where customer_id = ${customerId} for share nowait`.execute(tx);
        await allFeeds(tx);
      },
    );
  });

  longTest("feeds are locked in their order: who holds the first one gets the others", async () => {
    const customerId = await furnish("Barasa", "0711000081", "0711000082");
    const [first = ""] = siteIds.map((id) => `site:${id}`).sort();
    await whileItWaits(
      customerId,
      "Barasa",
      (tx) => sql`select from feed_scopes where scope = ${first} for update`.execute(tx),
      (tx) => allFeeds(tx, first),
    );
  });
});
