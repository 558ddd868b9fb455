/** English, for what the first view does not need: refusals, paying, waiting, failures, online. */
import type { ProblemCode } from "@karibu/protocol/portal-api";
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";
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
    title: "Your package was withdrawn",
    text: `“${name}” no longer works. Ask where you bought it.`,
  }),
  other: (name) => ({
    title: "You are no longer online",
    text: `“${name}” can't be used now. Choose a package or enter a voucher to go on.`,
  }),
};

export type FailureReason = PurchaseFailure;
const failures: Record<FailureReason, Advice> = {
  cancelled: {
    title: "The payment was cancelled",
    text: "The request on your phone was closed before a PIN was typed. No money was taken.",
  },
  "no-funds": {
    title: "Not enough money in M-Pesa",
    text: "Add money to your M-Pesa and try again, or choose a smaller package. No money was taken.",
  },
  "wrong-pin": {
    title: "The PIN was wrong",
    text: "Try again. M-Pesa locks after several wrong PINs. No money was taken.",
  },
  "pin-locked": {
    title: "Your M-Pesa is locked",
    text: "Too many wrong PINs. Call 100 to unlock it. No money was taken.",
  },
  unreachable: {
    title: "Your phone did not answer",
    text: "Check that the phone is on, unlocked and has signal, then try again. If this keeps happening, dial *234# to update your SIM.",
  },
  expired: {
    title: "The request timed out",
    text: "No PIN was entered in time, so no money was taken. Keep your phone near and try again.",
  },
  limit: {
    title: "This is above your M-Pesa limit",
    text: "M-Pesa does not allow this amount for your number today. Choose a smaller package or pay from another number.",
  },
  busy: {
    title: "M-Pesa is busy with this number",
    text: "Another request is still open on it. Wait two minutes, then try again.",
  },
  "system-busy": {
    title: "M-Pesa is busy",
    text: "Many people are paying right now. Nothing was taken. Try again in a minute.",
  },
  "not-sent": {
    title: "The request did not reach M-Pesa",
    text: "Nothing was taken. Try again in a minute.",
  },
  "merchant-problem": {
    title: "M-Pesa is not working at this place",
    text: "The owner of this network has to put it right. Nothing was taken, and vouchers still work.",
  },
  other: {
    title: "The payment did not go through",
    text: "M-Pesa did not say why. Look at your M-Pesa messages before you try again.",
  },
};

const problems: Record<ProblemCode | "unreachable", string> = {
  "bad-request": "Something there is not right. Check it and try again.",
  "bad-phone": "That is not a Safaricom number. It looks like 0712 345 678.",
  "unknown-plan": "This package is no longer sold. Choose another one.",
  "not-offered": "Buying with M-Pesa is not offered here. Use a voucher.",
  "hub-away": "Buying is closed while this place has no connection to M-Pesa. Vouchers work.",
  "hub-slow": "M-Pesa has not answered yet. Tap again: you will not pay twice.",
  "no-credit": "You do not have enough credit for this package. Pay by M-Pesa, or choose a smaller one.",
  "bad-code": "This discount code does not work for this package.",
  "code-used-up": "This discount code is used up.",
  "price-changed": "The price has just changed. Please check it again.",
  "prompt-already-open":
    "A payment request is already open on this number. Finish it on the phone, or wait two minutes.",
  "no-receipt": "There is no M-Pesa code in that. A code looks like TJK4XY12AB.",
  "another-payer": "That payment came from another phone. Type the number that paid.",
  "unknown-receipt": "M-Pesa does not know that code. Check it, or try again in a few minutes.",
  "sale-not-here-yet": "This sale is not known here yet. Try again in a moment.",
  "slow-down": "That was a bit too quick. Wait a moment, then try again.",
  "not-found": "This is no longer known here.",
  "nothing-bought": "There is nothing left on this phone. Choose a package or enter a voucher.",
  "no-log-in-page": "Close this page and open the network's sign-in page again.",
  "router-refused": "The Wi-Fi router refused. Try again in a moment.",
  fault: "Something went wrong on our side. Try again in a moment.",
  "unknown-user":
    "We do not know this code here. Check each sign, and that it is for this place: codes of other places are not known here.",
  "wrong-password":
    "We do not know this code here. Check each sign, and that it is for this place: codes of other places are not known here.",
  guessing: "Too many wrong codes. Wait a moment, then try again.",
  "one-moment": "One moment: many people are entering codes. This continues by itself.",
  disabled: "This code has been switched off. Ask where you bought it.",
  revoked: "This code has been withdrawn. Ask where you bought it.",
  suspended: "The owner of this network has paused this. Ask them how to continue.",
  paused: "This code is paused. See “Your package”.",
  expired: "This code has expired.",
  "time-used": "The time on this code is used up.",
  "data-used": "The data on this code is used up.",
  "outside-schedule": "This code does not work at this hour of the day.",
  "too-many-devices": "This code is already on as many phones as it allows.",
  "moved-too-often": "This code has moved between phones too often today.",
  elsewhere: "This code is in use at another place.",
  "not-remembered": "This Wi-Fi is still finding out what was used before. Try again in a few minutes.",
  "clock-unknown": "The Wi-Fi has just started. Try again in a few minutes.",
  unreachable: "No answer from the Wi-Fi. Come closer and try again.",
};

