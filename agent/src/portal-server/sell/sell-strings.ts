/** What the seller's page says, in the languages of this country. */
import type { SaleRefusal } from "../../cash/sell-policy.ts";
import type { StaffLanguage } from "../page/page-frame.ts";

export interface SellStrings {
  readonly title: string;
  readonly noSellers: string;
  readonly noPlans: string;
  readonly logInTitle: string;
  readonly logInText: string;
  readonly name: string;
  readonly pin: string;
  readonly logIn: string;
  /** Ends the seller's session on this phone. */
  readonly notMe: string;
  readonly seller: (name: string) => string;
  readonly today: string;
  readonly sales: (count: number) => string;
  readonly package: string;
  readonly choose: string;
  /** The customer's, who may go without. */
  readonly phone: string;
  readonly phoneWhy: string;
  readonly sell: (price: string) => string;
  readonly sold: string;
  readonly code: string;
  readonly copy: string;
  readonly copied: string;
  readonly tellCustomer: string;
  /** Above sales that were written after their refusal. */
  readonly earlier: string;
  readonly out: string;
  readonly outOf: (limit: string) => string;
  /** Codes that were sold and not begun. */
  readonly lately: string;
  readonly latelyWhy: string;
  /** What stands beside the picture of a code. */
  readonly scan: string;
  readonly print: string;
  /** Opens the messages of the seller's own phone. */
  readonly sendAgain: string;
  readonly message: (sold: { readonly plan: string; readonly code: string; readonly place: string }) => string;
  readonly another: string;
  readonly refusals: Readonly<Record<SaleRefusal | "logged-out", string>>;
  readonly minutes: (count: number) => string;
}

const english: SellStrings = {
  title: "Sell for cash",
  noSellers: "Nobody sells for cash at this site yet. The owner can add sellers.",
  noPlans: "No package has a price here yet.",
  logInTitle: "Who is selling?",
  logInText: "This phone remembers you until you press “Not me”, for twelve hours at most.",
  name: "Your name",
  pin: "Your PIN",
  logIn: "Start selling",
  notMe: "Not me",
  seller: (name) => `${name} sells`,
  today: "Your sales today",
  sales: (count) => (count === 1 ? "1 sale" : `${count} sales`),
  package: "Which package?",
  choose: "Choose a package",
  phone: "The customer's phone number (optional)",
  phoneWhy: "With it a lost code can be found and sent again.",
  sell: (price) => `${price} received: make the code`,
  sold: "Sold",
  code: "The customer's code",
  copy: "Copy the code",
  copied: "Copied",
  tellCustomer: "The customer types this code on the page of this Wi-Fi. Their time starts then.",
  earlier: "It was recorded after all, and counts as your sale. Give the code to its customer:",
  out: "Cash not handed in yet, before your commission",
  outOf: (limit) => `of at most ${limit}`,
  lately: "Your last codes",
  latelyWhy: "Sold by you and not used yet. A used code is no longer listed.",
  scan: "The customer's phone reads this with its camera, on this Wi-Fi.",
  print: "Print",
  sendAgain: "Send by text message",
  message: ({ plan, code, place }) => `Wi-Fi ${place}: ${plan}. Your code: ${code}. Type it on the page of the Wi-Fi.`,
  another: "Sell another",
  refusals: {
    "wrong-pin": "Name or PIN is wrong. Nothing was sold.",
    locked: "Too many wrong PINs. Nothing was sold. Try again in",
    "unknown-plan": "This package is no longer sold here. Nothing was sold.",
    "price-changed": "The price has changed. Nothing was sold. Check it again before you take the money.",
    "other-currency":
      "This package is priced in a currency that the owner does not count in, so its cash can't be handed in. Nothing was sold.",
    "float-used-up":
      "You would hold more cash than you are allowed to. Hand in what you have, then continue. Nothing was sold.",
    "day-limit": "You have made as many sales today as the owner allows. Nothing was sold.",
    "bad-phone": "That is not a mobile number. Nothing was sold. Correct it, or leave it empty.",
    "bad-request": "Something was missing. Nothing was sold. Please fill in the form again.",
    "slow-down": "Too fast. Nothing was sold. Try again in",
    "not-written":
      "The sale could not be recorded yet. Press the button again: it stays one sale, and counts as soon as it is recorded.",
    "logged-out": "You were logged out on this phone. Nothing was sold. Enter your PIN again.",
  },
  minutes: (count) => (count === 1 ? "1 minute." : `${count} minutes.`),
};

