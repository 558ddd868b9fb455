/** What the page of other devices says. */
type AddTrouble =
  | "bad-mac"
  | "already-here"
  | "belongs-to-another"
  | "is-moving"
  | "not-seen"
  | "too-often"
  | "too-many-devices";

export interface DevicesWords {
  readonly title: string;
  readonly back: string;
  readonly offline: string;
  readonly places: (taken: number, places: number, plan: string) => string;
  /** Instead of the form: every place is taken. @param mine how many of them can be taken off here */
  readonly full: (mine: number) => string;
  readonly added: string;
  readonly online: string;
  readonly off: string;
  readonly remove: string;
  readonly choose: string;
  readonly chooseWhy: string;
  readonly noneAround: string;
  readonly typed: string;
  readonly typedWhy: string;
  readonly add: string;
  readonly isOnline: string;
  readonly isBound: string;
  readonly isRemoved: string;
  readonly refusals: Readonly<Record<AddTrouble, string>>;
  readonly refused: string;
}

export const devicesEnglish: DevicesWords = {
  title: "Other devices",
  back: "Back",
  offline: "Go online with this phone first. Then you can put a television or a console online with it.",
  places: (taken, places, plan) => `${plan}: ${taken} of ${places} devices`,
  full: (mine) =>
    mine === 0
      ? "No place is left for another device in this package."
      : "No place is left for another device in this package. Remove one first.",
  added: "Put online by you",
  online: "Online",
  off: "Not online now",
  remove: "Remove",
  choose: "Which device?",
  chooseWhy:
    "Connect it to this Wi-Fi first. The letters are the end of its MAC address, which you find in its network settings.",
  noneAround: "No other device is waiting. Connect it to this Wi-Fi, and look again.",
  typed: "Or its whole MAC address",
  typedWhy: "Like AA:BB:CC:DD:EE:01. You find it in the device's network settings.",
  add: "Put it online",
  isOnline: "It is online.",
  isBound: "It is yours now, and goes online in a moment. If it does not, switch its Wi-Fi off and on.",
  isRemoved: "It was removed.",
  refusals: {
    "bad-mac": "This is not the MAC address of another device.",
    "already-here": "This device is already yours.",
    "belongs-to-another": "This device has a package of its own, or belongs to somebody else.",
    "is-moving": "This device has just changed its address. Wait ten minutes, and try again.",
    "not-seen": "This Wi-Fi does not see that device. Connect it first.",
    "too-often": "You have tried that too often. Try again later.",
    "too-many-devices": "Your package has no place for one more device. Remove one first.",
  },
  refused: "Your package does not let it in now.",
};

export const devicesSwahili: DevicesWords = {
  title: "Vifaa vingine",
  back: "Rudi",
  offline: "Ingia mtandaoni kwa simu hii kwanza. Kisha unaweza kuingiza televisheni au kifaa kingine.",
  places: (taken, places, plan) => `${plan}: vifaa ${taken} kati ya ${places}`,
  full: (mine) =>
    mine === 0
      ? "Kifurushi hiki hakina nafasi ya kifaa kingine."
      : "Kifurushi hiki hakina nafasi ya kifaa kingine. Ondoa kimoja kwanza.",
  added: "Ulivyoviingiza",
  online: "Mtandaoni",
  off: "Hakipo mtandaoni sasa",
  remove: "Ondoa",
  choose: "Kifaa gani?",
  chooseWhy:
    "Kiunganishe na Wi-Fi hii kwanza. Herufi ni mwisho wa anwani yake ya MAC, iliyo katika mipangilio yake ya mtandao.",
  noneAround: "Hakuna kifaa kingine kinachosubiri. Kiunganishe na Wi-Fi hii, kisha angalia tena.",
  typed: "Au anwani yake yote ya MAC",
  typedWhy: "Kama AA:BB:CC:DD:EE:01. Iko katika mipangilio ya mtandao ya kifaa.",
  add: "Kiingize mtandaoni",
  isOnline: "Kiko mtandaoni.",
  isBound: "Ni chako sasa. Kitaingia baada ya muda mfupi; la sivyo zima na uwashe Wi-Fi yake.",
  isRemoved: "Kimeondolewa.",
  refusals: {
    "bad-mac": "Hii si anwani ya MAC ya kifaa kingine.",
    "already-here": "Kifaa hiki ni chako tayari.",
    "belongs-to-another": "Kifaa hiki kina chake, au ni cha mtu mwingine.",
    "is-moving": "Kifaa hiki kimebadilisha anwani sasa hivi. Subiri dakika kumi, kisha ujaribu tena.",
    "not-seen": "Wi-Fi hii haikioni kifaa hicho. Kiunganishe kwanza.",
    "too-often": "Ni mara nyingi. Jaribu tena baadaye.",
    "too-many-devices": "Kifurushi chako hakina nafasi ya kifaa kingine. Ondoa kimoja kwanza.",
  },
  refused: "Kifurushi chako hakikiruhusu sasa.",
};
