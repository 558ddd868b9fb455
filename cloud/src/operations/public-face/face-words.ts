/** What the public pages say, in each language. */
import type { PublicPart, PublicState } from "./status-policy.ts";

export type FaceLanguage = "en" | "sw";

export interface FaceWords {
  readonly title: string;
  readonly description: string;
  readonly other: string;
  readonly logIn: string;
  readonly signUp: string;
  readonly signUpNote: Readonly<Record<"open" | "invitation" | "closed", string>>;
  readonly heading: string;
  readonly lead: string;
  readonly needsScripts: string;
  readonly whatItDoes: string;
  readonly points: readonly (readonly [heading: string, text: string])[];
  readonly howItGoes: string;
  readonly steps: readonly string[];
  readonly prices: string;
  readonly pricesNote: string;
  readonly noPrices: string;
  readonly free: string;
  readonly aMonth: string;
  readonly trialDays: (days: number) => string;
  readonly sites: (count: string) => string;
  readonly messages: (count: string) => string;
  readonly status: string;
  readonly statusNote: string;
  readonly guides: string;
  readonly apiPage: string;
  readonly backHome: string;
  readonly since: string;
  readonly parts: Readonly<Record<PublicPart, readonly [name: string, what: string]>>;
  readonly states: Readonly<Record<PublicState, string>>;
  readonly overall: Readonly<Record<PublicState, string>>;
}

const en: FaceWords = {
  title: "Karibu: Wi-Fi hotspots that keep selling",
  description:
    "Sell internet access on MikroTik hotspots: mobile money, cards and voucher codes, monthly customers and one set of books. Sites go on working while the line is down.",
  other: "Kiswahili",
  logIn: "Log in",
  signUp: "Sign up",
  signUpNote: {
    open: "You need an e-mail address. Keys of your payment channel can follow later.",
    invitation: "Here only who was invited can sign up. Ask the people who run this hub.",
    closed: "The people who run this hub make new accounts. Ask them.",
  },
  heading: "Wi-Fi hotspots that keep selling",
  lead: "Karibu sells internet access on MikroTik routers. Customers pay on their phone or type a code, and are online in seconds. What they have bought goes on working while the line, the hub or the power is away.",
  needsScripts: "To log in, your browser must allow scripts.",
  whatItDoes: "What it does",
  points: [
    [
      "Paid on the phone",
      "The customer picks a plan and types a PIN: M-Pesa, Airtel Money, MTN MoMo, Pesapal, or a card by Stripe. The money goes to your own account, not through ours.",
    ],
    [
      "Works without the internet",
      "The site itself checks voucher codes, ends each session in time and counts what is used. The hub hears of it when the line is back.",
    ],
    [
      "One line sets a router up",
      "You paste one line into the router. It reports here, you look at what it found and choose. It needs no public address.",
    ],
    [
      "Every shilling has a place",
      "Payments, cash sales, refunds and fees stand in double-entry books. Statements of the channel are compared with them to zero.",
    ],
    [
      "Customers at home",
      "Monthly plans over hotspot or PPPoE, with invoices, reminders, days of grace and a page where the customer pays and asks for help.",
    ],
    [
      "Troubles reach you",
      "A site that is away, keys that are refused, money that nobody can explain: by SMS, e-mail or webhook, with what to do.",
    ],
  ],
  howItGoes: "How it begins",
  steps: [
    "Sign up and name your business.",
    "Enter the keys of your payment channel; the hub checks them.",
    "Make a plan: a price, a time or an amount of data, a speed.",
    "Paste one line into the router, and sell.",
  ],
  prices: "Prices",
  pricesNote: "What a provider pays for Karibu. What your customers pay is yours.",
  noPrices: "No prices are published here. Ask the people who run this hub.",
  free: "Free",
  aMonth: "a month",
  trialDays: (days) => `${days} days free to begin with`,
  sites: (count) => `up to ${count} sites`,
  messages: (count) => `up to ${count} text messages a day`,
  status: "Status",
  statusNote: "Judged each minute, over all providers of this hub. Times are UTC.",
  guides: "Guides",
  apiPage: "API",
  backHome: "To the first page",
  since: "since",
  parts: {
    hub: ["Hub", "The console, the API, log-ins"],
    payments: ["Payments", "The payment channels as a whole"],
    sms: ["Text messages", "SMS of the last hour"],
    links: ["Links to sites", "Whether sites reach the hub. They go on selling codes without it."],
  },
  states: { up: "Works", slow: "Slow or partly", down: "Down", unknown: "Too little to tell" },
  overall: {
    up: "Everything works",
    slow: "Something is slow",
    down: "Something is down",
    unknown: "Nothing is known yet",
  },
};

