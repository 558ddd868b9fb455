/** Which fields each kind of channel needs. */
import type { Field } from "../../components/action-form.ts";
import { say } from "../../strings/strings.ts";

export const kinds = ["mpesa-paybill", "mpesa-till", "pesapal", "stripe"] as const;

/** The initiator's fields: it signs questions about receipts, reversals and payouts. */
export function initiatorFields(): Field[] {
  return [
    { name: "initiatorName", label: say("initiatorName"), hint: say("initiatorHint") },
    { name: "initiatorPassword", label: say("initiatorPassword"), type: "password" },
    { name: "certificate", label: say("certificate"), type: "textarea" },
  ];
}

export function channelFields(kind: (typeof kinds)[number]): Field[] {
  const secret = (name: string, label: string): Field => ({ name, label, type: "password", required: true });
  const common: Field[] = [
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
  ];
  const pair = [secret("consumerKey", say("consumerKey")), secret("consumerSecret", say("consumerSecret"))];
  if (kind === "pesapal") return [...common, ...pair];
  if (kind === "stripe")
    return [...common, secret("secretKey", say("secretKey")), secret("webhookSecret", say("webhookSecret"))];
  const till: Field[] =
    kind === "mpesa-till" ? [{ name: "storeNumber", label: say("storeNumber"), required: true }] : [];
  return [
    ...common,
    { name: "shortcode", label: say(kind === "mpesa-till" ? "tillNumber" : "paybillNumber"), required: true },
    ...till,
    secret("passkey", say("passkey")),
    ...pair,
    ...initiatorFields(),
  ];
}

/** The keys for sales. They may be changed later; an empty field keeps the old value. */
export function keyFields(kind: string): Field[] {
  if (kind === "cash" || kind === "credit") return [];
  const others = ["name", "environment", "shortcode", "storeNumber", ...initiatorFields().map(({ name }) => name)];
  return channelFields(kind as (typeof kinds)[number])
    .filter(({ name }) => !others.includes(name))
    .map((field) => ({ ...field, required: false }));
}
