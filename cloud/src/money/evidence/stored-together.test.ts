/** Two hubs store what came to both of them in the same moment: neither waits for a fact of the other that waits for one of its own. */
import { describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { useHub } from "../../test-hub.ts";
import { storeAllEvidence } from "./evidence-rows.ts";

describe.skipIf(isAbsent("postgresql"))("facts that two hubs store at once", () => {
  const hub = useHub("postgresql");

  test("[BEY-09] whoever comes second waits holding nothing that the first one needs: there is no deadlock, and each fact is stored once", async () => {
    const { providerId } = await hub.makeProvider("Both");
    const database = hub.database();
    /** A transaction that a deadlock ended is repeated. */
    let tries = 0;
    const fact = (naturalKey: string) => ({
      ...{ providerId, channelId: "c1", purchaseId: null, source: "stk-callback", naturalKey, body: naturalKey },
      ...{ remoteAddress: null, unmatchedReason: null },
    });
    const hasFirst = Promise.withResolvers<void>();
    const otherWaits = Promise.withResolvers<void>();
    const one = database.asProvider(providerId, async (tx) => {
      tries++;
      const first = await storeAllEvidence(tx, hub, [fact("a")]);
      hasFirst.resolve();
      await otherWaits.promise;
      return [...first, ...(await storeAllEvidence(tx, hub, [fact("b")]))];
    });
    await hasFirst.promise;
    const other = database.asProvider(providerId, (tx) => {
      tries++;
      return storeAllEvidence(tx, hub, [fact("b"), fact("a")]);
    });
    await expect.poll(() => lockWaits(database), { timeout: 20_000 }).toBe(1);
    otherWaits.resolve();
    const ends = await Promise.all([one, other]);
    expect(ends.map((stored) => stored.map(({ naturalKey }) => naturalKey))).toEqual([["a", "b"], []]);
    expect(tries).toBe(2);
  });
});
