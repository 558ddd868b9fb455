/** Vouchers in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { VoucherState } from "./batch-policy.ts";

export const voucherStateWords: Wording<VoucherState> = {
  active: ["Unsold or unused", "Haijatumika"],
  used: ["In use", "Inatumika"],
  expired: ["Used up", "Imeisha"],
  disabled: ["Disabled", "Imezimwa"],
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