export const enLater = {
  voucherPinLabel: "Check number",
  voucherPin: "Also type this voucher's check number, or the one that you chose.",
  heldTitle: (name: string) => `${name} is paused`,
  hotspotSaid: "The Wi-Fi said:",
  availableTitle: "Ready to use",
  availableText: "You are not online yet.",
  ended,
  goOnline: "Go online",
  /** Time, data or both: the same words, however much it is. */
  left: (what: string) => `${what} left`,
  stillOpen: (name: string) => `A payment for ${name} is still open.`,
  show: "Show",
  onlineTitle: "You are online",
  noLimit: "No limit",
  backToOnline: "Back to what is left",
  payTitle: "Pay with M-Pesa",
  phoneLabel: "Your M-Pesa number",
  phoneHint: "Safaricom, like 0712 345 678 or +254…",
  phoneWrong: "That is not a Safaricom number. It looks like 0712 345 678.",
  phoneShort: "That number is too short. It looks like 0712 345 678.",
  phoneExample: "0712 345 678",
  phoneMissing: "Type the number that pays.",
  promo: "Discount code",
  payHow: "How do you want to pay?",
  payHowMissing: "Choose how you want to pay.",
  payByPhone: "A request comes to your phone",
  payByPage: "On the payment company's page",
  pay: (price: string) => `Pay ${price}`,
  paySending: "Sending the request…",
  voucherPinHint: "Only where your voucher has one.",
  payNote: "M-Pesa asks for your PIN on your phone. We never see it.",
  back: "Back",
  waitSeconds: (seconds: number) =>
    seconds === 1 ? "1 second" : seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`,
  waitFor: (duration: string) => `Wait ${duration}.`,
  problems,
  waitingTitle: "Check your phone",
  waitingText: (price: string, phone: string | null) =>
    phone === null ? `Enter your M-Pesa PIN to pay ${price}.` : `Enter your M-Pesa PIN on ${phone} to pay ${price}.`,
  waitingCalm:
    "The request can take a few seconds to show up. Credit on this number is spent first, so it may ask for less.",
  waitingMid: "Still waiting for your PIN. The request stays open for about a minute: unlock your phone.",
  unknownTitle: "We are asking M-Pesa",
  unknownText: "It is not clear yet whether you paid. Do not pay again. You go online once M-Pesa confirms.",
  unknownLongTitle: "M-Pesa has not told us yet",
  unknownLongText: "The owner sees this payment. If you paid, you get your package. Until then, a voucher works.",
  unknownLongNote: (phone: string | null) =>
    phone === null
      ? "Keep your M-Pesa message and show it to the people here."
      : `Keep your M-Pesa message and call ${phone}.`,
  waitingHubAway: "The connection to M-Pesa dropped. Your money is safe: you go online when it is back.",
  stepSent: "Request sent",
  stepPin: "You enter your PIN",
  stepOnline: "You are online",
  payAtTitle: "Pay on the next page",
  payAtText: (price: string) => `Pay ${price} there, then come back to this Wi-Fi page. It continues by itself.`,
  payAt: "Open the payment page",
  stopWaiting: "Stop waiting",
  paidTitle: "Paid. Thank you!",
  paidText: "Connecting you now…",
  paidWait: "Your package is on its way to this Wi-Fi. This page continues by itself.",
  paidReady: "Your package is ready.",
  receipt: (receipt: string) => `M-Pesa receipt ${receipt}`,
  creditLeft: (amount: string) => `You have ${amount} left here for the next time.`,
  connectingTitle: "Connecting you…",
  connectingText: "A few seconds, and you are online.",
  notConnectedTitle: "Almost there",
  notConnectedText: "What you have is safe, but the Wi-Fi has not let this phone in yet.",
  connectAgain: "Connect again",
  failures,
  tryAgain: "Try again",
  otherPackage: "Choose another package",
  timeLeft: "time left",
  dataLeft: "Data left",
  speed: "Speed up to",
  full: "As fast as it goes",
  until: "Until",
  dataOf: (left: string, total: string) => `${left} of ${total}`,
  startBrowsing: "Start browsing",
  moreAtNextLogIn:
    "More was added to your package. It counts from your next log-in: when the internet stops, open this page again.",
  buyMore: "Buy more",
  codesTitle: "Codes for the others",
  codeScan: "Show as a picture to scan",
  otherDevices: "Put a TV or console online",
  logOut: "Log out this phone",
  loggingOut: "Logging out…",
  /** “I already paid.” An empty `receipt`: the form has no such field. */
  claimPage: {
    text: "Enter the number that paid, and the message from M-Pesa or from us, or its code.",
    phone: "The number that paid",
    receipt: "Code, or the whole message",
    amount: "No message? How much did you pay?",
    go: "Find my payment",
    looking: "Looking…",
    missing: "Type the code, or how much you paid.",
    badAmount: "Type the amount in numbers, like 50.",
    askedTitle: "We are asking M-Pesa",
    askedText: "This can take a few minutes. Keep this page open: you go online as soon as your money is found.",
    askedLong: "Not found yet. If you paid, nothing is lost.",
    notedTitle: "We noted your payment",
    notedText: "We can't look it up ourselves: the owner of this network has to. This page continues after that.",
    creditTitle: "We have your money",
    creditText: "It is kept for you as credit with the owner of this network, who can turn it into a package for you.",
  },
  claimOnPage: {
    text: "Enter the number that you typed when you bought, and how much you paid.",
    phone: "Your phone number",
    receipt: "",
    amount: "How much did you pay?",
    missing: "Type how much you paid.",
    askedTitle: "We are asking about your payment",
  },
};

export type LaterStrings = typeof enLater;
export type ClaimWords = LaterStrings["claimPage"];
