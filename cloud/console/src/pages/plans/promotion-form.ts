/** The form of a promotion, as plain values. Pure. */
import type { Field, Values } from "../../components/action-form.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Names } from "../../data/names.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

export const giftKinds = ["percent", "amount", "extra"] as const;
export type GiftKind = (typeof giftKinds)[number];
const days = { all: [0, 1, 2, 3, 4, 5, 6], work: [1, 2, 3, 4, 5], end: [0, 6] } as const;

const limitField = (name: "usesMax" | "perPhoneMax" | "perDayMax"): Field => ({
  name,
  label: say(name),
  type: "number",
  min: 1,
  hint: say("emptyNoLimit"),
  group: "more",
});

export function promotionFields(kind: GiftKind, plans: readonly Plan[], sites: Names): Field[] {
  const gift: readonly Field[] =
    kind === "percent"
      ? [{ name: "permille", label: say("percentOff"), type: "percent", required: true, min: 0.1, max: 100 }]
      : kind === "amount"
        ? [{ name: "amountCents", label: say("amountOff"), type: "money", required: true, min: 1 }]
        : [
            { name: "extraSeconds", label: say("extraTime"), type: "duration", min: 0 },
            { name: "extraBytes", label: say("extraData"), type: "data", min: 0 },
          ];
  return [
    { name: "name", label: say("name"), required: true },
    {
      name: "kind",
      label: say("giveKind"),
      type: "select",
      value: kind,
      options: giftKinds.map((value) => ({ value, label: say(`give_${value}`) })),
    },
    ...gift,
    { name: "code", label: say("discountCode"), hint: say("codeHint"), autocomplete: "off" },
    { name: "from", label: say("fromDay"), type: "date" },
    { name: "to", label: say("untilDay"), type: "date" },
    {
      name: "planId",
      label: say("forPlan"),
      type: "select",
      value: "",
      options: [
        { value: "", label: say("anyPlan") },
        ...plans.map(({ planId, name }) => ({ value: planId, label: planTitle(name) })),
      ],
    },
    {
      name: "siteId",
      label: say("forSite"),
      type: "select",
      value: "",
      options: [{ value: "", label: say("allSites") }, ...[...sites].map(([value, label]) => ({ value, label }))],
    },
    {
      name: "days",
      label: say("happyDays"),
      type: "select",
      value: "all",
      group: "more",
      options: [
        { value: "all", label: say("everyDay") },
        { value: "work", label: say("onWorkdays") },
        { value: "end", label: say("atWeekends") },
      ],
    },
    { name: "fromHour", label: say("happyFrom"), hint: say("happyHint"), group: "more" },
    { name: "toHour", label: say("happyUntil"), group: "more" },
    {
      name: "audience",
      label: say("forWhom"),
      type: "select",
      value: "everyone",
      group: "more",
      options: (["everyone", "new", "known"] as const).map((value) => ({ value, label: say(`audience_${value}`) })),
    },
    limitField("usesMax"),
    limitField("perPhoneMax"),
    limitField("perDayMax"),
  ];
}

/** `18:00` or `18` as minutes; null: empty, or no hour of the day. */
export function minuteOf(typed: string): number | null {
  const [, hour = "", minute = "0"] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(typed.trim()) ?? [];
  const at = Number(hour) * 60 + Number(minute);
  return hour === "" || Number(minute) > 59 || at > 1440 ? null : at;
}

/** What the hub is asked to keep. A happy hour that ends before it begins passes midnight. */
export function promotionOf(values: Values, currency: string, utcOffsetMinutes: number): object {
  const text = (name: string) => (typeof values[name] === "string" ? (values[name] as string) : "");
  const kind = giftKinds.find((one) => one === values.kind) ?? "percent";
  const gift =
    kind === "percent"
      ? { kind, permille: values.permille }
      : kind === "amount"
        ? { kind, amountCents: values.amountCents, currency }
        : { kind, seconds: values.extraSeconds ?? 0, dataBytes: values.extraBytes ?? 0 };
  const from = minuteOf(text("fromHour"));
  const to = minuteOf(text("toHour"));
  const fromMinute = from ?? 0;
  const end = to ?? 1440;
  const isAllDay = from === null && to === null;
  const on = days[text("days") as keyof typeof days] ?? days.all;
  return {
    name: values.name,
    gift,
    code: text("code") === "" ? null : text("code"),
    ...momentsOf({ from: text("from"), to: text("to") }, utcOffsetMinutes),
    hours:
      isAllDay && on === days.all ? [] : [{ days: on, fromMinute, toMinute: end <= fromMinute ? end + 1440 : end }],
    planIds: text("planId") === "" ? [] : [text("planId")],
    siteIds: text("siteId") === "" ? [] : [text("siteId")],
    audience: text("audience") === "" ? "everyone" : text("audience"),
    usesMax: values.usesMax,
    perPhoneMax: values.perPhoneMax,
    perDayMax: values.perDayMax,
  };
}
