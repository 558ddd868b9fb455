/** English, where customers pay otherwise than by M-Pesa of Kenya: on a payment page, or in another country. */
import { failuresOnPage, type PageWords, type Replacement } from "./way-words.ts";

export const page: PageWords = {
  invitation: "Pick a package, pay by card, and you are online.",
  hubAwayText: "This place has lost its connection to the payment page. Vouchers and what you have bought still work.",
  payTitle: "Buy this package",
  phoneLabel: "Your phone number",
  phoneHint: "To find your package again. Like 0712 345 678 or +254…",
  phoneWrong: "That is not a mobile number of Kenya. It looks like 0712 345 678.",
  paySending: "Opening the payment…",
  payNote: "You pay on the payment company's page. We never see your card.",
  waitingTitle: "Waiting for your payment",
  waitingText: (price) => `Pay ${price} on the payment page, then come back here.`,
  waitingMid: "This page continues by itself.",
  unknownText: "It is not clear yet whether you paid. Do not pay again. You go online once it is confirmed.",
  unknownLongNote: (phone) =>
    `Keep your receipt and ${phone === null ? "show it to the people here" : `call ${phone}`}.`,
  waitingHubAway: "The connection dropped. Your money is safe: you go online when it is back.",
  stepSent: "Payment started",
  stepPin: "You pay",
  receipt: (receipt) => `Receipt ${receipt}`,
  failures: /* @__PURE__ */ failuresOnPage(
    { title: "You have not paid", text: "The payment page was closed, or it timed out. No money was taken." },
    { title: "The payment page did not open", text: "Nothing was taken. Try again in two minutes." },
    {
      title: "Paying does not work at this place",
      text: "The owner of this network has to put it right. Nothing was taken, and vouchers still work.",
    },
    { title: "The payment did not go through", text: "Try again, with another card or in another way." },
  ),
  problems: {
    "hub-slow": "No answer yet. Tap again: you will not pay twice.",
    "no-credit": "You do not have enough credit for this package. Pay by card, or choose a smaller one.",
    "prompt-already-open": "A payment is already open for this number. Finish it, or wait two minutes.",
    "unknown-receipt": "That payment is not known. If you paid just now, try again in a few minutes.",
  },
};

/** Takes out what only Safaricom's customers have. */
export const elsewhere: readonly Replacement[] = [
  [/Safaricom, (.)/, (_, first: string) => first.toUpperCase()],
  ["a Safaricom number", "a mobile number"],
  [/ If this keeps happening, dial \*234#[^.]*\./, ""],
  [/ Call 100 to unlock it\./, ""],
];
