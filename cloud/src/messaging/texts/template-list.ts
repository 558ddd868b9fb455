/**
 * Every text of the product that goes to a customer: its class, and its variables with an example of each. What it says unless the provider says it
 * otherwise stands in the file of each language (`every-language.ts`).
 */

/**
 * `receipt`: what a customer waits for (a receipt, a code, what a person of the provider writes): at once, to everybody.
 * `service`: reminders and notices: not in quiet hours, and not to who wants none. `marketing`: only to who has agreed to it.
 */
export const messageClasses = ["receipt", "service", "marketing"] as const;
export type MessageClass = (typeof messageClasses)[number];

interface TemplateDefinition {
  readonly class: MessageClass;
  /** By name: an example for the preview. */
  readonly variables: Readonly<Record<string, string>>;
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
  },
  voucher: {
    class: "receipt",
    variables: { provider, plan: "1 GB Daily", code: "BCDFG-H2345", pin: "4711" },
  },
  "renewal-prompt": {
    class: "receipt", // the prompt follows at once, and the customer must know whose it is
    variables: { provider, plan: "1 GB Daily", amount: "KSh 30" },
  },
  "renewal-stopped": {
    class: "service",
    variables: { provider, plan: "1 GB Daily", amount: "KSh 20.50" },
  },
  "reminder-before": {
    class: "service",
    variables: { ...ofSubscription, link },
  },
  "reminder-due": {
    class: "service",
    variables: { ...ofSubscription, link },
  },
  "reminder-after": {
    class: "service",
    variables: { ...ofSubscription, link },
  },
  expired: {
    class: "service",
    variables: { ...ofSubscription, link },
  },
  suspended: {
    class: "service",
    variables: { provider, name: "Amina", plan: "Home 10 Mbps", phone: "0712 345 678" },
  },
  renewed: {
    class: "receipt",
    variables: { provider, plan: "Home 10 Mbps", amount: "KSh 1,500", until: "30 Nov 14:05", credit: "KSh 20" },
  },
  // Of outages: the customer has wished for them, and they have quiet hours of their own.
  outage: {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05" },
  },
  "outage-over": {
    class: "receipt",
    variables: { provider, site: "Market square" },
  },
  "work-planned": {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05", until: "22/11 20:05", words: "New mast." },
  },
  "work-cancelled": {
    class: "receipt",
    variables: { provider, site: "Market square", from: "22/11 18:05" },
  },
  "ticket-answer": {
    class: "receipt",
    variables: { provider, number: "1042", answer: "Please restart the router." },
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
  },
} as const satisfies Record<string, TemplateDefinition>;

export type TemplateName = keyof typeof templates;
export const templateNames = Object.keys(templates) as TemplateName[];

export const isTemplate = (name: string): name is TemplateName => Object.hasOwn(templates, name);

/** What one may write in a text to a group. */
export const groupVariables = { provider, name: "Amina", plan: "Home 10 Mbps", due: "30 Nov 2026" } as const;
