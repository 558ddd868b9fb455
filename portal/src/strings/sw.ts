/** Kiswahili. */
import type { Strings } from "./en.ts";

export const sw: Strings = {
  otherLanguage: "English",
  useDark: "Rangi za giza",
  useLight: "Rangi za mwanga",

  greeting: "Karibu",
  invitation: "Chagua kifurushi, lipa kwa M-Pesa, na uko mtandaoni.",
  invitationVouchers: "Weka nambari ya vocha yako na uko mtandaoni.",
  loading: "Tunafungua mlango…",
  noContactTitle: "Wi-Fi imepotea",
  noContactText: "Simu yako haifikii mtandao huu. Sogea karibu au zima Wi-Fi kisha uwashe tena. Tunaendelea kujaribu.",
  tryNow: "Jaribu sasa",
  heldTitle: (name) => `${name} imesimamishwa`,
  hubAwayTitle: "Ununuzi umefungwa kwa sasa",
  hubAwayText: "Mahali hapa pamepoteza muunganisho na M-Pesa. Vocha na ulichonunua bado vinafanya kazi.",
  notOfferedText: "Nunua vocha kwa wahudumu wa hapa, kisha andika nambari yake hapa chini.",
  noPackages: "Hakuna vifurushi vinavyouzwa hapa bado. Kama una vocha, inafanya kazi.",
  hotspotSaid: "Wi-Fi imesema:",

  packages: "Vifurushi",
  groupDay: "Vya leo",
  groupWeek: "Vya wiki",
  groupMonth: "Vya mwezi",
  groupOther: "Vingine",
  unlimitedData: "Data bila kikomo",
  unlimitedTime: "Bila kikomo cha muda",
  upTo: (speed) => `hadi ${speed}`,
  deviceCount: (count) => `vifaa ${count}`,
  onlineTime: (duration) => `${duration} mtandaoni`,
  buy: "Nunua",
  closed: "Ununuzi umefungwa:",

  availableTitle: "Tayari kutumika",
  availableText: "Bado hujaingia mtandaoni.",
  ended: {
    expired: (name) => ({
      title: "Muda wako umeisha",
      text: `“${name}” imeisha. Chagua kifurushi au weka vocha ili uendelee.`,
    }),
    "time-used": (name) => ({
      title: "Muda wako umetumika wote",
      text: `“${name}” imeisha. Chagua kifurushi au weka vocha ili uendelee.`,
    }),
    "data-used": (name) => ({
      title: "Data yako imeisha",
      text: `“${name}” haina data iliyobaki. Chagua kifurushi au weka vocha ili uendelee.`,
    }),
    "too-many-devices": (name) => ({
      title: "Sasa inatumika kwenye kifaa kingine",
      text: `“${name}” imeingia mtandaoni kwenye simu au kompyuta nyingine. Kuirudisha hapa, weka tena nambari ya vocha yake, au chagua kifurushi.`,
    }),
    "outside-schedule": (name) => ({
      title: "Si saa hizi",
      text: `“${name}” haifanyi kazi saa hizi.`,
    }),
    revoked: (name) => ({
      title: "Kifurushi chako kimeondolewa",
      text: `“${name}” haifanyi kazi tena. Uliza ulipokinunua.`,
    }),
    other: (name) => ({
      title: "Hauko mtandaoni tena",
      text: `“${name}” haiwezi kutumika sasa. Chagua kifurushi au weka vocha ili uendelee.`,
    }),
  },
  goOnline: "Ingia mtandaoni",
  left: "imebaki",

  payTitle: "Lipa kwa M-Pesa",
  phoneLabel: "Nambari yako ya M-Pesa",
  phoneHint: "Safaricom, kama 0712 345 678 au +254…",
  phoneWrong: "Hiyo si nambari ya Safaricom. Iwe kama 0712 345 678.",
  phoneMissing: "Andika nambari itakayolipa.",
  pay: (price) => `Lipa ${price}`,
  paySending: "Tunatuma ombi…",
  payNote: "M-Pesa itakuomba PIN kwenye simu yako. Sisi hatuioni kamwe.",
  back: "Rudi",

  voucherTitle: "Una vocha?",
  voucherLabel: "Nambari ya vocha",
  voucherGo: "Tumia",
  voucherChecking: "Tunaangalia…",
  voucherMissing: "Andika nambari iliyo kwenye vocha yako.",

  waitingTitle: "Angalia simu yako",
  waitingText: (price, phone) =>
    phone === null
      ? `Weka PIN yako ya M-Pesa kulipa ${price}.`
      : `Weka PIN yako ya M-Pesa kwenye ${phone} kulipa ${price}.`,
  waitingCalm: "Ombi linaweza kuchukua sekunde chache kuonekana.",
  waitingMid: "Bado tunasubiri PIN yako. Ombi hubaki wazi kama dakika moja: fungua simu yako.",
  unknownTitle: "Tunauliza M-Pesa",
  unknownText: "Bado haijulikani kama umelipa. Usilipe tena. Utaingia mtandaoni M-Pesa ikithibitisha.",
  unknownLongTitle: "M-Pesa bado haijatuambia",
  unknownLongText:
    "Malipo yako yako kwenye orodha ya mwenye mtandao huu. Kama ulilipa, hakuna kinachopotea: utapata kifurushi chako. Kwa sasa, vocha inafanya kazi.",
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
  claim: "Nimeshalipa",
  stopWaiting: "Acha kusubiri",
  stillOpen: (name) => `Malipo ya ${name} bado yako wazi.`,
  show: "Onyesha",

  paidTitle: "Umelipa. Asante!",
  paidText: "Tunakuunganisha sasa…",
  paidWait: "Kifurushi chako kinakuja kwenye Wi-Fi hii. Ukurasa huu utaendelea wenyewe.",
  paidReady: "Kifurushi chako kiko tayari.",
  receipt: (receipt) => `Risiti ya M-Pesa ${receipt}`,
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
      text: "Simu iwe imewashwa, imefunguliwa na ina mtandao, kisha jaribu tena. Ikiendelea, piga *234# kusasisha laini yako.",
    },
    expired: {
      title: "Muda wa ombi umeisha",
      text: "PIN haikuwekwa kwa wakati, kwa hivyo hakuna pesa zilizochukuliwa. Weka simu karibu na ujaribu tena.",
    },
    limit: {
      title: "Kiasi hiki kimezidi kikomo chako cha M-Pesa",
      text: "M-Pesa hairuhusu kiasi hiki kwa nambari yako leo. Chagua kifurushi kidogo au lipa kwa nambari nyingine.",
    },
    busy: {
      title: "M-Pesa inashughulikia nambari hii",
      text: "Kuna ombi lingine bado liko wazi. Subiri dakika mbili, kisha jaribu tena.",
    },
    "system-busy": {
      title: "M-Pesa ina shughuli nyingi",
      text: "Watu wengi wanalipa sasa hivi. Hakuna pesa zilizochukuliwa. Jaribu tena baada ya dakika moja.",
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

  onlineTitle: "Uko mtandaoni",
  timeLeft: "muda uliobaki",
  dataLeft: "Data iliyobaki",
  noLimit: "Bila kikomo",
  speed: "Kasi hadi",
  full: "Kasi yote",
  until: "Hadi",
  dataOf: (left, total) => `${left} kati ya ${total}`,
  startBrowsing: "Anza kuperuzi",
  buyMore: "Nunua zaidi",
  backToOnline: "Rudi kwa kilichobaki",

  help: "Unahitaji msaada? Piga",
  waitSeconds: (seconds) => (seconds < 90 ? `sekunde ${seconds}` : `dakika ${Math.ceil(seconds / 60)}`),
  waitFor: (duration) => `Subiri ${duration}.`,
  problems: {
    "bad-request": "Kuna kitu hakikuwa sawa. Kiangalie kisha ujaribu tena.",
    "bad-phone": "Hiyo si nambari ya Safaricom tunayoweza kuiuliza. Iwe kama 0712 345 678.",
    "unknown-plan": "Kifurushi hiki hakiuzwi tena. Chagua kingine.",
    "not-offered": "Ununuzi kwa M-Pesa haupo hapa. Tumia vocha.",
    "hub-away": "Ununuzi umefungwa: hapa hapana muunganisho na M-Pesa. Vocha zinafanya kazi.",
    "hub-slow": "M-Pesa bado haijajibu. Bonyeza tena: hutalipa mara mbili.",
    "no-credit": "Salio lako halitoshi kwa kifurushi hiki. Lipa kwa M-Pesa, au chagua kidogo zaidi.",
    "prompt-already-open":
      "Ombi la malipo tayari liko wazi kwenye nambari hii. Likamilishe kwenye simu, au subiri dakika mbili.",
    "no-receipt": "Hakuna nambari ya M-Pesa hapo. Ina herufi na tarakimu 10, kama TJK4XY12AB.",
    "another-payer": "Nambari hiyo ililipwa na simu nyingine. Andika simu iliyolipa.",
    "unknown-receipt":
      "M-Pesa haiitambui nambari hiyo. Angalia kila herufi; kama umelipa sasa hivi, jaribu tena baada ya dakika chache.",
    "slow-down": "Umeenda haraka kidogo. Subiri kidogo, kisha jaribu tena.",
    "not-found": "Hii haijulikani tena hapa.",
    "nothing-bought": "Hakuna kilichobaki kwenye simu hii. Chagua kifurushi au weka vocha.",
    "no-log-in-page": "Funga ukurasa huu na ufungue tena ukurasa wa kuingia wa mtandao, ili tukupate.",
    "router-refused": "Ruta ya Wi-Fi haikukubali. Jaribu tena baada ya muda mfupi.",
    fault: "Kuna hitilafu upande wetu. Jaribu tena baada ya muda mfupi.",
    "unknown-user": "Hatuitambui nambari hii. Angalia kila alama kisha ujaribu tena.",
    "wrong-password": "Hatuitambui nambari hii. Angalia kila alama kisha ujaribu tena.",
    guessing: "Nambari nyingi zisizo sahihi kutoka kwa simu hii. Subiri kabla ya kujaribu tena.",
    disabled: "Vocha hii imezimwa. Uliza ulipoinunua.",
    revoked: "Vocha hii imeondolewa. Uliza ulipoinunua.",
    suspended: "Akaunti hii imesimamishwa. Muulize mwenye mtandao huu.",
    expired: "Muda wa vocha hii umeisha.",
    "time-used": "Muda wa vocha hii umetumika wote.",
    "data-used": "Data ya vocha hii imetumika yote.",
    "outside-schedule": "Vocha hii haifanyi kazi saa hizi.",
    "too-many-devices": "Vocha hii tayari iko kwenye simu zote inazoruhusu.",
    elsewhere: "Vocha hii inatumika mahali pengine.",
    "clock-unknown": "Wi-Fi imewaka sasa hivi na bado haijui saa. Jaribu tena baada ya dakika moja.",
    unreachable: "Wi-Fi haijibu. Sogea karibu kisha ujaribu tena.",
  },

  minutes: (count) => `dakika ${count}`,
  hours: (count) => `saa ${count}`,
  days: (count) => `siku ${count}`,
  locale: "sw-KE",
};
