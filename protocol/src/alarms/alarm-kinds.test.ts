import { expect, test } from "vitest";
import { type AlarmKindRow, alarmKinds, alarmWordsIn } from "./alarm-kinds.ts";

test("[MSG-09] a kind of alarm without words or advice in each language, or that nothing raises, does not compile", () => {
  const { raisedBy, severity, en, sw } = alarmKinds["site-silent"];
  ({ raisedBy, severity, en, sw }) satisfies AlarmKindRow;
  // @ts-expect-error: no Swahili
  ({ raisedBy, severity, en }) satisfies AlarmKindRow;
  // @ts-expect-error: nothing to do
  ({ raisedBy, severity, en: { alarm: en.alarm }, sw }) satisfies AlarmKindRow;
  // @ts-expect-error: neither a site nor a condition
  ({ severity, en, sw }) satisfies AlarmKindRow;
  // @ts-expect-error: nobody knows how grave it is
  ({ raisedBy, en, sw }) satisfies AlarmKindRow;
  expect(
    Object.values({ ...alarmWordsIn("en"), ...alarmWordsIn("sw") }).filter((words) => words.trim() === ""),
  ).toEqual([]);
});
