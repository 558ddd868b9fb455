/** The list of money received in files for people. The console has the same words (`received` page). */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { Movement, ReceivedKind } from "../ledger/received-kinds.ts";
import { provenanceWords } from "../purchases/payment-words.ts";

export const kindWords: Wording<ReceivedKind> = {
  purchase: ["Plan", "Kifurushi"],
  voucher: ["Voucher", "Vocha"],
  subscription: ["Subscription", "Usajili"],
  invoice: ["Invoice", "Ankara"],
  credit: ["Credit", "Salio la mteja"],
  deposit: ["Deposit", "Amana"],
  debt: ["Debt", "Deni"],
  unmatched: ["Not matched yet", "Bado haijulikani ni ya nani"],
};

export const movementWords: Wording<Movement> = {
  received: ["Received", "Zimepokelewa"],
  refunded: ["Refunded", "Zimerudishwa kwa mteja"],
  returned: ["Taken back by the channel", "Njia ya malipo imezirudisha"],
  disproved: ["Never arrived", "Hazikufika"],
  corrected: ["Corrected", "Zimesahihishwa"],
};

export const receivedWords = {
  heads: {
    ...commonHeads,
    bookedAtMs: ["Booked", "Iliwekwa"],
    soldAtMs: ["Sold at the site", "Iliuzwa kituoni"],
    movement: ["What happened", "Kilichotokea"],
    channelName: ["How", "Njia"],
    takenBy: ["Cash taken by", "Aliyepokea taslimu"],
    payerName: ["From", "Kutoka kwa"],
    kind: ["For what", "Kwa ajili ya"],
    state: ["Source", "Chanzo"],
    paymentReference: ["Payment's reference", "Rejeleo la malipo"],
  },
  values: { kind: kindWords, movement: movementWords, state: provenanceWords },
} as const;

/** What the file says where no channel took it. */
export const cashWord = ["Cash", "Taslimu"] as const;
