/** The form of a provider's rules for messages: minutes of the day are typed as times. Pure. */
import type { MessageRules } from "@karibu/cloud/messaging/message-rules";
import type { Field, Values } from "../../components/action-form.ts";
import type { Rules } from "../../data/messaging/message-texts.ts";
import { say } from "../../strings/strings.ts";

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** What is no time becomes -1, which the hub refuses by the field's name. */
function minuteOf(text: unknown): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(String(text).trim()) ?? [];
  return hours === undefined || Number(minutes) > 59 || Number(hours) > 24 ? -1 : Number(hours) * 60 + Number(minutes);
}

export function rulesFields(rules: Rules): Field[] {
  const time = (name: keyof Rules & string, label: string, hint?: string): Field => ({
    name,
    label,
    type: "time",
    ...(hint === undefined ? {} : { hint }),
    required: true,
    value: timeText(rules[name] as number),
  });
  return [
    {
      name: "reminderDays",
      label: say("reminderDays"),
      hint: say("reminderDaysHint"),
      value: rules.reminderDays.join(", "),
    },
    time("reminderMinute", say("reminderTime")),
    { name: "remindsBySms", label: say("remindsBySms"), type: "checkbox", value: rules.remindsBySms },
    { name: "remindsByEmail", label: say("remindsByEmail"), type: "checkbox", value: rules.remindsByEmail },
    { name: "notices", label: say("noticesOn"), type: "checkbox", value: rules.notices },
    {
      name: "grantNoticesHours",
      label: say("grantNoticesHours"),
      type: "number",
      min: 1,
      value: rules.grantNoticesHours,
    },
    time("quietFromMinute", say("quietFrom"), say("quietHint")),
    time("quietUntilMinute", say("quietUntil")),
    time("marketingFromMinute", say("marketingFrom")),
    time("marketingUntilMinute", say("marketingUntil")),
    { name: "wayOut", label: say("wayOut"), hint: say("wayOutHint"), required: true, value: rules.wayOut },
    {
      name: "partPriceMillicents",
      label: `${say("partPrice")} (${rules.currency})`,
      hint: say("partPriceHint"),
      type: "number",
      step: "any",
      min: 0,
      value: rules.partPriceMillicents / 100_000,
    },
    {
      name: "monthCapCents",
      label: `${say("monthCap")} (${rules.currency})`,
      hint: say("monthCapHint"),
      type: "money",
      min: 0,
      value: rules.monthCapCents,
    },
  ];
}

export function readRules(values: Values): MessageRules {
  const days = String(values.reminderDays ?? "")
    .split(/[,;\s]+/)
    .filter((text) => text !== "")
    .map(Number);
  const { grantNoticesHours: hours, monthCapCents: cap } = values;
  return {
    reminderDays: days,
    reminderMinute: minuteOf(values.reminderMinute),
    remindsBySms: values.remindsBySms === true,
    remindsByEmail: values.remindsByEmail === true,
    notices: values.notices === true,
    grantNoticesHours: hours === null || hours === undefined ? null : Number(hours),
    quietFromMinute: minuteOf(values.quietFromMinute),
    quietUntilMinute: minuteOf(values.quietUntilMinute),
    marketingFromMinute: minuteOf(values.marketingFromMinute),
    marketingUntilMinute: minuteOf(values.marketingUntilMinute),
    wayOut: String(values.wayOut ?? ""),
    partPriceMillicents: Math.round(Number(values.partPriceMillicents ?? 0) * 100_000),
    monthCapCents: cap === null || cap === undefined ? null : Number(cap),
  };
}
