/** English, for the pages that the first view does not need: waiting, failures, online. */
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";
import type { Advice } from "./en.ts";

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
    title: "The PIN was not right",
    text: "Try again. M-Pesa locks after several wrong PINs. No money was taken.",
  },
  "pin-locked": {
    title: "Your M-Pesa is locked",
    text: "Too many wrong PINs. Call 100 to open it. No money was taken.",
  },
  unreachable: {
    title: "Your phone did not answer",
    text: "See that the phone is on, unlocked and has signal, then try again. If it goes on, dial *234# to update your SIM.",
  },
  expired: {
    title: "The request ran out of time",
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

export const enLater = {
  terms: "Terms",
  waitingTitle: "Check your phone",
  waitingText: (price: string, phone: string | null) =>
    phone === null ? `Enter your M-Pesa PIN to pay ${price}.` : `Enter your M-Pesa PIN on ${phone} to pay ${price}.`,
  waitingCalm:
    "The request can take a few seconds to show up. Credit of this number is spent first, so it may ask for less.",
  waitingMid: "Still waiting for your PIN. The request stays open about a minute: unlock your phone.",
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
  payAtText: (price: string) => `Pay ${price} there, then come back to this Wi-Fi page. It goes on by itself.`,
  payAt: "Open the payment page",
  stopWaiting: "Stop waiting",
  paidTitle: "Paid. Thank you!",
  paidText: "Connecting you now…",
  paidWait: "Your package is on its way to this Wi-Fi. This page goes on by itself.",
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
  buyMore: "Buy more",
  codesTitle: "Codes for the others",
  otherDevices: "Put a TV or console online",
  logOut: "Log out this phone",
  loggingOut: "Logging out…",
};

export type LaterStrings = typeof enLater;
