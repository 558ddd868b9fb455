/** The forms of a payment channel, drawn from the fields that the hub names for its kind. */
import type { Field } from "../../components/action-form.ts";
import type { ChannelKindForm } from "../../data/money/channels.ts";
import { say, sayNamed } from "../../strings/strings.ts";

type KindField = ChannelKindForm["fields"][number];

/** What a new channel needs. */
export function newChannelFields({ fields }: ChannelKindForm): Field[] {
  return [
    { name: "name", label: say("name") },
    {
      name: "environment",
      label: say("environment"),
      type: "select",
      value: "production",
      options: [
        { value: "production", label: say("env_production") },
        { value: "sandbox", label: say("env_sandbox") },
      ],
    },
    ...fields.map(toField),
  ];
}

/** The keys for sales. They may be changed later; an empty field keeps the old value. */
export function keyFields({ fields }: ChannelKindForm): Field[] {
  return fields.filter(({ use }) => use === "selling").map((field) => ({ ...toField(field), required: false }));
}

/** The initiator's fields: it signs status queries, reversals and payouts. */
export function initiatorFields({ fields }: ChannelKindForm): Field[] {
  return fields.filter(({ use }) => use === "asking").map(toField);
}

function toField({ name, label, hint, input, required }: KindField): Field {
  return {
    name,
    label: sayNamed(label),
    ...(hint === null ? {} : { hint: sayNamed(hint) }),
    ...(input === "text" ? {} : { type: input }),
    ...(required ? { required } : {}),
  };
}
