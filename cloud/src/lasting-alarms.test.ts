import { expect, test } from "vitest";
import type { AlarmRows, AlarmSources } from "./ground/lists/lasting-alarm.ts";
import { lastingAlarms } from "./lasting-alarms.ts";

test("[MSG-09] a lasting kind of alarm that no room finds does not compile", () => {
  const { "site-silent": silent, ...others } = lastingAlarms;
  // @ts-expect-error: no room finds a silent site
  others satisfies AlarmSources;
  expect(Object.keys(lastingAlarms)).toHaveLength(Object.keys(others).length + 1);
  expect(silent.at).toBe("site");
});

test("[MSG-09] what is told with an alarm has a name that the console shows, or does not compile", () => {
  const { id, sinceMs, from } = lastingAlarms["site-silent"].rows({ providerId: "p1", nowMs: 0 });
  // @ts-expect-error: no console shows degrees
  ({ id, sinceMs, from, fields: { degrees: id } }) satisfies AlarmRows;
  ({ id, sinceMs, from, fields: { percent: id } }) satisfies AlarmRows;
});
