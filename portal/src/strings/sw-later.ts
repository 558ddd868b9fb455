/** Kiswahili, for the pages that the first view does not need. */
import type { LaterStrings } from "./en-later.ts";

export const swLater: LaterStrings = {
  terms: "Masharti",
  waitingTitle: "Angalia simu yako",
  waitingText: (price, phone) =>
    phone === null
      ? `Weka PIN yako ya M-Pesa kulipa ${price}.`
      : `Weka PIN yako ya M-Pesa kwenye ${phone} kulipa ${price}.`,
  waitingCalm: "Ombi huonekana baada ya sekunde chache. Salio la nambari hii hutumika kwanza.",
  waitingMid: "Bado tunasubiri PIN yako. Ombi hubaki wazi kama dakika moja: fungua simu yako.",
  unknownTitle: "Tunauliza M-Pesa",
  unknownText: "Bado haijulikani kama umelipa. Usilipe tena. Utaingia mtandaoni M-Pesa ikithibitisha.",
  unknownLongTitle: "M-Pesa bado haijatuambia",
  unknownLongText:
    "Mwenye mtandao huu anayaona malipo haya. Kama ulilipa, utapata kifurushi chako. Kwa sasa, vocha inafanya kazi.",
  unknownLongNote: (phone) =>
    phone === null
      ? "Hifadhi ujumbe wako wa M-Pesa uwaonyeshe wahudumu wa hapa."
      : `Hifadhi ujumbe wako wa M-Pesa na upige ${phone}.`,
  waitingHubAway: "Muunganisho na M-Pesa umekatika. Pesa zako ziko salama: utaingia mtandaoni muunganisho ukirudi.",
  stepSent: "Ombi limetumwa",
  stepPin: "Unaweka PIN yako",
  stepOnline: "Uko mtandaoni",
  payAtTitle: "Lipa kwenye ukurasa unaofuata",
  payAtText: (price) => `Lipa ${price} huko, kisha rudi kwenye ukurasa huu wa Wi-Fi. Utaendelea wenyewe.`,
  payAt: "Fungua ukurasa wa malipo",
  stopWaiting: "Acha kusubiri",
  paidTitle: "Umelipa. Asante!",
  paidText: "Tunakuunganisha sasa…",
  paidWait: "Kifurushi chako kinakuja kwenye Wi-Fi hii. Ukurasa huu utaendelea wenyewe.",
  paidReady: "Kifurushi chako kiko tayari.",
  receipt: (receipt) => `Risiti ya M-Pesa ${receipt}`,
  creditLeft: (amount) => `Umebakiwa na salio la ${amount} hapa kwa mara ijayo.`,
  connectingTitle: "Tunakuunganisha…",
  connectingText: "Sekunde chache tu, na uko mtandaoni.",
  notConnectedTitle: "Karibu tumalize",
  notConnectedText: "Ulichonacho kiko salama, lakini Wi-Fi bado haijairuhusu simu hii.",
  connectAgain: "Unganisha tena",
  failures: {
    cancelled: {
      title: "Malipo yameghairiwa",
      text: "Ombi kwenye simu yako lilifungwa kabla ya kuweka PIN. Hakuna pesa zilizochukuliwa.",
    },
    "no-funds": {
      title: "Salio la M-Pesa halitoshi",
      text: "Weka pesa kwenye M-Pesa ujaribu tena, au chagua kifurushi kidogo. Hakuna pesa zilizochukuliwa.",
    },
    "wrong-pin": {
      title: "PIN haikuwa sahihi",
      text: "Jaribu tena. Ukikosea mara nyingi M-Pesa hufungwa. Hakuna pesa zilizochukuliwa.",
    },
    "pin-locked": {
      title: "M-Pesa yako imefungwa",
      text: "PIN imekosewa mara nyingi. Piga 100 ifunguliwe. Hakuna pesa zilizochukuliwa.",
    },
    unreachable: {
      title: "Simu yako haikujibu",
      text: "Simu iwe imewashwa na ina mtandao, kisha jaribu tena. Ikiendelea, piga *234# kusasisha laini yako.",
    },
    expired: {
      title: "Muda wa ombi umeisha",
      text: "PIN haikuwekwa kwa wakati, kwa hivyo hakuna pesa zilizochukuliwa. Weka simu karibu na ujaribu tena.",
    },
    limit: {
      title: "Kiasi hiki kimezidi kikomo chako cha M-Pesa",
      text: "Chagua kifurushi kidogo au lipa kwa nambari nyingine.",
    },
    busy: {
      title: "M-Pesa inashughulikia nambari hii",
      text: "Kuna ombi lingine bado liko wazi. Subiri dakika mbili, kisha jaribu tena.",
    },
    "system-busy": {
      title: "M-Pesa ina shughuli nyingi",
      text: "Hakuna pesa zilizochukuliwa. Jaribu tena baada ya dakika moja.",
    },
    "not-sent": {
      title: "Ombi halikufika M-Pesa",
      text: "Hakuna pesa zilizochukuliwa. Jaribu tena baada ya dakika moja.",
    },
    "merchant-problem": {
      title: "M-Pesa haifanyi kazi mahali hapa",
      text: "Mwenye mtandao huu anapaswa kurekebisha. Hakuna pesa zilizochukuliwa, na vocha bado zinafanya kazi.",
    },
    other: {
      title: "Malipo hayakukamilika",
      text: "M-Pesa haikusema kwa nini. Angalia ujumbe wako wa M-Pesa kabla ya kujaribu tena.",
    },
  },
  tryAgain: "Jaribu tena",
  otherPackage: "Chagua kifurushi kingine",
  timeLeft: "muda uliobaki",
  dataLeft: "Data iliyobaki",
  speed: "Kasi hadi",
  full: "Kasi yote",
  until: "Hadi",
  dataOf: (left, total) => `${left} kati ya ${total}`,
  startBrowsing: "Anza kuperuzi",
  buyMore: "Nunua zaidi",
  codesTitle: "Misimbo ya wengine",
  otherDevices: "Ingiza TV au kifaa kingine",
  logOut: "Ondoa simu hii mtandaoni",
  loggingOut: "Tunaiondoa…",
};
