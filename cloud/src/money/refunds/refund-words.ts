/** Refunds in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { RefundRow } from "./refund-rows.ts";

export const refundMethodWords: Wording<RefundRow["method"]> = {
  reversal: ["M-Pesa reversal", "Kubatilisha M-Pesa"],
  payout: ["To the phone (M-Pesa)", "Kwa simu (M-Pesa)"],
  credit: ["To the customer's credit", "Kwenye salio la mteja"],
  cash: ["In cash", "Taslimu"],
  channel: ["The way it was paid", "Kwa njia iliyolipiwa"],
};

export const refundStateWords: Wording<RefundRow["state"]> = {
  asked: ["Waits for approval", "Inasubiri idhini"],
  approved: ["Approved", "Imeidhinishwa"],
  sending: ["Being sent", "Inatumwa"],
  sent: ["Sent", "Imetumwa"],
  unknown: ["Not known yet", "Bado haijulikani"],
  done: ["Refunded", "Imerudishwa"],
  failed: ["Failed", "Imeshindikana"],
  refused: ["Refused", "Imekataliwa"],
  returned: ["Came back", "Zimerudi kwetu"],
};

export const resolutionWords: Wording<NonNullable<RefundRow["resolution"]>> = {
  retried: ["Tried again", "Limejaribiwa tena"],
  "given-up": ["Ended without a refund", "Limemalizwa bila rejesho"],
  paid: ["It arrived after all", "Zilifika mwishowe"],
};

export const refundWords = {
  heads: {
    ...commonHeads,
    createdAtMs: ["Requested", "Liliombwa"],
    method: ["How", "Njia"],
    resolution: ["How it was settled", "Lilivyomalizwa"],
    reason: ["Why", "Sababu"],
    askedByName: ["Requested by", "Ameomba"],
    approvedByName: ["Approved by", "Ameidhinisha"],
    changedAtMs: ["Last change", "Badiliko la mwisho"],
  },
  values: { method: refundMethodWords, state: refundStateWords, resolution: resolutionWords },
} as const;
