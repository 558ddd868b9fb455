/** The words of "I already paid". They are loaded with its page, because few customers need them. */
import type { Language, PaysBy } from "./strings.ts";

export const claimWords = {
  en: {
    text: "Give the number that paid, and the message of M-Pesa or ours, or its code.",
    phone: "The number that paid",
    receipt: "Code, or the whole message",
    amount: "No message? How much did you pay?",
    go: "Find my payment",
    looking: "Looking…",
    missing: "Type the code, or how much you paid.",
    badAmount: "Type the amount in numbers, like 50.",
    askedTitle: "We are asking M-Pesa",
    askedText: "This can take some minutes. Keep this page open: you go online as soon as your money is found.",
    askedLong: "Not found yet. If you paid, nothing is lost.",
    notedTitle: "We noted your payment",
    notedText: "We can't look for it ourselves: the owner of this network must. Then this page goes on.",
    creditTitle: "We have your money",
    creditText: "It is kept for you as credit with the owner of this network, who can turn it into a package for you.",
  },
  sw: {
    text: "Andika nambari iliyolipa, na ujumbe wa M-Pesa au wetu, au msimbo wake.",
    phone: "Nambari iliyolipa",
    receipt: "Msimbo, au ujumbe wote",
    amount: "Huna ujumbe? Ulilipa kiasi gani?",
    go: "Tafuta malipo yangu",
    looking: "Tunatafuta…",
    missing: "Andika msimbo, au kiasi ulicholipa.",
    badAmount: "Andika kiasi kwa tarakimu, kama 50.",
    askedTitle: "Tunauliza M-Pesa",
    askedText: "Inaweza kuchukua dakika chache. Acha ukurasa huu wazi: utaingia mtandaoni pesa zako zikionekana.",
    askedLong: "Bado hazijaonekana. Kama ulilipa, hakuna kinachopotea.",
    notedTitle: "Tumeandika malipo yako",
    notedText: "Hatuwezi kuyatafuta wenyewe: mwenye mtandao huu ndiye wa kuyatafuta. Kisha ukurasa huu unaendelea.",
    creditTitle: "Pesa zako tunazo",
    creditText: "Zimehifadhiwa kama salio lako kwa mwenye mtandao huu, anayeweza kukupa kifurushi nazo.",
  },
};

export type ClaimWords = (typeof claimWords)["en"];

/** On a payment page there is no message with a code: the number and the amount identify the payment. */
const onPage: Record<Language, Partial<ClaimWords>> = {
  en: {
    text: "Give the number that you typed when you bought, and how much you paid.",
    phone: "Your phone number",
    receipt: "",
    amount: "How much did you pay?",
    missing: "Type how much you paid.",
    askedTitle: "We are asking about your payment",
  },
  sw: {
    text: "Andika nambari uliyoiandika uliponunua, na kiasi ulicholipa.",
    phone: "Nambari yako ya simu",
    receipt: "",
    amount: "Ulilipa kiasi gani?",
    missing: "Andika kiasi ulicholipa.",
    askedTitle: "Tunauliza kuhusu malipo yako",
  },
};

/** The page's words. An empty `receipt`: the form has no such field. */
export function claimWordsOf(language: Language, paysBy: PaysBy): ClaimWords {
  return paysBy === "page" ? { ...claimWords[language], ...onPage[language] } : claimWords[language];
}
