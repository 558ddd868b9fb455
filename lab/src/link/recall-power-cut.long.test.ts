/** Power goes at each operation of the disk while a site is told what it forgot. */
import { useHub } from "@karibu/cloud/test-hub";
import { test } from "vitest";
import { tellThroughPowerCuts } from "./test-recall-power-cuts.ts";

const lab = useHub("embedded");

test.each(["an empty", "an older"] as const)(
  "[BEY-28] SAME-AGAIN, NO-AMNESIA: %s stick is told with the power going at each operation of its disk",
  (kind) => tellThroughPowerCuts(lab, kind, { first: 0, every: 1 }),
  1_200_000,
);
