/** Documents in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";
import type { DocumentKind } from "./document-facts.ts";

export const documentKindWords: Wording<DocumentKind> = {
  "tax-invoice": ["Invoice", "Ankara"],
  "credit-note": ["Credit note", "Hati ya mkopo"],
  receipt: ["Receipt", "Risiti"],
  "sales-summary": ["Summary of a day's sales", "Muhtasari wa mauzo ya siku"],
};

export const fiscalStateWords: Wording<"waiting" | "accepted" | "refused"> = {
  waiting: ["Waits", "Inasubiri"],
  accepted: ["Accepted", "Imekubaliwa"],
  refused: ["Refused", "Imekataliwa"],
};

export const documentFileWords = {
  heads: {
    ...commonHeads,
    number: ["Number", "Namba"],
    kind: ["Kind", "Aina"],
    issuedOn: ["Issued on", "Imetolewa tarehe"],
    customerName: ["Customer", "Mteja"],
    netCents: ["Without taxes", "Bila kodi"],
    exciseCents: ["Excise duty", "Ushuru wa bidhaa"],
    vatCents: ["VAT", "VAT"],
    totalCents: ["Total", "Jumla"],
    fiscalState: ["Tax authority", "Mamlaka ya kodi"],
  },
  values: { kind: documentKindWords, fiscalState: fiscalStateWords },
} as const;
