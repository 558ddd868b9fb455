/** As `booker.test.ts`, with the tests that it leaves to the long run; and with rows that are held for half a minute. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, test } from "vitest";
import "./booker.test.ts";
import { payWithThreeInTheWay } from "./test-three-in-the-way.ts";

describe.skipIf(isAbsent("postgresql"))("payments that are booked together", () => {
  const database = useDatabase("postgresql");

  test("[PAY-02] of 200, a person, a suspension and a rule are in the way of some for half a minute: the others are online within two seconds, and these in the end", () =>
    payWithThreeInTheWay({
      database: database.current(),
      masterKey: new Uint8Array(randomBytes(32)),
      heldForMs: 30_000,
      // Two seconds on a quiet machine, where 200 in whose way nobody is take a quarter of one.
      onlineMsMax: (freeMs) => 1500 + 2 * freeMs,
    }));
});
