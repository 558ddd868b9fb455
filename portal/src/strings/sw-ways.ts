/** Kiswahili, where customers pay otherwise than by M-Pesa of Kenya: on a payment page, or in another country. */
import { failuresOnPage, type PageWords, type Replacement } from "./way-words.ts";

export const page: PageWords = {
  invitation: "Chagua kifurushi, lipa kwa kadi, na uko mtandaoni.",
  hubAwayText: "Mahali hapa pamepoteza muunganisho na ukurasa wa malipo. Vocha na ulichonunua bado vinafanya kazi.",
  payTitle: "Nunua kifurushi hiki",
  phoneLabel: "Namba yako ya simu",
  phoneHint: "Ili kifurushi chako kipatikane tena. Kama 0712 345 678 au +254…",
  phoneWrong: "Hiyo si namba ya simu ya Kenya. Iwe kama 0712 345 678.",
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
  failures: /* @__PURE__ */ failuresOnPage(
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
    "prompt-already-open": "Malipo tayari yako wazi kwa namba hii. Yakamilishe, au subiri dakika mbili.",
    "unknown-receipt": "Malipo hayo hayajulikani. Kama umelipa sasa hivi, jaribu tena baada ya dakika chache.",
  },
};

/** Takes out what only Safaricom's customers have. */
export const elsewhere: readonly Replacement[] = [
  [/Safaricom, (.)/, (_, first: string) => first.toUpperCase()],
  ["namba ya Safaricom", "namba ya simu"],
  [/ Ikiendelea, piga \*234#[^.]*\./, ""],
  [/ Piga 100 ifunguliwe\./, ""],
];
