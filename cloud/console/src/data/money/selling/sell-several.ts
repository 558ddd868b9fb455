/** Several codes of one plan for one customer, each a sale of its own with a key of its own. */
import type { Body } from "../../../hub/hub-path.ts";
import { type PaymentDetail, sell } from "../payments.ts";

export interface SoldSeveral {
  readonly payments: readonly PaymentDetail[];
  /** Why not all were sold; null: all were. */
  readonly stoppedBy: unknown;
}

/**
 * One after the other. Throws when nothing is sold, and when it is not known whether one was: the same call with the same key then goes on
 * where it was, because what was sold is answered again and not sold again. A refusal after the first one is part of the answer.
 * @param key of the whole: the first sale's own
 */
export async function sellSeveral(
  order: Body<"POST", "/api/v1/payments/purchase">,
  { count, key, isUndecided, sellOne = sell }: Several,
): Promise<SoldSeveral> {
  const payments: PaymentDetail[] = [];
  for (let at = 0; at < count; at++) {
    try {
      payments.push((await sellOne(order, at === 0 ? key : `${key}/${at}`)).payment);
    } catch (error) {
      if (payments.length === 0 || isUndecided(error)) throw error;
      return { payments, stoppedBy: error };
    }
  }
  return { payments, stoppedBy: null };
}

interface Several {
  readonly count: number;
  readonly key: string;
  /** May the hub have done it all the same? */
  readonly isUndecided: (error: unknown) => boolean;
  readonly sellOne?: typeof sell;
}
