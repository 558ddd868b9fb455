/** A correction moves a receipt from the wrong customer's purchase, while evidence comes in any order and the hub dies between any two steps. */
import { price } from "@karibu/cloud/money/purchases/test-purchase";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { balancesOf, type Disk, emptyDisk, type Fact, reference } from "./test-crash-disk.ts";
import { Crash, createHub } from "./test-crash-model.ts";

const receipt = "UKK0000001";
const amount = `${price / 100}.00`;
const confirmation: Fact = {
  source: "c2b-confirmation",
  key: receipt,
  body: JSON.stringify({
    TransactionType: "Pay Bill",
    TransID: receipt,
    TransTime: "20261120120020",
    TransAmount: amount,
    BusinessShortCode: "174379",
    BillRefNumber: reference,
    MSISDN: "2547 ***** 111",
    FirstName: "JANE",
  }),
};
const listed: Fact = {
  source: "pull",
  key: receipt,
  body: JSON.stringify({ transactionId: receipt, amount, billreference: reference, msisdn: 711000111 }),
};
const arrivals = ["confirmation", "list", "move", "confirmation-again"] as const;

function play(order: readonly (typeof arrivals)[number][], deaths: ReadonlySet<number>): Disk {
  const disk = { now: emptyDisk };
  let steps = 0;
  const step = () => {
    if (deaths.has(steps++)) throw new Crash();
  };
  const act = (hub: ReturnType<typeof createHub>, what: (typeof arrivals)[number]) => {
    if (what === "move") hub.moveAway(receipt);
    else if (what === "list") hub.takeFetched(listed);
    else hub.take(what === "confirmation" ? confirmation : { ...confirmation, body: `${confirmation.body} ` });
  };
  // Who got no answer asks again: the channel, the list's reader, the person under the same key.
  const until = (what: (hub: ReturnType<typeof createHub>) => void) => {
    for (;;) {
      try {
        what(createHub(disk, step));
        return;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
    }
  };
  for (const each of order) {
    until((hub) => act(hub, each));
    until((hub) => hub.work());
    const { purchase, grant, entries } = disk.now;
    const isBens = entries.has("correction:c1");
    // After each commit: either Anna has the package and pays for it, or Ben has the money.
    expect(grant === null ? false : grant.revoked).toBe(isBens);
    expect(purchase.state === "moved").toBe(isBens);
    const { revenue = 0, pending = 0, credit = 0 } = balancesOf(disk.now);
    const isPaid = grant !== null && !isBens;
    expect(revenue + pending).toBe(isPaid ? -price : 0);
    expect(credit).toBe(isBens ? -price : 0);
  }
  return disk.now;
}

test("[PAY-12] [BEY-05] a receipt that is moved away is one customer's at any moment: with deaths between any two steps, and whatever else reports it, before or after", () => {
  let moves = 0;
  const numRuns = isLongRun ? 3000 : 600;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...arrivals), { maxLength: 10 }),
      fc.uniqueArray(fc.nat(120), { maxLength: 8 }),
      (order, deaths) => {
        const disk = play(order, new Set(deaths));
        for (const lines of disk.entries.values())
          expect(lines.reduce((sum, line) => sum + line.amountCents, 0)).toBe(0);
        expect(disk.grantsOpened).toBe(disk.grant === null ? 0 : 1);
        const first = order.findIndex((each) => each !== "move");
        const isMoved = first >= 0 && order.indexOf("move", first) >= 0;
        expect(disk.entries.has("correction:c1")).toBe(isMoved);
        if (isMoved) moves++;
        const isProved = order.includes("list");
        expect(disk.books.get(receipt)?.verified ?? false).toBe(
          isProved && disk.books.has(receipt) && provedInTime(order),
        );
      },
    ),
    { numRuns },
  );
  expect(moves).toBeGreaterThan(numRuns / 3);
}, 120_000);

/** The model's list proves what a purchase has; with another customer the books' own routes do. */
function provedInTime(order: readonly (typeof arrivals)[number][]): boolean {
  const first = order.findIndex((each) => each !== "move");
  const moved = order.indexOf("move", first);
  const listedAt = order.indexOf("list");
  return moved < 0 || listedAt < moved;
}
