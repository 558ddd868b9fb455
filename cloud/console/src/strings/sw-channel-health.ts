import type { enChannelHealth } from "./en-channel-health.ts";

/** What goes wrong at a payment channel, in Swahili. */
export const swChannelHealth: Record<keyof typeof enChannelHealth, string> = {
  circuit_open: "Kitovu hakiulizi chochote hapa kwa muda",
  circuit_half_open: "Kitovu kinajaribu tena sasa",
  circuitWhy:
    "Njia hii imeshindwa mara kadhaa mfululizo. Malipo ambayo taarifa moja tu imeyaripoti yatathibitishwa baadaye. Mauzo yanaendelea, na anachouliza mteja au wewe kinaulizwa mara moja.",
  circuitProblem: "Tatizo la mwisho",
  circuitSince: "Tangu",
  circuitNextTry: "Jaribio lijalo",
  reportAddress: "Anwani ya ripoti za kufika, ya kuwekwa kwa mtumaji wa SMS",
  reportAddressTwilio: "Hakuna la kuweka: kila ujumbe una anwani yake",
};
