/**
 * Every text of the product that goes to a customer: its class, its variables with an example of each, and what it says unless the provider
 * says it otherwise. Defaults are plain letters: one other letter makes each SMS hold less than half.
 */

/**
 * `receipt`: what a customer waits for (a receipt, a code, what a person of the provider writes): at once, to everybody.
 * `service`: reminders and notices: not in quiet hours, and not to who wants none. `marketing`: only to who has agreed to it.
 */
export const messageClasses = ["receipt", "service", "marketing"] as const;
export type MessageClass = (typeof messageClasses)[number];

export const locales = ["en", "sw"] as const;
export type Locale = (typeof locales)[number];

interface TemplateDefinition {
  readonly class: MessageClass;
  /** By name: an example for the preview. */
  readonly variables: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<Locale, string>>;
}

const provider = "Jirani Networks";
const ofSubscription = { provider, name: "Amina", plan: "Home 10 Mbps", amount: "KSh 1,500", due: "30 Nov 2026" };
const link = "https://hub.example/pay#Zm9vYmFyYmF6cXV4Zm9vYg";

export const templates = {
  paid: {
    class: "receipt",
    variables: {
      provider,
      amount: "KSh 50",
      plan: "1 hour",
      code: "BCDF2345",
      until: "until 30 Nov 14:05",
      receipt: "UKL51ZDR4F",
      credit: "KSh 20",
      help: 'If you lose the connection, open the Wi-Fi page and tap "I already paid".',
    },
    texts: {
      en: "{provider}: you paid {amount} for {plan}.[ Your code is {code}.][ Valid {until}.][ Receipt {receipt}.][ You have {credit} left.][ {help}]",
      sw: "{provider}: umelipa {amount} kwa {plan}.[ Msimbo wako ni {code}.][ Inatumika {until}.][ Risiti {receipt}.][ Salio lako: {credit}.][ {help}]",
    },
  },
  voucher: {
    class: "receipt",
    variables: { provider, plan: "1 GB Daily", code: "BCDFG-H2345", pin: "4711" },
    texts: {
      en: "{provider}: your code for {plan} is {code}[, check number {pin}]. Join the Wi-Fi and type it on the log-in page.",
      sw: "{provider}: msimbo wako wa {plan} ni {code}[, namba ya uhakiki {pin}]. Unganisha Wi-Fi na uuandike kwenye ukurasa wa kuingia.",
    },
  },
  "renewal-prompt": {
    class: "receipt", // the prompt follows at once, and the customer must know whose it is
    variables: { provider, plan: "1 GB Daily", amount: "KSh 30" },
    texts: {
      en: "{provider}: {plan} ends soon. Your phone will ask for {amount}, your credit pays the rest. Enter your PIN to go on.",
      sw: "{provider}: {plan} inakwisha. Simu yako itaulizwa {amount}, salio lako hulipa kilichobaki. Weka PIN ili kuendelea.",
    },
  },
  "renewal-stopped": {
    class: "service",
    variables: { provider, plan: "1 GB Daily", amount: "KSh 20.50" },
    texts: {
      en: "{provider}: your credit is not enough to renew {plan}. Add {amount}; it goes on as soon as the money is here.",
      sw: "{provider}: salio halitoshi kufanya upya {plan}. Ongeza {amount}; itaendelea mara tu pesa zikifika.",
    },
  },
  "reminder-before": {
    class: "service",
    variables: { ...ofSubscription, link },
    texts: {
      en: "{provider}: {plan} ends on {due}. Pay {amount} to go on: {link}",
      sw: "{provider}: {plan} inaisha {due}. Lipa {amount} ili kuendelea: {link}",
    },
  },
  "reminder-due": {
    class: "service",
    variables: { ...ofSubscription, link },
    texts: {
      en: "{provider}: {plan} ends today, {due}. Pay {amount} to go on: {link}",
      sw: "{provider}: {plan} inaisha leo, {due}. Lipa {amount} ili kuendelea: {link}",
    },
  },
  "reminder-after": {
    class: "service",
    variables: { ...ofSubscription, link },
    texts: {
      en: "{provider}: {plan} is unpaid since {due}. Pay {amount} to come back: {link}",
      sw: "{provider}: {plan} haijalipwa tangu {due}. Lipa {amount} ili kurudi: {link}",
    },
  },
  expired: {
    class: "service",
    variables: { ...ofSubscription, link },
    texts: {
      en: "{provider}: {plan} ended on {due}.[ Pay {amount} and you are back at once: {link}]",
      sw: "{provider}: {plan} imeisha {due}.[ Lipa {amount} urudi mara moja: {link}]",
    },
  },
  suspended: {
    class: "service",
    variables: { provider, name: "Amina", plan: "Home 10 Mbps", phone: "0712 345 678" },
    texts: {
      en: "{provider}: your line {plan} is suspended.[ Questions: {phone}.]",
      sw: "{provider}: laini yako {plan} imesimamishwa.[ Maswali: {phone}.]",
    },
  },
  renewed: {
    class: "receipt",
    variables: { provider, plan: "Home 10 Mbps", amount: "KSh 1,500", until: "30 Nov 14:05", credit: "KSh 20" },
    texts: {
      en: "{provider}: {plan} is paid until {until}. You paid {amount}.[ You have {credit} left.]",
      sw: "{provider}: {plan} imelipwa hadi {until}. Umelipa {amount}.[ Salio lako: {credit}.]",
    },
  },
  // Of outages: the customer has wished for them, and they have quiet hours of their own.
  outage: {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05" },
    texts: {
      en: "{provider}: the internet at {site} is away since {from}. We are working on it.",
      sw: "{provider}: intaneti ya {site} imekatika tangu {from}. Tunashughulikia; tutakujulisha ikirudi.",
    },
  },
  "outage-over": {
    class: "receipt",
    variables: { provider, site: "Market square" },
    texts: {
      en: "{provider}: the internet at {site} is back. Thank you for your patience.",
      sw: "{provider}: intaneti ya {site} imerudi. Asante kwa uvumilivu.",
    },
  },
  "work-planned": {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05", until: "22/11 20:05", words: "New mast." },
    texts: {
      en: "{provider}: work is planned at {site} from {from} to {until}. The internet may be away. {words}",
      sw: "{provider}: kazi imepangwa {site} kuanzia {from} hadi {until}. Intaneti inaweza kukatika. {words}",
    },
  },
  "work-cancelled": {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05" },
    texts: {
      en: "{provider}: the work planned at {site} on {from} does not take place.",
      sw: "{provider}: kazi iliyopangwa {site} {from} haitafanyika.",
    },
  },
  "ticket-answer": {
    class: "receipt",
    variables: { provider, number: "1042", answer: "Please restart the router." },
    texts: {
      en: "{provider}, ticket {number}: {answer}",
      sw: "{provider}, tiketi {number}: {answer}",
    },
  },
  "document-link": {
    class: "receipt",
    variables: {
      provider,
      document: "tax invoice",
      number: "INV-2026-000042",
      amount: "KSh 1,500",
      link: "https://hub.example/api/v1/document-links/Zm9vYmFyYmF6cXV4Zm9vYg",
    },
    texts: {
      en: "{provider}: your {document} {number}, {amount}: {link}",
      sw: "{provider}: {document} {number}, {amount}: {link}",
    },
  },
} as const satisfies Record<string, TemplateDefinition>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];

export const isTemplate = (name: string): name is TemplateName => Object.hasOwn(templates, name);

/** What one may write in a text to a group. */
export const groupVariables = { provider, name: "Amina", plan: "Home 10 Mbps", due: "30 Nov 2026" } as const;
