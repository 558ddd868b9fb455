/** Power goes while a site is told what it forgot. `recall-power-cut.long.test.ts` does it at each operation. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { test } from "vitest";
import { tellThroughPowerCuts } from "./test-recall-power-cuts.ts";

const lab = useHub(anyEngine);

test.each(["an empty", "an older"] as const)(
  "[BEY-28] SAME-AGAIN, NO-AMNESIA: %s stick is told with the power going at every thirtieth operation of its disk",
  (kind) => tellThroughPowerCuts(lab, kind, { first: kind === "an empty" ? 0 : 1, every: 30 }),
  1_200_000,
);
