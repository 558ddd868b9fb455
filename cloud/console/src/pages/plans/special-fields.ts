/** The fields of a plan's form for fair use, burst and special hours: under "More options", which opens where the plan has one of them. */
import type { Terms } from "@karibu/protocol/plan";
import type { Field, Option } from "../../components/action-form.ts";
import { say, word } from "../../strings/strings.ts";
import { clockText, daySets, daysValue, type Window, windowsShown } from "./special-terms.ts";
import { dayName, daysText } from "./terms-text.ts";

const group = "more" as const;
const halfHours = Array.from({ length: 48 }, (_, half) => half * 30);

export function specialFields(terms: Terms | undefined): readonly Field[] {
  const fields: Field[] = [...fairUseFields(terms), ...burstFields(terms)];
  for (let number = 1; number <= windowsShown; number++)
    fields.push(...hoursFields(number, terms?.hours?.windows[number - 1]));
  return fields;
}

function fairUseFields(terms: Terms | undefined): Field[] {
  const { period, quotaBytes, downKbps, upKbps } = terms?.fairUse ?? {};
  const periods: Option[] = [
    { value: "", label: say("fairUse_none") },
    ...(["day", "week", "month", "grant"] as const).map((value) => ({ value, label: word("fairUse", value) })),
  ];
  return [
    {
      name: "fairUse",
      label: say("fairUse"),
      type: "select",
      group,
      value: period ?? "",
      options: periods,
      hint: say("fairUseHint"),
    },
    { name: "quotaBytes", label: say("fairUseQuota"), type: "data", group, min: 0, value: quotaBytes ?? null },
    { ...speed("slowDown", say("slowDown"), downKbps), hint: say("emptySlow") },
    { ...speed("slowUp", say("slowUp"), upKbps), hint: say("emptySlow") },
  ];
}

function burstFields(terms: Terms | undefined): Field[] {
  const burst = terms?.burst ?? undefined;
  const priorities = [1, 2, 3, 4, 5, 6, 7, 8].map((rank) => ({
    value: String(rank),
    label: rank === 1 ? say("priority_first") : rank === 8 ? say("priority_last") : String(rank),
  }));
  return [
    { ...speed("burstDown", say("burstDown"), burst?.downKbps), hint: say("burstHint") },
    speed("burstUp", say("burstUp"), burst?.upKbps),
    { ...speed("thresholdDown", say("burstThresholdDown"), burst?.thresholdDownKbps), hint: say("emptyPlanSpeed") },
    { ...speed("thresholdUp", say("burstThresholdUp"), burst?.thresholdUpKbps), hint: say("emptyPlanSpeed") },
    {
      name: "burstSeconds",
      label: say("burstSeconds"),
      type: "number",
      group,
      min: 1,
      max: 3600,
      value: burst?.seconds ?? null,
    },
    {
      name: "priority",
      label: say("queuePriority"),
      type: "select",
      group,
      value: String(burst?.priority ?? ""),
      options: [{ value: "", label: "–" }, ...priorities],
    },
    speed("minDown", say("minDown"), burst?.minDownKbps),
    speed("minUp", say("minUp"), burst?.minUpKbps),
  ];
}

function hoursFields(number: number, window: Window | undefined): Field[] {
  const named = { number };
  const own = window === undefined ? "" : daysValue(window.days);
  const days: Option[] = [
    { value: "", label: say("hoursDays_none") },
    ...Object.keys(daySets).map((value) => ({ value, label: word("hoursDays", value) })),
    ...[1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: dayName(day, "long") })),
  ];
  if (window !== undefined && !days.some(({ value }) => value === own))
    days.push({ value: own, label: daysText(window.days) });
  const until = window === undefined ? undefined : window.toMinute > 1440 ? window.toMinute - 1440 : window.toMinute;
  return [
    { name: `days${number}`, label: say("hoursDays", named), type: "select", group, value: own, options: days },
    time(`from${number}`, say("hoursFrom", named), window?.fromMinute, halfHours),
    {
      ...time(
        `to${number}`,
        say("hoursTo", named),
        until,
        halfHours.map((minute) => minute + 30),
      ),
      hint: say("hoursToHint"),
    },
    speed(`down${number}`, say("hoursDown", named), window?.downKbps),
    speed(`up${number}`, say("hoursUp", named), window?.upKbps),
    {
      name: `free${number}`,
      label: say("hoursFree", named),
      type: "checkbox",
      group,
      value: window?.isFree === true ? true : null,
    },
  ];
}

function speed(name: string, label: string, value: number | undefined): Field {
  return { name, label, type: "speed", group, min: 0, value: value ?? null };
}

function time(name: string, label: string, value: number | undefined, minutes: readonly number[]): Field {
  const known = value === undefined || minutes.includes(value) ? minutes : [value, ...minutes];
  const options = [
    { value: "", label: "–" },
    ...known.map((minute) => ({ value: String(minute), label: clockText(minute) })),
  ];
  return { name, label, type: "select", group, value: String(value ?? ""), options };
}
