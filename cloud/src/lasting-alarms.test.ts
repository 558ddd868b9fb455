import { expect, test } from "vitest";
import type { AlarmSources } from "./ground/lists/lasting-alarm.ts";
import { lastingAlarms } from "./lasting-alarms.ts";

test("[MSG-09] a lasting kind of alarm that no room finds does not compile", () => {
  const { "site-silent": silent, ...others } = lastingAlarms;
  // @ts-expect-error: no room finds a silent site
  others satisfies AlarmSources;
  expect(Object.keys(lastingAlarms)).toHaveLength(Object.keys(others).length + 1);
  expect(silent.at).toBe("site");
});
