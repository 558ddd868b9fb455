/**
 * What a plan does besides its limits, between the terms and the form: fair use, burst, and up to two spans of special hours. Pure.
 */
import type { Burst, FairUse, Hours, Terms } from "@karibu/protocol/plan";
import type { Values } from "../../components/action-form.ts";

export type Window = Hours["windows"][number];
type SpecialTerms = Pick<Terms, "fairUse" | "burst" | "hours">;

const allDays = [0, 1, 2, 3, 4, 5, 6];
/** What a select of days holds; 0 = Sunday. */
export const daySets = {
  all: allDays,
  work: [1, 2, 3, 4, 5],
  weekend: [0, 6],
} as const satisfies Record<string, readonly number[]>;
/** Spans of hours that the form shows. Further ones, made by the API, stay as they are. */
export const windowsShown = 2;

const slowKbps = 512;
const burstSeconds = 8;
const minutesOfDay = 24 * 60;

/** As the select has it: a name of `daySets`, or the days with commas. */
export function daysValue(days: readonly number[]): string {
  const sorted = [...days].sort().join();
  const known = Object.entries(daySets).find(([, set]) => [...set].sort().join() === sorted);
  return known === undefined ? sorted : known[0];
}

/** Fields that are not filled in are left to the hub's refusal where there is no usual value. */
export function specialTerms(values: Values, before: Terms | undefined, utcOffsetMinutes: number): SpecialTerms {
  return {
    fairUse: fairUseOf(values, utcOffsetMinutes),
    burst: burstOf(values),
    hours: hoursOf(values, before, utcOffsetMinutes),
  };
}

function fairUseOf(values: Values, utcOffsetMinutes: number): FairUse | null {
  if (values.fairUse === null) return null;
  return {
    utcOffsetMinutes,
    quotaBytes: values.quotaBytes,
    period: values.fairUse,
    downKbps: values.slowDown ?? slowKbps,
    upKbps: values.slowUp ?? slowKbps,
  } as FairUse;
}

function burstOf(values: Values): Burst | null {
  const { burstDown, burstUp } = values;
  if (burstDown === null && burstUp === null) return null;
  const { priority, minDown, minUp } = values;
  return {
    downKbps: burstDown ?? values.downKbps ?? 0,
    upKbps: burstUp ?? values.upKbps ?? 0,
    thresholdDownKbps: values.thresholdDown ?? values.downKbps ?? 0,
    thresholdUpKbps: values.thresholdUp ?? values.upKbps ?? 0,
    seconds: values.burstSeconds ?? burstSeconds,
    ...(priority === null ? {} : { priority: Number(priority) }),
    ...(minDown === null ? {} : { minDownKbps: minDown }),
    ...(minUp === null ? {} : { minUpKbps: minUp }),
  } as Burst;
}

function hoursOf(values: Values, before: Terms | undefined, utcOffsetMinutes: number): Hours | null {
  const windows: Window[] = [];
  for (let number = 1; number <= windowsShown; number++) {
    const chosen = values[`days${number}`];
    if (chosen == null || chosen === "") continue;
    const days = daySets[chosen as keyof typeof daySets] ?? String(chosen).split(",").map(Number);
    const fromMinute = Number(values[`from${number}`] ?? 0);
    const until = Number(values[`to${number}`] ?? minutesOfDay);
    const [downKbps, upKbps] = [values[`down${number}`], values[`up${number}`]];
    windows.push({
      days: [...days],
      fromMinute,
      toMinute: until <= fromMinute ? until + minutesOfDay : until,
      ...(downKbps == null ? {} : { downKbps }),
      ...(upKbps == null ? {} : { upKbps }),
      ...(values[`free${number}`] === true ? { isFree: true } : {}),
    } as Window);
  }
  windows.push(...(before?.hours?.windows.slice(windowsShown) ?? []));
  return windows.length === 0 ? null : { utcOffsetMinutes, windows };
}

/** One bar of the week's picture. Days from Monday; minutes of that day. */
export interface Span {
  readonly day: number;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly window: Window;
}

/** The windows as bars; one that passes midnight, and one that lasts longer than a day, is several. The first ones are on top. */
export function spansOf(windows: readonly Window[]): Span[] {
  return [...windows].reverse().flatMap((window) =>
    window.days.flatMap((day) => {
      const spans: Span[] = [];
      for (let start = window.fromMinute; start < window.toMinute; ) {
        const midnight = (Math.floor(start / minutesOfDay) + 1) * minutesOfDay;
        const end = Math.min(window.toMinute, midnight);
        const dayAt = (day + 6 + Math.floor(start / minutesOfDay)) % 7;
        const toMinute = end === midnight ? minutesOfDay : end % minutesOfDay;
        spans.push({ day: dayAt, fromMinute: start % minutesOfDay, toMinute, window });
        start = end;
      }
      return spans;
    }),
  );
}

/** `22:30`; the end of a day is `24:00`. */
export function clockText(minute: number): string {
  const shown = minute > minutesOfDay ? minute - minutesOfDay : minute;
  return `${String(Math.floor(shown / 60)).padStart(2, "0")}:${String(shown % 60).padStart(2, "0")}`;
}
