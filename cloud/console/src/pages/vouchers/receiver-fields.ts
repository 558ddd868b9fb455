import type { Field, Values } from "../../components/action-form.ts";
import { say } from "../../strings/strings.ts";

/** Who gets a voucher. */
export const receiverFields = (): Field[] => [
  { name: "name", label: say("name"), required: true },
  { name: "phone", label: say("phone"), type: "tel", required: true },
  { name: "sendSms", label: say("sendBySms"), type: "checkbox", value: true },
];

export const receiverOf = ({ name, phone, sendSms }: Values) => ({ name, phone, sendSms: sendSms === true });
