/** What two hubs on one database must have booked after one of them was killed: what moved at the paybills, to the shilling, and each purchase once. */
import { deadlocksOf } from "@karibu/cloud/ground/db/test-deadlocks";
import { expect } from "vitest";
import { payAtTwoHubs } from "./test-two-hubs.ts";

export async function expectAgreement(run: Parameters<typeof payAtTwoHubs>[0]): Promise<void> {
  const { moved, books, doubled } = await payAtTwoHubs(run);
  const inOrder = (list: readonly { receipt: string; cents: number }[]) =>
    list.map(({ receipt, cents }) => `${receipt} ${cents}`).sort();
  expect(moved.flat()).toHaveLength(run.purchases);
  expect(doubled).toBeGreaterThan(0);
  for (const [shop, own] of books.entries()) {
    const list = moved[shop] ?? [];
    const cents = list.reduce((sum, each) => sum + each.cents, 0);
    expect(inOrder(own.receipts)).toEqual(inOrder(list));
    expect(own.accounts).toEqual({ clearing: cents, revenue: -cents });
    expect(new Set(own.grants).size).toBe(list.length);
    expect(own.grants).toHaveLength(list.length);
    expect(own.grantsFed).toBe(list.length);
  }
  expect(await deadlocksOf(run.databaseUrl)).toEqual([]);
}
