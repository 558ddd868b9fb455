/** The words of "I already paid". They are loaded with its page, because few customers need them. */
import type { Language, PaysBy } from "./strings.ts";

export const claimWords = {
  en: {
    text: "Give the number that paid, and the code of the M-Pesa message. We look for your money at M-Pesa itself.",
    phone: "The number that paid",
    receipt: "M-Pesa code, or the whole message",
    receiptHint: "The first word of the message, like TJK4XY12AB.",
    amount: "No message? How much did you pay?",
    go: "Find my payment",
    looking: "Looking…",
    missing: "Type the M-Pesa code, or how much you paid.",
    badAmount: "Type the amount in numbers, like 50.",
    askedTitle: "We are asking M-Pesa",
    askedText: "This can take some minutes. Keep this page open: you go online as soon as your money is found.",
    askedLong:
      "Not found yet. If you paid, nothing is lost: keep the M-Pesa message and show it to the owner of this network.",
    creditTitle: "We have your money",
    creditText: "It is kept for you as credit with the owner of this network, who can turn it into a package for you.",
  },
  sw: {
    text: "Andika nambari iliyolipa, na nambari ya ujumbe wa M-Pesa. Tunatafuta pesa zako M-Pesa penyewe.",
    phone: "Nambari iliyolipa",
    receipt: "Nambari ya M-Pesa, au ujumbe wote",
    receiptHint: "Neno la kwanza la ujumbe, kama TJK4XY12AB.",
    amount: "Huna ujumbe? Ulilipa kiasi gani?",
    go: "Tafuta malipo yangu",
    looking: "Tunatafuta…",
    missing: "Andika nambari ya M-Pesa, au kiasi ulicholipa.",
    badAmount: "Andika kiasi kwa tarakimu, kama 50.",
    askedTitle: "Tunauliza M-Pesa",
    askedText: "Inaweza kuchukua dakika chache. Acha ukurasa huu wazi: utaingia mtandaoni pesa zako zikionekana.",
    askedLong:
      "Bado hazijaonekana. Kama ulilipa, hakuna kinachopotea: hifadhi ujumbe wa M-Pesa umwonyeshe mwenye mtandao huu.",
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
    receiptHint: "",
    amount: "How much did you pay?",
    missing: "Type how much you paid.",
    askedTitle: "We are asking about your payment",
    askedLong: "Not found yet. If you paid, nothing is lost: show your receipt to the owner of this network.",
  },
  sw: {
    text: "Andika nambari uliyoiandika uliponunua, na kiasi ulicholipa.",
    phone: "Nambari yako ya simu",
    receipt: "",
    receiptHint: "",
    amount: "Ulilipa kiasi gani?",
    missing: "Andika kiasi ulicholipa.",
    askedTitle: "Tunauliza kuhusu malipo yako",
    askedLong: "Bado hayajaonekana. Kama ulilipa, hakuna kinachopotea: mwonyeshe risiti mwenye mtandao huu.",
  },
};

/** The page's words. An empty `receipt`: the form has no such field. */
export function claimWordsOf(language: Language, paysBy: PaysBy): ClaimWords {
  return paysBy === "page" ? { ...claimWords[language], ...onPage[language] } : claimWords[language];
}
