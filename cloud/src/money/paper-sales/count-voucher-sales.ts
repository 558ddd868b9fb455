import { countByStep, type StepsOf } from "../../ground/db/count-by-step.ts";
import type { Tx } from "../../ground/db/database.ts";

/** Printed codes whose sale was booked, each once, by steps of time. */
export const countVoucherSales = (tx: Tx, steps: StepsOf): Promise<ReadonlyMap<number, number>> =>
  countByStep(tx, { table: "voucher_sales", column: "bookedAtMs" }, steps);
