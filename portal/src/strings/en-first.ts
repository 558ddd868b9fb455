/** English, for the first view. The type of this object lists its words: a language without one of them does not compile. */
import type { PlanWords } from "@karibu/protocol/plan-words";
import type { EndReason } from "./end-reasons.ts";

export interface Advice {
  readonly title: string;
  readonly text: string;
}
/** `name`: the name of the package. */
const ended: Record<EndReason, (name: string) => Advice> = {
  expired: (name) => ({
    title: "Your time is over",
    text: `“${name}” has ended. Choose a package or enter a voucher to go on.`,
  }),
  "time-used": (name) => ({
    title: "Your time is used up",
    text: `“${name}” has ended. Choose a package or enter a voucher to go on.`,
  }),
  "data-used": (name) => ({
    title: "Your data is used up",
    text: `“${name}” has no data left. Choose a package or enter a voucher to go on.`,
  }),
  "too-many-devices": (name) => ({
    title: "Now used on another device",
    text: `“${name}” went online elsewhere. To have it back here, enter its voucher code again, or choose a package.`,
  }),
  "outside-schedule": (name) => ({
    title: "Not at this hour",
    text: `“${name}” does not work at this hour of the day.`,
  }),
  revoked: (name) => ({
    title: "Your package was taken back",
    text: `“${name}” does not work any more. Ask where you bought it.`,
  }),
  other: (name) => ({
    title: "You are not online any more",
    text: `“${name}” can't be used now. Choose a package or enter a voucher to go on.`,
  }),
};

export const en = {
  useDark: "Dark colours",
  useLight: "Light colours",
  greeting: "Karibu",
  invitation: "Pick a package, pay with M-Pesa, and you are online.",
  invitationVouchers: "Enter your voucher and you are online.",
  loading: "Opening the door…",
  noContactTitle: "We lost the Wi-Fi",
  noContactText: "Come closer, or switch Wi-Fi off and on. We keep trying.",
  tryNow: "Try now",
  heldTitle: (name: string) => `${name} is paused`,
  hubAwayTitle: "Buying is closed for now",
  hubAwayText: "This place has lost its connection to M-Pesa. Vouchers and what you have bought still work.",
  notOfferedText: "Get a voucher from the people here, and type its code below.",
  noPackages: "No packages are for sale here yet. If you have a voucher, it works.",
  hotspotSaid: "The Wi-Fi said:",
  packages: "Packages",
  groupDay: "For today",
  groupWeek: "For the week",
  groupMonth: "For the month",
  groupOther: "More",
  unlimitedData: "Unlimited data",
  unlimitedTime: "No time limit",
  upTo: (speed: string) => `up to ${speed}`,
  deviceCount: (count: number) => `${count} devices`,
  onlineTime: (duration: string) => `${duration} online`,
  buy: "Buy",
  free: "Free",
  closed: "Buying is closed:",
  availableTitle: "Ready to use",
  availableText: "You are not online yet.",
  ended,
  goOnline: "Go online",
  left: "left",
  voucherTitle: "Have a voucher?",
  voucherLabel: "Voucher code",
  voucherGo: "Use it",
  voucherChecking: "Checking…",
  voucherMissing: "Type the code on your voucher.",
  voucherPinLabel: "Check number",
  voucherPin: "Type the check number of this voucher too, or the one you chose.",
  claim: "I already paid",
  mine: "Your package",
  stillOpen: (name: string) => `A payment for ${name} is still open.`,
  show: "Show",
  onlineTitle: "You are online",
  noLimit: "No limit",
  invitationAny: "Pick a package, choose how to pay, and you are online.",
  backToOnline: "Back to what is left",
  help: "Need help? Call",
  minutes: (count: number) => (count === 1 ? "1 minute" : `${count} minutes`),
  hours: (count: number) => (count === 1 ? "1 hour" : `${count} hours`),
  days: (count: number) => (count === 1 ? "1 day" : `${count} days`),
  locale: "en-KE",
  /** How this language says the names of standard plans; null: as they are filed. */
  planWords: null as PlanWords | null,
  /** A number with its unit, as this language writes it: `1.5 GB` becomes `1,5 Go` in French. */
  figure: (text: string) => text,
};

export type Strings = typeof en;
