/** What the page of a phone's own packages says. */
type OwnTrouble =
  | "not-yours"
  | "not-allowed"
  | "too-often"
  | "locked"
  | "wrong-pin"
  | "bad-pin"
  | "paused"
  | "not-online"
  | "no-such-device"
  | "moved-too-often";

export interface OwnWords {
  readonly title: string;
  readonly back: string;
  readonly nothing: string;
  /** Where the cookie alone tells phones apart. */
  readonly nothingInBrowser: string;
  readonly online: string;
  readonly ready: string;
  readonly paused: string;
  readonly pausedWhy: string;
  readonly timeLeft: string;
  readonly dataLeft: string;
  readonly until: string;
  readonly noLimit: string;
  readonly renew: string;
  readonly devices: (taken: number, places: number) => string;
  readonly thisPhone: string;
  readonly other: string;
  readonly isOn: string;
  readonly isOff: string;
  readonly takeOff: string;
  readonly movesLeft: (left: number) => string;
  readonly give: string;
  readonly giveWhy: string;
  readonly giveGo: string;
  readonly given: (minutes: number) => string;
  readonly scan: string;
  readonly pause: string;
  readonly pauseWhy: string;
  readonly resume: string;
  readonly pin: string;
  readonly pinWhy: string;
  readonly pinNew: string;
  readonly pinSet: string;
  readonly pinChange: string;
  readonly pinRemove: string;
  readonly pinIsSet: string;
  readonly yourPin: string;
  readonly here: string;
  readonly hereWhy: string;
  readonly code: string;
  readonly pinIfAny: string;
  readonly hereGo: string;
  readonly movedOnline: string;
  readonly moved: string;
  readonly hubPage: string;
  readonly hubPageWhy: string;
  readonly done: {
    readonly paused: string;
    readonly resumed: string;
    readonly pin: string;
    readonly noPin: string;
    readonly off: string;
  };
  readonly refusals: Readonly<Record<OwnTrouble, string>>;
  readonly tooFast: string;
  readonly span: (days: number, hours: number, minutes: number) => string;
}

export const ownEnglish: OwnWords = {
  title: "Your package",
  back: "Back",
  nothing: "This phone has no package here now.",
  nothingInBrowser:
    "There is no package in this browser. If your phone is online, open this page where you paid or typed your code.",
  online: "This phone is online",
  ready: "Ready to use",
  paused: "Paused by you",
  pausedWhy: "Nobody can use it until you resume it. Its time keeps running.",
  timeLeft: "Time left",
  dataLeft: "Data left",
  until: "Until",
  noLimit: "No limit",
  renew: "Go online, or buy more",
  devices: (taken, places) => `Devices: ${taken} of ${places}`,
  thisPhone: "This phone",
  other: "Another device",
  isOn: "Online",
  isOff: "Not online now",
  takeOff: "Remove",
  movesLeft: (left) =>
    left === 0
      ? "It can't move to another device again today."
      : `It can move to another device ${left === 1 ? "once" : `${left} times`} more today.`,
  give: "Give it to another phone",
  giveWhy: "You get a code for the other phone. When it is used there, this phone goes offline.",
  giveGo: "Show the code",
  given: (minutes) =>
    `Type this on the other phone, where a voucher's code goes. It works once, for ${minutes} minutes.`,
  scan: "The other phone's camera can scan this, while it is on this Wi-Fi.",
  pause: "Pause it",
  pauseWhy:
    "If somebody else may have your code: nobody can use it until you resume it, not even this phone. Its time keeps running.",
  resume: "Resume it",
  pin: "A PIN for your code",
  pinWhy:
    "Whoever has your code needs this PIN on another device. Four to six digits. Never use the PIN of your M-Pesa or your bank card.",
  pinNew: "New PIN",
  pinSet: "Save this PIN",
  pinChange: "Change the PIN",
  pinRemove: "Remove the PIN",
  pinIsSet: "Your code has a PIN.",
  yourPin: "Your PIN",
  here: "Use it here instead",
  hereWhy: "You have a package on another phone? Type its voucher's code, or the code that the other phone shows.",
  code: "Code",
  pinIfAny: "PIN, if it has one",
  hereGo: "Use it here",
  movedOnline: "It is on this phone now, and you are online.",
  moved: "It is on this phone now. Tap “Go online” below.",
  hubPage: "Payments, receipts and bills",
  hubPageWhy: "On the provider's own page; you log in with your phone number.",
  done: {
    paused: "It is paused. Nobody can use it until you resume it.",
    resumed: "It is running again.",
    pin: "Your PIN is saved. Other devices need it from now on.",
    noPin: "The PIN is removed.",
    off: "That device was removed.",
  },
  refusals: {
    "not-yours": "This phone has no such package.",
    "not-allowed": "That is not offered here.",
    "too-often": "You have tried that too often. Try again later.",
    locked: "Too many wrong PINs. Wait an hour, or ask the people here.",
    "wrong-pin": "That is not your PIN.",
    "bad-pin": "Choose four to six digits that are not easy to guess.",
    paused: "It is paused. Resume it first.",
    "not-online": "Go online with this phone first, or choose a PIN.",
    "no-such-device": "That device is not here any more.",
    "moved-too-often": "It has moved to other devices too often today.",
  },
  tooFast: "That was fast. Wait a little, and try again.",
  span: (days, hours, minutes) =>
    [
      days > 0 ? `${days} ${days === 1 ? "day" : "days"}` : "",
      hours > 0 ? `${hours} h` : "",
      days === 0 ? `${minutes} min` : "",
    ]
      .filter((part) => part !== "")
      .join(" "),
};

