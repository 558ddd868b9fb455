/** For tests of booking: callbacks are sent, and what they pay for is online and stands in the books once. */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { sql } from "kysely";
import { expect } from "vitest";
import { eventually, readBooks } from "./payments-hub.ts";
import type { PromptedPurchase } from "./prompted-purchases.ts";

/** @param at another hub than the one whose address the callbacks carry */
export async function deliver(purchases: readonly PromptedPurchase[], at?: string): Promise<void> {
  await Promise.all(
    purchases.map(async ({ url, body }) => {
      const target = at === undefined ? url : url.replace(/^http:\/\/[^/]+/, at);
      const answer = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json" } });
      expect(answer.status).toBe(200);
    }),
  );
}

/** Of these, the purchases that are paid, with a grant in the feed of their site. */
export async function onlineOf(database: OpenDatabase, purchases: readonly PromptedPurchase[]): Promise<string[]> {
  const { rows } = await database.asPlatform("test", (tx) =>
    sql<{ id: string }>`select i.purchase_id as id from purchases i join grants g using (provider_id, purchase_id)
      join feed_rows f on f.provider_id = g.provider_id and f.kind = 'grant' and f.key = g.grant_id
      where i.state = 'paid' and i.purchase_id = any(${purchases.map(({ purchaseId }) => purchaseId)}::text[])`.execute(
      tx,
    ),
  );
  return rows.map(({ id }) => id).sort();
}

const idsOf = (purchases: readonly PromptedPurchase[]) => purchases.map(({ purchaseId }) => purchaseId).sort();

export async function untilOnline(database: OpenDatabase, purchases: readonly PromptedPurchase[], msMax?: number) {
  await eventually(
    () => onlineOf(database, purchases),
    (online) => expect(online).toEqual(idsOf(purchases)),
    msMax,
  );
}

/** Each payment is one receipt, one entry, one grant, and the books sum to nought. */
export async function expectBookedOnce(database: OpenDatabase, purchases: readonly PromptedPurchase[]): Promise<void> {
  for (const [providerId, own] of Map.groupBy(purchases, ({ shop }) => shop.providerId)) {
    const { receipts, grants, entries, accounts, evidence } = await readBooks(database, providerId);
    expect(receipts.map(({ receipt }) => receipt).sort()).toEqual(own.map(({ receipt }) => receipt).sort());
    expect(grants.map((grant) => grant.purchaseId).sort()).toEqual(idsOf(own));
    expect(entries).toHaveLength(own.length);
    expect(accounts).toEqual({ clearing: own.length * 5000, revenue: -own.length * 5000 });
    expect(evidence.filter(({ state }) => state === "new")).toEqual([]);
  }
}
