/** What a person chooses of an upgrade. Pure. */
import type { Field } from "../../../components/action-form.ts";
import { say, word } from "../../../strings/strings.ts";

export function upgradeFields(): readonly Field[] {
  return [
    {
      name: "channel",
      label: say("upgradeChannel"),
      type: "select",
      value: "long-term",
      options: ["long-term", "stable"].map((value) => ({ value, label: word("upgradeChannel", value) })),
    },
    { name: "version", label: say("upgradeVersion"), required: true, hint: say("upgradeVersionHint") },
    {
      name: "healthyMinutes",
      label: say("upgradeHealthy"),
      type: "number",
      min: 10,
      max: 10_080,
      value: 60,
      required: true,
    },
    { name: "from", label: say("upgradeFrom"), value: "01:00", hint: say("upgradeWindowHint") },
    { name: "until", label: say("upgradeUntil"), value: "04:00" },
  ];
}

/** `01:30` in minutes of the day. Null: nothing is given. Throws a TypeError where it is no time. */
export function minuteOf(value: unknown): number | null {
  const text = String(value ?? "").trim();
  if (text === "") return null;
  const [, hours = "", minutes = ""] = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(text) ?? [];
  if (hours === "") throw new TypeError(say("upgradeBadTime", { text }));
  return Number(hours) * 60 + Number(minutes);
}

/** Two typed times as hours of the day; null: both are empty. Throws an Error in plain words: a time is none, or one of the two is missing. */
export function hoursOf(
  from: unknown,
  until: unknown,
): { readonly fromMinute: number; readonly untilMinute: number } | null {
  const [fromMinute, untilMinute] = [minuteOf(from), minuteOf(until)];
  if (fromMinute === null && untilMinute === null) return null;
  if (fromMinute === null || untilMinute === null) throw new TypeError(say("upgradeLoneTime"));
  return { fromMinute, untilMinute };
}

export const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