export const ownSwahili: OwnWords = {
  title: "Kifurushi chako",
  back: "Rudi",
  nothing: "Simu hii haina kifurushi hapa sasa.",
  nothingInBrowser:
    "Hakuna kifurushi katika kivinjari hiki. Kama simu yako iko mtandaoni, fungua ukurasa huu ulipolipia au ulipoandika msimbo wako.",
  online: "Simu hii iko mtandaoni",
  ready: "Tayari kutumika",
  paused: "Umekisitisha",
  pausedWhy: "Hakuna anayekitumia hadi ukiendeleze. Muda wake unaendelea kuhesabika.",
  timeLeft: "Muda uliobaki",
  dataLeft: "Data iliyobaki",
  until: "Hadi",
  noLimit: "Bila kikomo",
  renew: "Ingia mtandaoni, au nunua zaidi",
  devices: (taken, places) => `Vifaa: ${taken} kati ya ${places}`,
  thisPhone: "Simu hii",
  other: "Kifaa kingine",
  isOn: "Mtandaoni",
  isOff: "Hakipo mtandaoni sasa",
  takeOff: "Ondoa",
  movesLeft: (left) =>
    left === 0 ? "Leo hakiwezi tena kuhamia kifaa kingine." : `Leo kinaweza kuhamia kifaa kingine mara ${left} zaidi.`,
  give: "Mpe mwenye simu nyingine",
  giveWhy: "Utapata msimbo kwa ajili ya simu nyingine. Ukitumika huko, simu hii itatoka mtandaoni.",
  giveGo: "Onyesha msimbo",
  given: (minutes) =>
    `Andika msimbo huu kwenye simu nyingine, panapoandikwa msimbo wa vocha. Unafanya kazi mara moja, kwa dakika ${minutes}.`,
  scan: "Kamera ya simu nyingine inaweza kuskani hii, ikiwa kwenye Wi-Fi hii.",
  pause: "Kisitishe",
  pauseWhy:
    "Kama mtu anaweza kuwa na msimbo wako: hakuna anayekitumia hadi useme, hata simu hii. Muda wake unaendelea kuhesabika.",
  resume: "Kiendelee",
  pin: "PIN ya msimbo wako",
  pinWhy:
    "Mwenye msimbo wako anahitaji PIN hii kwenye kifaa kingine. Tarakimu nne hadi sita. Usitumie kamwe PIN ya M-Pesa au ya kadi ya benki.",
  pinNew: "PIN mpya",
  pinSet: "Hifadhi PIN hii",
  pinChange: "Badilisha PIN",
  pinRemove: "Ondoa PIN",
  pinIsSet: "Msimbo wako una PIN.",
  yourPin: "PIN yako",
  here: "Kitumie hapa badala yake",
  hereWhy: "Una kifurushi kwenye simu nyingine? Andika msimbo wa vocha yake, au msimbo unaoonyeshwa na simu hiyo.",
  code: "Msimbo",
  pinIfAny: "PIN, kama ipo",
  hereGo: "Kitumie hapa",
  movedOnline: "Kiko kwenye simu hii sasa, na uko mtandaoni.",
  moved: "Kiko kwenye simu hii sasa. Bonyeza “Ingia mtandaoni” hapa chini.",
  hubPage: "Malipo, risiti na bili",
  hubPageWhy: "Kwenye ukurasa wa mtoa huduma; unaingia kwa namba yako ya simu.",
  done: {
    paused: "Kimesitishwa. Hakuna anayekitumia hadi ukiendeleze.",
    resumed: "Kinaendelea.",
    pin: "PIN yako imehifadhiwa. Vifaa vingine vitaihitaji kuanzia sasa.",
    noPin: "PIN imeondolewa.",
    off: "Kifaa hicho kimeondolewa.",
  },
  refusals: {
    "not-yours": "Simu hii haina kifurushi hicho.",
    "not-allowed": "Hilo halitolewi hapa.",
    "too-often": "Ni mara nyingi. Jaribu tena baadaye.",
    locked: "PIN nyingi zisizo sahihi. Subiri saa moja, au waulize wahudumu wa hapa.",
    "wrong-pin": "Hiyo si PIN yako.",
    "bad-pin": "Chagua tarakimu nne hadi sita zisizokisiwa kwa urahisi.",
    paused: "Kimesitishwa. Kiendeleze kwanza.",
    "not-online": "Ingia mtandaoni kwa simu hii kwanza, au chagua PIN.",
    "no-such-device": "Kifaa hicho hakipo hapa tena.",
    "moved-too-often": "Kimehamishwa kifaa mara nyingi mno leo.",
  },
  tooFast: "Umeenda haraka. Subiri kidogo, kisha ujaribu tena.",
  span: (days, hours, minutes) =>
    [days > 0 ? `siku ${days}` : "", hours > 0 ? `saa ${hours}` : "", days === 0 ? `dakika ${minutes}` : ""]
      .filter((part) => part !== "")
      .join(" "),
};
