/** Vouchers in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { VoucherState } from "./batch-policy.ts";

export const voucherStateWords: Wording<VoucherState> = {
  active: ["Unsold or unused", "Haijatumika"],
  used: ["In use", "Inatumika"],
  expired: ["Used up", "Imeisha"],
  disabled: ["Switched off", "Imezimwa"],
};

/** In files of codes that are to be printed: one that is a customer's, by name or by the word of the office, is on no paper. */
export const printedStateWords: Wording<VoucherState | "given" | "sold"> = {
  ...voucherStateWords,
  given: ["Given to a customer", "Imepewa mteja"],
  sold: ["Sold for cash", "Imeuzwa kwa pesa taslimu"],
};

export const voucherWords = {
  heads: {
    ...commonHeads,
    code: ["Code", "Msimbo"],
    pin: ["PIN", "PIN"],
    priceCents: ["Price", "Bei"],
    redeemedAtMs: ["First used", "Ilitumika kwanza"],
    endsAtMs: ["Ends", "Inaisha"],
  },
  values: { state: voucherStateWords },
} as const;
