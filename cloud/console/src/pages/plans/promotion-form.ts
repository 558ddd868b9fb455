/** The form of a promotion, as plain values. Pure. */
import { momentsOf } from "../../components/dates/periods.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Names } from "../../data/names.ts";
import type { Body } from "../../hub/hub-path.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

export const giftKinds = ["percent", "amount", "extra"] as const;
export type GiftKind = (typeof giftKinds)[number];
const days = { all: [0, 1, 2, 3, 4, 5, 6], work: [1, 2, 3, 4, 5], end: [0, 6] } as const;

const limitField = <const Name extends "usesMax" | "perPhoneMax" | "perDayMax">(name: Name) =>
  ({ name, label: say(name), type: "number", min: 1, hint: say("emptyNoLimit"), group: "more" }) as const;

function giftFields(kind: GiftKind) {
  if (kind === "percent")
    return [
      { name: "permille", label: say("percentOff"), type: "percent", required: true, min: 0.1, max: 100 },
    ] as const satisfies Fields;
  if (kind === "amount")
    return [
      { name: "amountCents", label: say("amountOff"), type: "money", required: true, min: 1 },
    ] as const satisfies Fields;
  return [
    { name: "extraSeconds", label: say("extraTime"), type: "duration", min: 0 },
    { name: "extraBytes", label: say("extraData"), type: "data", min: 0 },
  ] as const satisfies Fields;
}

export function promotionFields(kind: GiftKind, plans: readonly Plan[], sites: Names) {
  return [
    { name: "name", label: say("name"), required: true },
    {
      name: "kind",
      label: say("giveKind"),
      type: "select",
      value: kind,
      options: giftKinds.map((value) => ({ value, label: say(`give_${value}`) })),
    },
    ...giftFields(kind),
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
    // What is no time of the day is refused: read as none it would be all day.
    { name: "fromHour", label: say("happyFrom"), type: "time", hint: say("happyHint"), group: "more" },
    { name: "toHour", label: say("happyUntil"), type: "time", group: "more" },
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
  ] as const satisfies Fields;
}

/** `18:00` or `18` as minutes; null: empty, or no hour of the day. */
export function minuteOf(typed: string): number | null {
  const [, hour = "", minute = "0"] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(typed.trim()) ?? [];
  const at = Number(hour) * 60 + Number(minute);
  return hour === "" || Number(minute) > 59 || at > 1440 ? null : at;
}

/** What the hub is asked to keep. A happy hour that ends before it begins passes midnight. */
export function promotionOf(
  values: ValuesOf<typeof promotionFields>,
  currency: string,
  utcOffsetMinutes: number,
): Body<"POST", "/api/v1/promotions"> {
  const { name, code, planId, siteId, audience, usesMax, perPhoneMax, perDayMax } = values;
  const from = minuteOf(values.fromHour ?? "");
  const to = minuteOf(values.toHour ?? "");
  const fromMinute = from ?? 0;
  const end = to ?? 1440;
  const isAllDay = from === null && to === null;
  const on = days[values.days];
  return {
    name,
    gift: giftOf(values, currency),
    code,
    ...momentsOf({ from: values.from ?? "", to: values.to ?? "" }, utcOffsetMinutes),
    hours:
      isAllDay && on === days.all
        ? []
        : [{ days: [...on], fromMinute, toMinute: end <= fromMinute ? end + 1440 : end }],
    planIds: planId === null ? [] : [planId],
    siteIds: siteId === null ? [] : [siteId],
    audience,
    usesMax,
    perPhoneMax,
    perDayMax,
  };
}

/** Which of the fields is there, says the kind. */
function giftOf(
  { permille, amountCents, extraSeconds, extraBytes }: ValuesOf<typeof promotionFields>,
  currency: string,
): Body<"POST", "/api/v1/promotions">["gift"] {
  if (permille !== undefined) return { kind: "percent", permille };
  if (amountCents !== undefined) return { kind: "amount", amountCents, currency };
  return { kind: "extra", seconds: extraSeconds ?? 0, dataBytes: extraBytes ?? 0 };
}
