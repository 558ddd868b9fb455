import { describe, expect, test } from "vitest";
import { type Alarm, type Alert, type AlertRule, causeOf, isWithin, judgeRule } from "./alert-policy.ts";

const minuteMs = 60_000;
const nowMs = Date.UTC(2026, 10, 22, 9);
const rule: AlertRule = {
  ruleId: "r",
  createdAtMs: 0,
  kinds: null,
  graveOnly: true,
  siteIds: null,
  afterMs: 5 * minuteMs,
  wakes: false,
  tellsEnd: true,
  escalateAfterMs: 30 * minuteMs,
};
const silent = (siteId: string, agoMs: number): Alarm => ({
  alarmId: `site-silent.${siteId}`,
  kind: "site-silent",
  severity: "wrong",
  siteId,
  channelId: null,
  fields: {},
  sinceMs: nowMs - agoMs,
  isAcknowledged: false,
  lasts: true,
});
const toldOf = (alarm: Alarm, toldAgoMs: number): Alert => ({
  alertId: `a-${alarm.alarmId}`,
  cause: causeOf(alarm),
  kind: alarm.kind,
  beganAtMs: alarm.sinceMs,
  toldAtMs: nowMs - toldAgoMs,
  escalatedAtMs: null,
  endedAtMs: null,
});
const at = { nowMs, windows: [], quiet: null };
const ids = (alarms: readonly Alarm[]) => alarms.map(({ alarmId }) => alarmId);

