/** What the seller's page says, in the languages of this country. */
import type { SaleRefusal } from "../../cash/sell-policy.ts";

export type SellLanguage = "en" | "sw";

export interface SellStrings {
  readonly title: string;
  readonly noSellers: string;
  readonly noPlans: string;
  readonly name: string;
  readonly pin: string;
  readonly package: string;
  readonly sell: string;
  readonly sold: string;
  readonly code: string;
  readonly tellCustomer: string;
  /** Above sales that were written after their refusal. */
  readonly earlier: string;
  readonly out: string;
  readonly outOf: string;
  readonly another: string;
  readonly otherLanguage: string;
  readonly refusals: Readonly<Record<SaleRefusal, string>>;
  readonly minutes: (count: number) => string;
}

const english: SellStrings = {
  title: "Sell for cash",
  noSellers: "Nobody sells for cash at this site yet. The owner can add sellers.",
  noPlans: "There is no package with a price here yet.",
  name: "Your name",
  pin: "Your PIN",
  package: "Package",
  sell: "I have the cash: make the code",
  sold: "Sold",
  code: "The customer's code",
  tellCustomer: "The customer types this code on the page of this Wi-Fi. The time starts then.",
  earlier: "Written down after all, and counted as sold by you. Give the code to its customer:",
  out: "Cash you have to hand in",
  outOf: "of at most",
  another: "Sell another",
  otherLanguage: "Kiswahili",
  refusals: {
    "wrong-pin": "Name or PIN is wrong. Nothing was sold.",
    locked: "Too many wrong PINs. Nothing was sold. Try again in",
    "unknown-plan": "This package is not sold here any more. Nothing was sold.",
    "float-used-up": "You would have more cash than you may. Hand in what you have, then go on. Nothing was sold.",
    "bad-request": "Something was missing. Nothing was sold. Please fill in the form again.",
    "slow-down": "Too fast. Nothing was sold. Try again in",
    "not-written":
      "The sale could not be written down yet. Press the button again: it stays one sale, and counts as soon as it is written.",
  },
  minutes: (count) => (count === 1 ? "1 minute." : `${count} minutes.`),
};

const swahili: SellStrings = {
  title: "Uza kwa pesa taslimu",
  noSellers: "Hakuna muuzaji wa pesa taslimu hapa bado. Mwenye mtandao anaweza kuongeza wauzaji.",
  noPlans: "Hakuna kifurushi chenye bei hapa bado.",
  name: "Jina lako",
  pin: "PIN yako",
  package: "Kifurushi",
  sell: "Nimepokea pesa: toa namba",
  sold: "Imeuzwa",
  code: "Namba ya mteja",
  tellCustomer: "Mteja aandike namba hii kwenye ukurasa wa Wi-Fi hii. Muda unaanza hapo.",
  earlier: "Yameandikwa baadaye, na yamehesabiwa kuwa umeuza. Mpe mteja wake namba hii:",
  out: "Pesa unazopaswa kukabidhi",
  outOf: "kati ya kiwango cha juu",
  another: "Uza nyingine",
  otherLanguage: "English",
  refusals: {
    "wrong-pin": "Jina au PIN si sahihi. Hakuna kilichouzwa.",
    locked: "PIN nyingi zisizo sahihi. Hakuna kilichouzwa. Jaribu tena baada ya",
    "unknown-plan": "Kifurushi hiki hakiuzwi tena hapa. Hakuna kilichouzwa.",
    "float-used-up":
      "Utakuwa na pesa nyingi kuliko unavyoruhusiwa. Kabidhi ulizonazo, kisha uendelee. Hakuna kilichouzwa.",
    "bad-request": "Kuna kitu kimekosekana. Hakuna kilichouzwa. Tafadhali jaza fomu tena.",
    "slow-down": "Haraka mno. Hakuna kilichouzwa. Jaribu tena baada ya",
    "not-written": "Mauzo hayajaweza kuandikwa bado. Bonyeza tena: yatahesabiwa mara moja tu, yakishaandikwa.",
  },
  minutes: (count) => (count === 1 ? "dakika 1." : `dakika ${count}.`),
};

export const sellStrings: Readonly<Record<SellLanguage, SellStrings>> = { en: english, sw: swahili };
