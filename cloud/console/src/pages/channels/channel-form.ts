/** The forms of a payment channel, drawn from the fields that the hub names for its kind. */
import type { Field } from "../../components/action-form.ts";
import type { ChannelKindForm } from "../../data/money/channels.ts";
import { en } from "../../strings/en.ts";
import { say, sayNamed } from "../../strings/strings.ts";

type KindField = ChannelKindForm["fields"][number];

/** What a new channel needs. */
export function newChannelFields({ kind, fields }: ChannelKindForm): Field[] {
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
    ...fields.map((field) => toField(kind, field)),
  ];
}

/** The keys for sales. They may be changed later; an empty field keeps the old value. */
export function keyFields({ kind, fields }: ChannelKindForm): Field[] {
  return fields.filter(({ use }) => use === "selling").map((field) => ({ ...toField(kind, field), required: false }));
}

/** The initiator's fields: it signs status queries, reversals and payouts. */
export function initiatorFields({ kind, fields }: ChannelKindForm): Field[] {
  return fields.filter(({ use }) => use === "asking").map((field) => toField(kind, field));
}

/** Where one gets a key of M-Pesa. */
function whereToGet(kind: string, name: string): string | null {
  const key = `where_${name}`;
  return kind.startsWith("mpesa-") && Object.hasOwn(en, key) ? sayNamed(key) : null;
}

function toField(kind: string, { name, label, hint: named, input, required }: KindField): Field {
  const hint = named === null ? whereToGet(kind, name) : sayNamed(named);
  return {
    name,
    label: sayNamed(label),
    ...(hint === null ? {} : { hint }),
    ...(input === "text" ? {} : { type: input }),
    ...(required ? { required } : {}),
  };
}