describe("which alarms are told", () => {
  test("[MSG-06] an alarm is told when it has lasted as long as the rule says, and once", () => {
    expect(judgeRule(rule, [silent("a", 4 * minuteMs)], [], at).begin).toEqual([]);
    const alarm = silent("a", 6 * minuteMs);
    expect(ids(judgeRule(rule, [alarm], [], at).begin)).toEqual(["site-silent.a"]);
    expect(judgeRule(rule, [alarm], [toldOf(alarm, minuteMs)], at)).toEqual({ begin: [], escalate: [], end: [] });
    expect(
      ids(judgeRule(rule, [silent("a", 6 * minuteMs)], [toldOf(silent("a", 60 * minuteMs), 50 * minuteMs)], at).begin),
    ).toEqual(["site-silent.a"]);
  });

  test("[MSG-06] a site that is away hides what lasts there, and not what happened there once", () => {
    const away = silent("a", 6 * minuteMs);
    const lasting: Alarm = { ...away, alarmId: "disk.a", kind: "disk-full" };
    const once: Alarm = { ...away, alarmId: "lost.a", kind: "memory-lost", lasts: false };
    expect(ids(judgeRule(rule, [away, lasting, once], [], at).begin)).toEqual(["site-silent.a", "lost.a"]);
  });

  test("[MSG-06] what a hub told, and a rule that was made, while its clock was years ahead keeps nobody from hearing once it is set", () => {
    const aheadMs = 3000 * 86_400_000;
    const lost = (siteId: string, sinceMs: number): Alarm => ({
      ...silent(siteId, 0),
      ...{ alarmId: `lost.${siteId}.${sinceMs}`, kind: "memory-lost", sinceMs, lasts: false },
    });
    const told = ["a", "b", "c"].map((siteId, at) => ({
      ...toldOf(lost(siteId, nowMs + aheadMs), -aheadMs - at * minuteMs),
      endedAtMs: nowMs + aheadMs,
    }));
    const now = lost("a", nowMs - minuteMs);
    expect(ids(judgeRule({ ...rule, createdAtMs: nowMs + aheadMs }, [now], told, at).begin)).toEqual([now.alarmId]);
    // Who was told then may have gone to bed since: others hear of it.
    const lasting = silent("d", 60 * minuteMs);
    expect(judgeRule(rule, [lasting], [toldOf(lasting, -aheadMs)], at).escalate).toHaveLength(1);
    // A second time, and not a third.
    const again = lost("e", nowMs + aheadMs);
    const first = { ...toldOf(again, -aheadMs), endedAtMs: nowMs + aheadMs };
    expect(ids(judgeRule(rule, [again], [first, toldOf(again, minuteMs)], at).begin)).toEqual([]);
  });

  test("[MSG-06] a rule's times are met to the millisecond: not one earlier, and not one later", () => {
    const just = (agoMs: number) => ids(judgeRule(rule, [silent("a", agoMs)], [], at).begin);
    // A millisecond earlier it is about to ripen, and nothing else is waited for.
    expect([just(rule.afterMs - 1), just(rule.afterMs)]).toEqual([[], ["site-silent.a"]]);
    const alarm = silent("a", 60 * minuteMs);
    const late = (agoMs: number) => judgeRule(rule, [alarm], [toldOf(alarm, agoMs)], at).escalate.length;
    expect([late(30 * minuteMs - 1), late(30 * minuteMs)]).toEqual([0, 1]);
    const windowOf = (fromMs: number, untilMs: number) => [{ siteIds: null, fromMs, untilMs }];
    const inWindow = (windows: ReturnType<typeof windowOf>) =>
      judgeRule(rule, [alarm], [], { ...at, windows }).begin.length === 0;
    expect([inWindow(windowOf(nowMs, nowMs + 1)), inWindow(windowOf(nowMs - 1, nowMs))]).toEqual([true, false]);
  });

  test("[MSG-13] one dead switch with thirty access points behind it is one message, however many seconds the pings take; a dead uplink is its site alone", () => {
    const down = (n: number, agoMs: number): Alarm => ({
      ...silent("a", agoMs),
      alarmId: `access-point.a.10.5.50.${n}`,
      kind: "access-point-down",
    });
    const behind = Array.from({ length: 30 }, (_, n) => down(n, 5 * minuteMs - n * 1_000));
    const steps = [0, 30, 60].map((laterS) => judgeRule(rule, behind, [], { ...at, nowMs: nowMs + laterS * 1_000 }));
    expect(steps.map(({ begin }) => begin.length)).toEqual([0, 30, 30]);
    const away = silent("a", 10 * minuteMs);
    expect(
      ids(judgeRule(rule, [...behind.map((one) => ({ ...one, sinceMs: away.sinceMs })), away], [], at).begin),
    ).toEqual(["site-silent.a"]);
  });

  test("[MSG-13] what ripens within half a minute is waited for and told together; no longer than half a minute", () => {
    const first = silent("a", 5 * minuteMs + 1000);
    const second = silent("b", 5 * minuteMs - 20_000);
    expect(judgeRule(rule, [first, second], [], at).begin).toEqual([]);
    const later = { ...at, nowMs: nowMs + 20_000 };
    expect(ids(judgeRule(rule, [first, second], [], later).begin)).toEqual(["site-silent.a", "site-silent.b"]);
    const old = silent("a", 5 * minuteMs + 31_000);
    expect(ids(judgeRule(rule, [old, second], [], at).begin)).toEqual(["site-silent.a"]);
  });

  test("[MSG-06] looked at every fifteen seconds, whatever ripens is told within 45 seconds, also beside what ripens a little later", () => {
    const firstMs = nowMs;
    for (const phaseMs of [0, 1, 7_000, 14_999])
      for (const laterMs of [0, 1, 14_000, 29_999, 30_000, 31_000, 44_000]) {
        const pair = [firstMs, firstMs + laterMs].map((ripeAtMs, n) => ({
          ripeAtMs,
          alarm: { ...silent(`s${n}`, 0), sinceMs: ripeAtMs - rule.afterMs },
        }));
        const told: Alert[] = [];
        for (let lookMs = firstMs - 15_000 + phaseMs; lookMs < firstMs + 150_000; lookMs += 15_000)
          for (const alarm of judgeRule(
            rule,
            pair.map((one) => one.alarm),
            told,
            { ...at, nowMs: lookMs },
          ).begin)
            told.push({ ...toldOf(alarm, 0), toldAtMs: lookMs });
        for (const { ripeAtMs, alarm } of pair) {
          const delayMs = (told.find(({ cause }) => cause === causeOf(alarm))?.toldAtMs ?? Infinity) - ripeAtMs;
          expect(delayMs, `phase ${phaseMs}, later by ${laterMs}`).toBeGreaterThanOrEqual(0);
          expect(delayMs, `phase ${phaseMs}, later by ${laterMs}`).toBeLessThanOrEqual(45_000);
        }
      }
  });

  test("[MSG-13] a site that is away hides what else is wrong there; refused keys hide what fails because of them", () => {
    const away = silent("a", 10 * minuteMs);
    const disk = { ...away, alarmId: "disk.a", kind: "site-disk-refuses" };
    const keys = { ...away, alarmId: "keys.c", kind: "channel-keys-refused", siteId: null, channelId: "c" };
    const fails = { ...keys, alarmId: "customers.c", kind: "channel-fails-customers" };
    expect(ids(judgeRule(rule, [disk, away, fails, keys], [], at).begin)).toEqual(["site-silent.a", "keys.c"]);
    expect(ids(judgeRule(rule, [disk, fails], [], at).begin)).toEqual(["disk.a", "customers.c"]);
  });

  test("[MSG-13] after three messages of a kind in a quarter of an hour the next ones wait, and come together", () => {
    const told = [1, 2, 3].map((n) => toldOf(silent(`t${n}`, 10 * minuteMs), n * minuteMs));
    const all = [
      ...[1, 2, 3].map((n) => silent(`t${n}`, 10 * minuteMs)),
      silent("x", 6 * minuteMs),
      silent("y", 7 * minuteMs),
    ];
    expect(judgeRule(rule, all, told, at).begin).toEqual([]);
    const later = { ...at, nowMs: nowMs + 13 * minuteMs };
    expect(ids(judgeRule(rule, all, told, later).begin)).toEqual(["site-silent.x", "site-silent.y"]);
  });

  test("quiet hours hold it back, but not what is grave where the rule wakes; a maintenance window holds all of its sites back", () => {
    const alarm = silent("a", 6 * minuteMs);
    const quiet = { fromMinute: 0, untilMinute: 1439, utcOffsetMinutes: 180 };
    expect(judgeRule(rule, [alarm], [], { ...at, quiet }).begin).toEqual([]);
    expect(ids(judgeRule({ ...rule, wakes: true }, [alarm], [], { ...at, quiet }).begin)).toEqual(["site-silent.a"]);
    const windowOf = (siteIds: string[] | null) => [{ siteIds, fromMs: nowMs - 1, untilMs: nowMs + 1 }];
    expect(judgeRule(rule, [alarm], [], { ...at, windows: windowOf(["a"]) }).begin).toEqual([]);
    expect(judgeRule(rule, [alarm], [], { ...at, windows: windowOf(null) }).begin).toEqual([]);
    expect(ids(judgeRule(rule, [alarm], [], { ...at, windows: windowOf(["b"]) }).begin)).toEqual(["site-silent.a"]);
  });

  test("what happens once is told once a day for each place; it has no end", () => {
    const once: Alarm = { ...silent("a", 1000), alarmId: "site.a.e.1", kind: "session-stays", lasts: false };
    expect(ids(judgeRule(rule, [once], [], at).begin)).toEqual(["site.a.e.1"]);
    const before = { ...toldOf(once, 3_600_000), beganAtMs: nowMs - 3_600_000, endedAtMs: nowMs - 3_600_000 };
    expect(judgeRule(rule, [once], [before], at).begin).toEqual([]);
    const dayOld = { ...before, beganAtMs: nowMs - 25 * 3_600_000 };
    expect(ids(judgeRule(rule, [once], [dayOld], at).begin)).toEqual(["site.a.e.1"]);
  });

  test("[MSG-06] what happened once before a rule was made is not told by it; what lasts is", () => {
    const once: Alarm = { ...silent("a", 60 * minuteMs), kind: "session-stays", lasts: false };
    const told = (alarm: Alarm, madeAgoMs: number) =>
      judgeRule({ ...rule, createdAtMs: nowMs - madeAgoMs }, [alarm], [], at).begin.length;
    expect([told(once, 59 * minuteMs), told(once, 61 * minuteMs)]).toEqual([0, 1]);
    expect(told({ ...once, lasts: true }, 59 * minuteMs)).toBe(1);
  });

  test("[MSG-13] what happened once while somebody worked at the site is not told after the maintenance either; what happened before it is", () => {
    const once: Alarm = { ...silent("a", 60 * minuteMs), kind: "session-stays", lasts: false };
    const windows = [{ siteIds: ["a"], fromMs: nowMs - 90 * minuteMs, untilMs: nowMs - 30 * minuteMs }];
    const told = (alarm: Alarm) => judgeRule(rule, [alarm], [], { ...at, windows }).begin.length;
    expect(told(once)).toBe(0);
    expect(told({ ...once, siteId: "b" })).toBe(1);
    expect(told({ ...once, sinceMs: nowMs - 91 * minuteMs })).toBe(1);
    expect(told({ ...once, lasts: true })).toBe(1);
  });

  test("[MSG-09] what nobody takes care of is escalated once; what ends is told", () => {
    const alarm = silent("a", 60 * minuteMs);
    const told = toldOf(alarm, 31 * minuteMs);
    expect(judgeRule(rule, [alarm], [told], at).escalate).toEqual([told]);
    expect(judgeRule(rule, [{ ...alarm, isAcknowledged: true }], [told], at).escalate).toEqual([]);
    expect(judgeRule(rule, [alarm], [{ ...told, escalatedAtMs: nowMs }], at).escalate).toEqual([]);
    expect(judgeRule(rule, [], [told], at).end).toEqual([told]);
  });

  test("a rule of some kinds or sites hears of no others", () => {
    const alarm = silent("a", 10 * minuteMs);
    expect(judgeRule({ ...rule, kinds: ["stick-wears"] }, [alarm], [], at).begin).toEqual([]);
    expect(judgeRule({ ...rule, siteIds: ["b"] }, [alarm], [], at).begin).toEqual([]);
    expect(judgeRule(rule, [{ ...alarm, severity: "notice" }], [], at).begin).toEqual([]);
  });
});

