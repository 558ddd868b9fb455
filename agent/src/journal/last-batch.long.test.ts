/** As `last-batch.test.ts`, at every length, and with every bit flipped. */
import { test } from "vitest";
import { flipEach } from "./test-last-batch.ts";
import "./last-batch.test.ts";

const everyBit = [0, 1, 2, 3, 4, 5, 6, 7];

test.each(["crashed", "stopped"] as const)(
  "after it has %s, a flipped bit anywhere in the last 40 records costs that record alone at most, and is said",
  (end) => flipEach(end, () => everyBit),
);
