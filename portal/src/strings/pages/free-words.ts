/** What the pages of the free trial and of the payment window say. */
export interface FreeWords {
  readonly payTitle: string;
  readonly payText: string;
  readonly payGo: string;
  readonly title: string;
  readonly back: string;
  readonly offer: (name: string) => string;
  readonly start: string;
  readonly phone: string;
  readonly phoneWhy: string;
  readonly send: string;
  readonly code: string;
  readonly codeSent: (phone: string) => string;
  readonly prove: string;
  readonly otherPhone: string;
  readonly ready: string;
  readonly refusals: Readonly<Record<TrialTrouble, string>>;
}

export type TrialTrouble =
  | "not-offered"
  | "not-remembered"
  | "had-one"
  | "none-left"
  | "bad-phone"
  | "wrong-code"
  | "phone-had-one"
  | "slow-down"
  | "hub-slow"
  | "has-something"
  | "not-let-in"
  | "again";

export const freeEnglish: FreeWords = {
  payTitle: "To the payment page",
  payText: "For the next few minutes this phone can reach your bank's page. It is slow, and only for paying.",
  payGo: "Open the payment page",
  title: "Try it free",
  back: "Back",
  offer: (name) => `${name}, free, once.`,
  start: "Go online free",
  phone: "Your phone number",
  phoneWhy: "We send it a code. Each number gets one trial.",
  send: "Send me the code",
  code: "The code from the SMS",
  codeSent: (phone) => `A code is on its way to ${phone}. It works for five minutes.`,
  prove: "Go online free",
  otherPhone: "Another number",
  ready: "Everything is ready. One more tap, and you are online.",
  refusals: {
    "not-offered": "There is nothing to try here now.",
    "not-remembered": "This Wi-Fi is still finding out what it gave before. Try again in a few minutes.",
    "had-one": "This phone has already had its free trial.",
    "none-left": "Today's free trials are all taken. Come back tomorrow, or choose a package.",
    "bad-phone": "That is not a mobile number of this country.",
    "wrong-code": "That is not the code, or it is too old. Look again, or ask for a new one.",
    "phone-had-one": "This number has already had its free trial.",
    "slow-down": "You have tried that too often. Wait a little, then try again.",
    "hub-slow": "No answer yet. Try again in a moment.",
    "has-something": "This phone already has a package.",
    "not-let-in": "The Wi-Fi router did not let this phone in. Try again in a moment.",
    again: "Press the button once more.",
  },
};

export const freeSwahili: FreeWords = {
  payTitle: "Kwenye ukurasa wa malipo",
  payText: "Kwa dakika chache simu hii itafika ukurasa wa benki yako. Ni polepole, na ni kwa kulipa tu.",
  payGo: "Fungua ukurasa wa malipo",
  title: "Jaribu bure",
  back: "Rudi",
  offer: (name) => `${name}, bila malipo, mara moja.`,
  start: "Ingia mtandaoni bure",
  phone: "Namba yako ya simu",
  phoneWhy: "Tutaituma msimbo. Kila namba hupata jaribio moja.",
  send: "Nitumie msimbo",
  code: "Msimbo ulio kwenye SMS",
  codeSent: (phone) => `Msimbo unakuja kwa ${phone}. Unafanya kazi kwa dakika tano.`,
  prove: "Ingia mtandaoni bure",
  otherPhone: "Namba nyingine",
  ready: "Kila kitu kiko tayari. Bonyeza mara moja zaidi uingie mtandaoni.",
  refusals: {
    "not-offered": "Hakuna cha kujaribu hapa sasa.",
    "not-remembered": "Wi-Fi hii lazima iulize kwanza ilichotoa awali. Jaribu tena baada ya dakika chache.",
    "had-one": "Simu hii tayari imepata jaribio lake la bure.",
    "none-left": "Majaribio ya bure ya leo yamekwisha. Rudi kesho, au chagua kifurushi.",
    "bad-phone": "Hiyo si namba ya simu ya nchi hii.",
    "wrong-code": "Huo si msimbo, au umepitwa na wakati. Angalia tena, au omba mwingine.",
    "phone-had-one": "Namba hii tayari imepata jaribio lake la bure.",
    "slow-down": "Umejaribu mara nyingi. Subiri kidogo, kisha jaribu tena.",
    "hub-slow": "Bado hakuna jibu. Jaribu tena baada ya muda mfupi.",
    "has-something": "Simu hii tayari ina kitu cha kutumia.",
    "not-let-in": "Ruta ya Wi-Fi haikuiruhusu simu hii. Jaribu tena baada ya muda mfupi.",
    again: "Bonyeza kitufe mara moja zaidi.",
  },
};