test("quiet hours that pass midnight and a year's end hold on the clock's own minutes, whatever the day", () => {
  const quiet = { fromMinute: 22 * 60, untilMinute: 6 * 60, utcOffsetMinutes: 180 };
  const firstMs = Date.parse("2026-12-31T00:00+03:00");
  const quietMinutes = Array.from({ length: 2 * 1440 }, (_, minute) => minute).filter((minute) =>
    isWithin(quiet, firstMs + minute * minuteMs),
  );
  expect(quietMinutes).toHaveLength(2 * 8 * 60);
  expect(quietMinutes).toEqual(expect.arrayContaining([0, 359, 1320, 1440, 1440 + 359, 1440 + 1320]));
  expect(quietMinutes).not.toContain(360);
});

test.each([
  [22 * 60, 6 * 60, "2026-11-22T20:00Z", true], // 23:00 in Nairobi
  [22 * 60, 6 * 60, "2026-11-22T02:59Z", true],
  [22 * 60, 6 * 60, "2026-11-22T03:00Z", false],
  [60, 120, "2026-11-21T22:30Z", true],
  [0, 0, "2026-11-22T00:00Z", false],
])("quiet hours from %s to %s at %s", (fromMinute, untilMinute, moment, expected) => {
  expect(isWithin({ fromMinute, untilMinute, utcOffsetMinutes: 180 }, Date.parse(moment))).toBe(expected);
});