const swahili: SellStrings = {
  title: "Uza kwa pesa taslimu",
  noSellers: "Hakuna muuzaji wa pesa taslimu hapa bado. Mwenye mtandao anaweza kuongeza wauzaji.",
  noPlans: "Hakuna kifurushi chenye bei hapa bado.",
  logInTitle: "Nani anauza?",
  logInText: "Simu hii itakukumbuka hadi ubonyeze “Si mimi”, kwa saa kumi na mbili zaidi.",
  name: "Jina lako",
  pin: "PIN yako",
  logIn: "Anza kuuza",
  notMe: "Si mimi",
  seller: (name) => `${name} anauza`,
  today: "Mauzo yako ya leo",
  sales: (count) => `mauzo ${count}`,
  package: "Kifurushi gani?",
  choose: "Chagua kifurushi",
  phone: "Namba ya simu ya mteja (si lazima)",
  phoneWhy: "Kwa namba hiyo vocha iliyopotea inaweza kupatikana na kutumwa tena.",
  sell: (price) => `Nimepokea ${price}: toa vocha`,
  sold: "Imeuzwa",
  code: "Msimbo wa vocha ya mteja",
  copy: "Nakili msimbo",
  copied: "Umenakiliwa",
  tellCustomer: "Mteja aandike msimbo huu kwenye ukurasa wa Wi-Fi hii. Muda unaanza hapo.",
  earlier: "Yameandikwa baadaye, na yamehesabiwa kuwa umeuza. Mpe mteja wake msimbo huu:",
  out: "Pesa ambazo hujakabidhi, kabla ya kamisheni yako",
  outOf: (limit) => `kati ya ${limit} zinazoruhusiwa`,
  lately: "Misimbo yako ya mwisho",
  latelyWhy: "Umeiuza na haijatumika bado. Msimbo uliotumika haupo tena hapa.",
  scan: "Simu ya mteja isome picha hii kwa kamera, ikiwa kwenye Wi-Fi hii.",
  print: "Chapisha",
  sendAgain: "Tuma kwa ujumbe mfupi",
  message: ({ plan, code, place }) => `Wi-Fi ${place}: ${plan}. Msimbo wako: ${code}. Uandike kwenye ukurasa wa Wi-Fi.`,
  another: "Uza nyingine",
  refusals: {
    "wrong-pin": "Jina au PIN si sahihi. Hakuna kilichouzwa.",
    locked: "PIN nyingi zisizo sahihi. Hakuna kilichouzwa. Jaribu tena baada ya",
    "unknown-plan": "Kifurushi hiki hakiuzwi tena hapa. Hakuna kilichouzwa.",
    "price-changed": "Bei imebadilika. Hakuna kilichouzwa. Iangalie tena kabla ya kupokea pesa.",
    "other-currency":
      "Kifurushi hiki kina bei ya sarafu nyingine, na mwenye mtandao hawezi kuipokea kwako. Hakuna kilichouzwa.",
    "float-used-up":
      "Utakuwa na pesa nyingi kuliko unavyoruhusiwa. Kabidhi ulizonazo, kisha uendelee. Hakuna kilichouzwa.",
    "day-limit": "Umefanya mauzo yote yanayoruhusiwa na mwenye mtandao kwa leo. Hakuna kilichouzwa.",
    "bad-phone": "Hii si namba ya simu ya mkononi. Hakuna kilichouzwa. Isahihishe, au iache tupu.",
    "bad-request": "Kuna kitu kimekosekana. Hakuna kilichouzwa. Tafadhali jaza fomu tena.",
    "slow-down": "Haraka mno. Hakuna kilichouzwa. Jaribu tena baada ya",
    "not-written": "Mauzo hayajaweza kuandikwa bado. Bonyeza tena: yatahesabiwa mara moja tu, yakishaandikwa.",
    "logged-out": "Muda wako kwenye simu hii umeisha. Hakuna kilichouzwa. Weka PIN yako tena.",
  },
  minutes: (count) => (count === 1 ? "dakika 1." : `dakika ${count}.`),
};

export const sellStrings: Readonly<Record<StaffLanguage, SellStrings>> = { en: english, sw: swahili };
