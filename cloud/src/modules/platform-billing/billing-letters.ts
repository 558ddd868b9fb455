/** What the platform writes to the owners about their subscription: plain text, in English and Swahili. */
import { plainAmount } from "@karibu/protocol/money-text";
import type { Mail } from "../../ground/mail/mail.ts";
import { plainName } from "../../ground/mail/plain-name.ts";

interface Owed {
  readonly amountCents: number;
  readonly currency: string;
  /** Where the account number is typed; null: the platform has no such place. */
  readonly payAt: { readonly paybill: string; readonly account: string } | null;
}
export type BillingLetter =
  | ({ readonly kind: "invoice"; readonly dueOn: string } & Owed)
  | ({ readonly kind: "notice"; readonly ordinal: number } & Owed)
  | { readonly kind: "read-only" | "stop-sales" }
  | { readonly kind: "reopen"; readonly why: "owes-nothing" | "can-not-pay" };

const amountText = ({ amountCents, currency }: Owed): string => `${currency} ${plainAmount(amountCents, currency)}`;
const payText = {
  en: ({ payAt }: Owed) =>
    payAt === null ? "Pay here:" : `Pay at M-Pesa paybill ${payAt.paybill}, account ${payAt.account}, or here:`,
  sw: ({ payAt }: Owed) =>
    payAt === null ? "Lipa hapa:" : `Lipa kwa paybill ya M-Pesa ${payAt.paybill}, akaunti ${payAt.account}, au hapa:`,
};

export function billingLetter(
  letter: { readonly to: string; readonly name: string; readonly locale: "en" | "sw"; readonly publicUrl: string },
  what: BillingLetter,
): Mail {
  const name = plainName(letter.name);
  const [subject, text] = words(name, what)[letter.locale];
  return { to: letter.to, subject, text: `${text}\n\n${letter.publicUrl}/#/karibu-plan\n` };
}

function words(name: string, what: BillingLetter): Words {
  switch (what.kind) {
    case "invoice":
      return {
        en: [
          `${name}: invoice of ${amountText(what)}`,
          `The invoice for your next month with Karibu is ${amountText(what)}, to be paid until ${what.dueOn}. ${payText.en(what)}`,
        ],
        sw: [
          `${name}: ankara ya ${amountText(what)}`,
          `Ankara ya mwezi wako ujao na Karibu ni ${amountText(what)}, ilipwe hadi ${what.dueOn}. ${payText.sw(what)}`,
        ],
      };
    case "notice":
      return {
        en: [
          `${name}: ${amountText(what)} is not paid (notice ${what.ordinal} of 3)`,
          `${amountText(what)} for Karibu is due and not paid. This is notice ${what.ordinal} of 3. Three days after the third your people can only read, pay and refund; fourteen days after it your sites stop to sell online. What was sold stays good. ${payText.en(what)}`,
        ],
        sw: [
          `${name}: ${amountText(what)} haijalipwa (ilani ya ${what.ordinal} kati ya 3)`,
          `${amountText(what)} ya Karibu imefika wakati wake na haijalipwa. Hii ni ilani ya ${what.ordinal} kati ya 3. Siku tatu baada ya ya tatu watu wako wanaweza kusoma, kulipa na kurejesha pesa tu; siku kumi na nne baada yake vituo vyako vinaacha kuuza mtandaoni. Kilichouzwa kinabaki halali. ${payText.sw(what)}`,
        ],
      };
    case "read-only":
      return {
        en: [
          `${name}: only reading, paying and refunds are open`,
          "Your invoice is still not paid. Your people can read, pay and give customers their money back, and change nothing else. Your sites go on selling for now. Pay here:",
        ],
        sw: [
          `${name}: kusoma, kulipa na kurejesha pesa tu`,
          "Ankara yako bado haijalipwa. Watu wako wanaweza kusoma, kulipa na kurejeshea wateja pesa, bila kubadilisha kingine. Vituo vyako vinaendelea kuuza kwa sasa. Lipa hapa:",
        ],
      };
    case "stop-sales":
      return {
        en: [
          `${name}: your sites stopped to sell online`,
          "Your invoice is still not paid, so your sites sell nothing online. What was sold stays good, and payments that are on their way are booked. Once it is paid everything opens at once:",
        ],
        sw: [
          `${name}: vituo vyako vimeacha kuuza mtandaoni`,
          "Ankara yako bado haijalipwa, kwa hiyo vituo vyako haviuzi mtandaoni. Kilichouzwa kinabaki halali, na malipo yaliyo njiani yanaandikwa. Ikilipwa tu, kila kitu kinafunguka mara moja:",
        ],
      };
    case "reopen":
      return what.why === "owes-nothing" ? paidWords(name) : noWayWords(name);
  }
}

type Words = Record<"en" | "sw", readonly [subject: string, text: string]>;

/** A later invoice may be due by now, and what a callback told is not proved yet: neither is said to be paid. */
const paidWords = (name: string): Words => ({
  en: [
    `${name}: everything is open again`,
    "Thank you: the invoice for which it was shut holds nothing up any more, and everything works as before. What is open, if anything, stands here:",
  ],
  sw: [
    `${name}: kila kitu kimefunguliwa tena`,
    "Asante: ankara iliyosababisha kufungwa haizuii tena kitu, na kila kitu kinafanya kazi kama awali. Kama kuna kingine cha kulipa, kiko hapa:",
  ],
});

/** What is owed is owed still; that nobody can pay it is the platform's fault. */
const noWayWords = (name: string): Words => ({
  en: [
    `${name}: everything is open for now`,
    "Your invoice is not paid yet, and just now you have no way to pay it: the platform's own payment channel does not work. So everything is open for now. Once you can pay, there are some days again before anything is shut. See:",
  ],
  sw: [
    `${name}: kila kitu kiko wazi kwa sasa`,
    "Ankara yako bado haijalipwa, na kwa sasa huna njia ya kuilipa: njia ya malipo ya jukwaa haifanyi kazi. Kwa hiyo kila kitu kiko wazi kwa sasa. Ukiweza kulipa, zitakuwepo siku chache tena kabla ya chochote kufungwa. Tazama:",
  ],
});
