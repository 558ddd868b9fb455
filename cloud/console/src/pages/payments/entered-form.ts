/** The form for money that a person saw at a channel: of a claim, or by itself. */
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { type EnteredPayment, type EntryChannel, enterPayment } from "../../data/money/entered.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

interface EnteredForm {
  readonly channels: readonly EntryChannel[];
  readonly currency: string;
  /** What is known of it already. */
  readonly receipt?: string | null;
  readonly amountCents?: number | null;
  /** The claim that it settles. */
  readonly claimId?: string;
  readonly done: (entered: EnteredPayment) => void;
  readonly cancel?: () => void;
}

export function enteredForm({ channels, currency, receipt, amountCents, claimId, done, cancel }: EnteredForm) {
  const [only] = channels;
  const fields = [
    {
      name: "receipt",
      label: say("receipt"),
      type: "textarea",
      value: receipt ?? null,
      required: true,
      hint: say("pasteMessage"),
    },
    {
      name: "amount",
      label: `${say("amount")} (${currencyName(currency)})`,
      type: "money",
      min: 0,
      value: amountCents ?? null,
      hint: say("amountInMessage"),
    },
    ...(channels.length < 2
      ? ([] as const)
      : ([
          {
            name: "channelId",
            label: say("channel"),
            type: "select",
            required: true,
            options: optionsOf(channels.map(({ id, name }) => [id, name] as const)),
          },
        ] as const)),
    { name: "phone", label: say("payerPhone"), type: "tel", hint: say("payerPhoneHint") },
    { name: "accountNumber", label: say("typedAccount"), group: "more" },
    { name: "note", label: say("whyEntered"), hint: say("whyEnteredHint"), group: "more" },
  ] as const satisfies Fields;
  return formCard({
    title: say(claimId === undefined ? "enterPayment" : "seenMoney"),
    intro: say(claimId === undefined ? "enterPaymentWhy" : "seenMoneyWhy"),
    fields,
    submitText: say(claimId === undefined ? "enterPayment" : "seenMoney"),
    submit: ({ receipt: text, amount, channelId = only?.id ?? "", ...values }, key) => {
      return enterPayment(
        {
          channelId,
          ...withoutEmpty(values),
          ...(isMessage(text) ? { message: text } : { receipt: text }),
          ...(amount === null ? {} : { amountCents: amount }),
          ...(claimId === undefined ? {} : { claimId }),
        },
        key,
      );
    },
    done: (result) => done(result as EnteredPayment),
    ...(cancel === undefined ? {} : { cancel }),
  });
}

/** Of several words: a receipt is one. */
const isMessage = (text: string): boolean => /\s/.test(text);
