/** Payments in files for people. The console has the same words (`payment` pages); a test of the console compares them. */
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { Provenance } from "../evidence/evidence.ts";
import type { PurchaseRow } from "./purchase-rows.ts";

export const paymentStateWords: Wording<PurchaseRow["state"]> = {
  created: ["Created", "Imeundwa"],
  sending: ["Sending", "Inatumwa"],
  prompted: ["On the phone", "Iko kwenye simu"],
  paid: ["Paid", "Imelipwa"],
  paid_unreceipted: ["Paid, receipt to come", "Imelipwa, risiti inakuja"],
  failed: ["Not paid", "Haijalipwa"],
  unknown: ["Not known yet", "Bado haijulikani"],
  reversed: ["Reversed", "Imerudishwa"],
  disproved: ["Disproved", "Imekanushwa"],
  moved: ["Moved to another customer", "Imehamishiwa mteja mwingine"],
};

export const failureWords: Wording<PurchaseFailure> = {
  cancelled: ["The customer refused the prompt", "Mteja amekataa ombi"],
  "no-funds": ["Not enough money on the phone", "Simu haina pesa za kutosha"],
  "wrong-pin": ["Wrong PIN", "PIN si sahihi"],
  "pin-locked": ["M-Pesa locked after wrong PINs", "M-Pesa imefungwa kwa kukosea PIN"],
  unreachable: ["The phone could not be reached", "Simu haikupatikana"],
  expired: ["Nobody answered the prompt in time", "Hakuna aliyejibu ombi kwa wakati"],
  limit: ["Above or below what M-Pesa allows", "Kiasi kiko nje ya kinachoruhusiwa na M-Pesa"],
  busy: ["Another prompt was open, or M-Pesa was busy", "Ombi lingine lilikuwa wazi, au M-Pesa ilikuwa na kazi nyingi"],
  "system-busy": [
    "M-Pesa itself was busy: nothing was taken",
    "M-Pesa yenyewe ilikuwa na shughuli nyingi: hakuna pesa zilizochukuliwa",
  ],
  "not-sent": ["The prompt was never sent", "Ombi halikutumwa kabisa"],
  "merchant-problem": [
    "Something is wrong with the channel's keys or set-up",
    "Kuna tatizo la funguo au mipangilio ya njia ya malipo",
  ],
  other: ["M-Pesa refused", "M-Pesa imekataa"],
};

export const provenanceWords: Wording<Provenance> = {
  proved: ["Proved by the channel", "Imethibitishwa na njia ya malipo"],
  told: ["Pending: not proved yet", "Inasubiri uthibitisho"],
  entered: ["Entered by a person", "Imeandikwa na mtu"],
};

export const paymentWords = {
  heads: {
    ...commonHeads,
    createdAtMs: ["Made", "Iliundwa"],
    reference: ["Reference", "Rejeleo"],
    channelName: ["Channel", "Njia"],
    soldBy: ["Sold by", "Aliyeuza"],
    verified: ["Confirmed by the channel", "Imethibitishwa na njia"],
    reason: ["Why", "Sababu"],
    provenance: ["Source", "Chanzo"],
    pendingCents: ["Not revenue yet", "Bado si mapato"],
  },
  values: { state: paymentStateWords, reason: failureWords, provenance: provenanceWords },
} as const;
