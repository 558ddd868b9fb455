/** A customer is switched off or on by one transaction while another books what they paid: the grant goes by what is so in the end. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createPublish, createPublishMany } from "../../ground/feed/publish.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { createOpenGrants } from "./open-grants.ts";
import { createPurchaseGrants } from "./purchase-grant.ts";

const patience = { timeout: 20_000 };

// The embedded engine has one connection: there nobody does anything while another books.
describe.skipIf(isAbsent("postgresql"))("[CUS-02] a customer's payment is booked", { timeout: 60_000 }, () => {
  const hub = useHub("postgresql");
  let token = "";
  let providerId = "";
  let siteId = "";
  let numbers = 0;
  const call = askerOf(hub, () => token);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
  }, 60_000);

  async function customer(word: "activate" | "deactivate") {
    const phone = `07110000${++numbers + 10}`;
    const { customerId } = (await call("POST", "/customers", { name: `Kamau ${numbers}`, phone })).body;
    if (word === "deactivate") await call("POST", `/customers/${customerId}/deactivate`);
    const purchaseId = `paid-${numbers}`;
    const paid = {
      ...{ providerId, purchaseId, siteId, planName: "A month", terms: unlimitedTerms, code: null },
      party: hub.hub().parties.ofPhone(providerId, `254${phone.slice(1)}`),
    };
    const switchTo = (other: "activate" | "deactivate") => call("POST", `/customers/${customerId}/${other}`);
    /** By its row, and by its site's feed. */
    const heldBack = () =>
      hub.database().asProvider(providerId, async (tx) => {
        const row = await tx
          .selectFrom("grants")
          .select(["grantId", "suspendedAtMs"])
          .where("purchaseId", "=", purchaseId)
          .executeTakeFirstOrThrow();
        const fed = await tx
          .selectFrom("feed_rows")
          .select("body")
          .where("key", "=", row.grantId)
          .executeTakeFirstOrThrow();
        const { suspended } = (fed.body as { grant: { suspended?: object } }).grant;
        return [row.suspendedAtMs !== null, suspended !== undefined];
      });
    return { customerId, paid, switchTo, heldBack };
  }
  type Paid = Awaited<ReturnType<typeof customer>>["paid"];

  const parts = () => {
    const { world, envelope } = hub;
    const publishMany = createPublishMany(world, envelope);
    return {
      world,
      parties: hub.hub().parties,
      publish: createPublish(world, envelope),
      publishMany,
      emit: async () => {},
    };
  };
  const ways: Record<string, (paid: Paid, then: (tx: Tx) => Promise<void>) => Promise<void>> = {
    "by itself": (paid, then) =>
      hub.database().asProvider(providerId, async (tx) => {
        await createPurchaseGrants(parts()).open(tx, paid, false);
        await then(tx);
      }),
    "together with others": (paid, then) =>
      hub.database().asBooker(
        [providerId],
        async (tx) => {
          await createOpenGrants(parts())(tx, [{ ...paid, unverified: false }]);
          await then(tx);
        },
        { lockTimeout: "20s" },
      ),
  };
  const atRest = async () => {};
  const waits = () => vi.waitFor(async () => expect(await lockWaits(hub.database())).toBeGreaterThan(0), patience);

  describe.each(Object.entries(ways))("%s", (_, book) => {
    test.each([
      ["switched on", "deactivate", "activate", false],
      ["switched off", "activate", "deactivate", true],
    ] as const)("and is %s before that is committed", async (_name, before, after, isHeldBack) => {
      const { paid, switchTo, heldBack } = await customer(before);
      const opened = Promise.withResolvers<void>();
      const done = Promise.withResolvers<void>();
      const booking = book(paid, async () => {
        opened.resolve();
        await done.promise;
      });
      await opened.promise;
      const switched = switchTo(after);
      await Promise.race([switched, waits()]).finally(done.resolve);
      await booking;
      expect((await switched).status).toBe(200);
      expect(await heldBack()).toEqual([isHeldBack, isHeldBack]);
    });

    test.each([
      ["on", "deactivate", false],
      ["off", "activate", true],
    ] as const)("while they are being switched %s", async (_name, before, isHeldBack) => {
      const { customerId, paid, heldBack } = await customer(before);
      let booking = Promise.resolve();
      const change = (tx: Tx) =>
        tx.updateTable("customers").set({ active: !isHeldBack }).where("customerId", "=", customerId).execute();
      await whileHeld(hub.database(), providerId, change, async () => {
        booking = book(paid, atRest);
        await Promise.race([booking, waits()]);
      });
      await booking;
      expect(await heldBack()).toEqual([isHeldBack, isHeldBack]);
    });
  });
});