const sw: FaceWords = {
  title: "Karibu: hotspot za Wi-Fi zinazoendelea kuuza",
  description:
    "Uza intaneti kwa hotspot za MikroTik: pesa za simu, kadi na vocha, wateja wa kila mwezi na vitabu vya hesabu pamoja. Vituo huendelea kufanya kazi laini ikikatika.",
  other: "English",
  logIn: "Ingia",
  signUp: "Jisajili",
  signUpNote: {
    open: "Unahitaji barua pepe. Funguo za njia yako ya malipo zinaweza kufuata baadaye.",
    invitation: "Hapa anayejisajili ni aliyealikwa tu. Waulize wanaoendesha kitovu hiki.",
    closed: "Akaunti mpya hufunguliwa na wanaoendesha kitovu hiki. Waulize.",
  },
  heading: "Hotspot za Wi-Fi zinazoendelea kuuza",
  lead: "Karibu huuza intaneti kupitia ruta za MikroTik. Mteja hulipa kwa simu au huandika msimbo, na huwa mtandaoni kwa sekunde chache. Alichonunua huendelea kufanya kazi laini, kitovu au umeme ukikatika.",
  needsScripts: "Ili kuingia, kivinjari chako lazima kiruhusu skripti.",
  whatItDoes: "Inachofanya",
  points: [
    [
      "Malipo kwa simu",
      "Mteja huchagua kifurushi na kuandika PIN: M-Pesa, Airtel Money, MTN MoMo, Pesapal, au kadi kwa Stripe. Pesa huenda kwenye akaunti yako, hazipiti kwetu.",
    ],
    [
      "Hufanya kazi bila intaneti",
      "Kituo chenyewe hukagua misimbo ya vocha, humaliza kila kipindi kwa wakati na huhesabu kilichotumika. Kitovu hupata habari laini ikirudi.",
    ],
    [
      "Mstari mmoja huandaa ruta",
      "Unabandika mstari mmoja kwenye ruta. Inaripoti hapa, unaangalia kilichopatikana na kuchagua. Haihitaji anwani ya umma.",
    ],
    [
      "Kila shilingi ina mahali pake",
      "Malipo, mauzo ya taslimu, marejesho na ada huandikwa kwa hesabu za pande mbili. Taarifa za njia ya malipo hulinganishwa nazo hadi sifuri.",
    ],
    [
      "Wateja wa nyumbani",
      "Vifurushi vya mwezi kwa hotspot au PPPoE, pamoja na ankara, vikumbusho, siku za neema na ukurasa ambapo mteja hulipa na kuomba msaada.",
    ],
    [
      "Matatizo hukufikia",
      "Kituo kilicho nje ya mtandao, funguo zilizokataliwa, pesa zisizoeleweka: kwa SMS, barua pepe au webhook, pamoja na la kufanya.",
    ],
  ],
  howItGoes: "Jinsi ya kuanza",
  steps: [
    "Jisajili na uipe biashara yako jina.",
    "Weka funguo za njia yako ya malipo; kitovu huzikagua.",
    "Tengeneza kifurushi: bei, muda au kiasi cha data, kasi.",
    "Bandika mstari mmoja kwenye ruta, na uuze.",
  ],
  prices: "Bei",
  pricesNote: "Anacholipa mtoa huduma kwa Karibu. Wanacholipa wateja wako ni chako.",
  noPrices: "Hakuna bei zilizotangazwa hapa. Waulize wanaoendesha kitovu hiki.",
  free: "Bure",
  aMonth: "kwa mwezi",
  trialDays: (days) => `siku ${days} za mwanzo ni bure`,
  sites: (count) => `vituo hadi ${count}`,
  messages: (count) => `SMS hadi ${count} kwa siku`,
  status: "Hali",
  statusNote: "Hukaguliwa kila dakika, kwa watoa huduma wote wa kitovu hiki. Saa ni za UTC.",
  guides: "Miongozo",
  apiPage: "API",
  backHome: "Kwenye ukurasa wa kwanza",
  since: "tangu",
  parts: {
    hub: ["Kitovu", "Konsoli, API, kuingia"],
    payments: ["Malipo", "Njia za malipo kwa ujumla"],
    sms: ["Ujumbe mfupi", "SMS za saa iliyopita"],
    links: ["Viungo vya vituo", "Kama vituo vinafikia kitovu. Huendelea kuuza misimbo bila hiyo."],
  },
  states: {
    up: "Inafanya kazi",
    slow: "Polepole au kwa sehemu",
    down: "Haifanyi kazi",
    unknown: "Hakuna ya kutosha kusema",
  },
  overall: {
    up: "Kila kitu kinafanya kazi",
    slow: "Kuna kilicho polepole",
    down: "Kuna kisichofanya kazi",
    unknown: "Bado hakijulikani",
  },
};

export const faceWords: Readonly<Record<FaceLanguage, FaceWords>> = { en, sw };
