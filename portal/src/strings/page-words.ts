/**
 * The words for sites whose customers pay on a payment page, e.g. by card: no prompt comes to the phone, and there is no PIN. They
 * replace words of the language, and are loaded only at such sites.
 */
import type { Advice } from "./en.ts";
import type { FailureReason } from "./en-later.ts";
import type { Language, WholeWords, Words } from "./strings.ts";

type PageWords = Pick<
  WholeWords,
  | "invitation"
  | "hubAwayText"
  | "payTitle"
  | "phoneLabel"
  | "phoneHint"
  | "phoneWrong"
  | "paySending"
  | "payNote"
  | "waitingTitle"
  | "waitingText"
  | "waitingMid"
  | "unknownText"
  | "unknownLongNote"
  | "waitingHubAway"
  | "stepSent"
  | "stepPin"
  | "receipt"
> & {
  readonly failures: Record<FailureReason, Advice>;
  readonly problems: Record<"hub-slow" | "no-credit" | "prompt-already-open" | "unknown-receipt", string>;
};

/** On a payment page only these failures can be distinguished. */
const failures = (
  unpaid: Advice,
  notOpened: Advice,
  broken: Advice,
  refused: Advice,
): Record<FailureReason, Advice> => ({
  cancelled: unpaid,
  expired: unpaid,
  "merchant-problem": broken,
  "not-sent": notOpened,
  busy: notOpened,
  "system-busy": notOpened,
  "no-funds": refused,
  "wrong-pin": refused,
  "pin-locked": refused,
  unreachable: refused,
  limit: refused,
  other: refused,
});

const pageWords: Record<Language, PageWords> = {
  en: {
    invitation: "Pick a package, pay by card, and you are online.",
    hubAwayText:
      "This place has lost its connection to the payment page. Vouchers and what you have bought still work.",
    payTitle: "Buy this package",
    phoneLabel: "Your phone number",
    phoneHint: "To find your package again. Like 0712 345 678 or +254…",
    phoneWrong: "That is not a mobile number of Kenya. It looks like 0712 345 678.",
    paySending: "Opening the payment…",
    payNote: "You pay on the payment company's page. We never see your card.",
    waitingTitle: "Waiting for your payment",
    waitingText: (price) => `Pay ${price} on the payment page, then come back here.`,
    waitingMid: "This page goes on by itself.",
    unknownText: "It is not clear yet whether you paid. Do not pay again. You go online once it is confirmed.",
    unknownLongNote: (phone) =>
      `Keep your receipt and ${phone === null ? "show it to the people here" : `call ${phone}`}.`,
    waitingHubAway: "The connection dropped. Your money is safe: you go online when it is back.",
    stepSent: "Payment begun",
    stepPin: "You pay",
    receipt: (receipt) => `Receipt ${receipt}`,
    failures: failures(
      { title: "You have not paid", text: "The payment page was closed, or its time ran out. No money was taken." },
      { title: "The payment page did not open", text: "Nothing was taken. Try again in two minutes." },
      {
        title: "Paying does not work at this place",
        text: "The owner of this network has to put it right. Nothing was taken, and vouchers still work.",
      },
      { title: "The payment did not go through", text: "Try again, with another card or in another way." },
    ),
    problems: {
      "hub-slow": "No answer yet. Tap again: you will not pay twice.",
      "no-credit": "Your credit is not enough for this package. Pay by card, or choose a smaller one.",
      "prompt-already-open": "A payment is already open for this number. Finish it, or wait two minutes.",
      "unknown-receipt": "That payment is not known. If you paid just now, try again in a few minutes.",
    },
  },
  sw: {
    invitation: "Chagua kifurushi, lipa kwa kadi, na uko mtandaoni.",
    hubAwayText: "Mahali hapa pamepoteza muunganisho na ukurasa wa malipo. Vocha na ulichonunua bado vinafanya kazi.",
    payTitle: "Nunua kifurushi hiki",
    phoneLabel: "Nambari yako ya simu",
    phoneHint: "Ili kifurushi chako kipatikane tena. Kama 0712 345 678 au +254…",
    phoneWrong: "Hiyo si nambari ya simu ya Kenya. Iwe kama 0712 345 678.",
    paySending: "Tunafungua malipo…",
    payNote: "Utalipa kwenye ukurasa wa kampuni ya malipo. Sisi hatuioni kadi yako kamwe.",
    waitingTitle: "Tunasubiri malipo yako",
    waitingText: (price) => `Lipa ${price} kwenye ukurasa wa malipo, kisha rudi hapa.`,
    waitingMid: "Ukurasa huu utaendelea wenyewe.",
    unknownText: "Bado haijulikani kama umelipa. Usilipe tena. Utaingia mtandaoni malipo yakithibitishwa.",
    unknownLongNote: (phone) =>
      `Hifadhi risiti yako ${phone === null ? "uwaonyeshe wahudumu wa hapa" : `na upige ${phone}`}.`,
    waitingHubAway: "Muunganisho umekatika. Pesa zako ziko salama: utaingia mtandaoni muunganisho ukirudi.",
    stepSent: "Malipo yameanza",
    stepPin: "Unalipa",
    receipt: (receipt) => `Risiti ${receipt}`,
    failures: failures(
      {
        title: "Hujalipa",
        text: "Ukurasa wa malipo ulifungwa, au muda wake uliisha. Hakuna pesa zilizochukuliwa.",
      },
      {
        title: "Ukurasa wa malipo haukufunguka",
        text: "Hakuna pesa zilizochukuliwa. Jaribu tena baada ya dakika mbili.",
      },
      {
        title: "Malipo hayafanyi kazi mahali hapa",
        text: "Mwenye mtandao huu anapaswa kurekebisha. Hakuna pesa zilizochukuliwa, na vocha bado zinafanya kazi.",
      },
      { title: "Malipo hayakukamilika", text: "Jaribu tena, kwa kadi nyingine au kwa njia nyingine." },
    ),
    problems: {
      "hub-slow": "Bado hakuna jibu. Bonyeza tena: hutalipa mara mbili.",
      "no-credit": "Salio lako halitoshi kwa kifurushi hiki. Lipa kwa kadi, au chagua kidogo zaidi.",
      "prompt-already-open": "Malipo tayari yako wazi kwa nambari hii. Yakamilishe, au subiri dakika mbili.",
      "unknown-receipt": "Malipo hayo hayajulikani. Kama umelipa sasa hivi, jaribu tena baada ya dakika chache.",
    },
  },
};

/** The words of a language for a site with a payment page. */
export function onPage<Given extends Words>(language: Language, words: Given): Given {
  const own = pageWords[language];
  const { "unknown-receipt": unknown } = own.problems;
  const otherwise = {
    "bad-phone": own.phoneWrong,
    "hub-away": own.hubAwayText,
    "not-offered": words.notOfferedText,
    "no-receipt": unknown,
    "another-payer": unknown,
  };
  const { waitingTitle, waitingMid, phoneWrong } = own;
  const same = { unknownTitle: waitingTitle, unknownLongTitle: waitingTitle, waitingCalm: waitingMid };
  const problems = words.problems && { ...words.problems, ...otherwise, ...own.problems };
  return { ...words, ...own, ...same, phoneMissing: phoneWrong, problems };
}
