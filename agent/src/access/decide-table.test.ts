/**
 * Who may be online, and for how much, as one table: `decide-table.txt`. Each right is asked for by each device, after each use and by each clock. A
 * change of `decide.ts` shows there, row by row, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import type { Grant } from "@karibu/protocol/grant";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import type { Wall } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import type { GuardedGrant } from "../grants/guards/code-guard.ts";
import type { Usage } from "../state/live-usage.ts";
import { type Devices, decide, heldNow } from "./decide.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A Friday. */
const noonMs = Date.UTC(2026, 10, 20, 12);

const fresh: Grant = { grantId: "g", origin: "voucher", planName: "p", terms: unlimitedTerms, ...notBegun };
const hour: Grant = {
  ...fresh,
  terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
  startedAtMs: unixMs(noonMs - 30 * minuteMs),
  endsAtMs: unixMs(noonMs + 30 * minuteMs),
};
const speed = (down: number, up: number) => ({ downKbps: kbps(down), upKbps: kbps(up) });
const speeds = speed(512, 256);
const page = { ...hour, afterEnd: { way: "page", ...speeds } } as const;
const days = [5];
const terms = (changes: Partial<Grant["terms"]>): Grant => ({ ...fresh, terms: { ...unlimitedTerms, ...changes } });
const hours = (windows: object[]) => ({ utcOffsetMinutes: 0, windows }) as Grant["terms"]["hours"];

const rights: Readonly<Record<string, GuardedGrant>> = {
  "without limits": fresh,
  "an hour, not begun": { ...hour, startedAtMs: null, endsAtMs: null },
  "an hour, half of it left": hour,
  "an hour, with ten minutes of grace": { ...hour, graceSeconds: seconds(600) },
  "an hour, begun in 1970": { ...hour, startedAtMs: unixMs(5 * minuteMs), endsAtMs: unixMs(65 * minuteMs) },
  "an hour, until a date in ten minutes": {
    ...hour,
    terms: { ...hour.terms, validUntilMs: unixMs(noonMs + 10 * minuteMs) },
  },
  "an hour, then the page": page,
  "an hour, then slower": { ...hour, afterEnd: { way: "slower", ...speeds } },
  "an hour, then the page, suspended": { ...page, suspended: {} } as GuardedGrant,
  "an hour, then slower, suspended": { ...page, afterEnd: { way: "slower", ...speeds }, suspended: {} } as GuardedGrant,
  suspended: { ...hour, suspended: {} } as GuardedGrant,
  revoked: { ...hour, revokedAtMs: unixMs(noonMs) },
  "paused by its customer": { ...hour, paused: true },
  "two hours online": terms({ useSeconds: seconds(7200) }),
  "100 bytes": terms({ dataBytes: bytes(100) }),
  "100 bytes, which cost nothing at noon": terms({
    dataBytes: bytes(100),
    hours: hours([{ days, fromMinute: 700, toMinute: 740, isFree: true }]),
  }),
  "4 Mbit/s, with a burst": terms({
    ...speed(4096, 1024),
    burst: { downKbps: 8192, upKbps: 2048, downThresholdKbps: 3000, upThresholdKbps: 900, seconds: 8 } as never,
  }),
  "slower after 100 bytes a day": terms({
    ...speed(4096, 128),
    fairUse: { utcOffsetMinutes: 0, quotaBytes: bytes(100), period: "day", ...speeds },
  }),
  "faster at noon": terms({
    ...speed(1024, 1024),
    hours: hours([{ days, fromMinute: 700, toMinute: 740, downKbps: 9000, upKbps: 9000 }]),
  }),
  "on Fridays, 11:40 to 12:20": terms({
    schedule: { utcOffsetMinutes: 0, windows: [{ days, fromMinute: 700, toMinute: 740 }] },
  }),
  "at no hour": terms({ schedule: { utcOffsetMinutes: 0, windows: [] } }),
  "for two devices": terms({ devices: 2, idleTimeoutSeconds: seconds(300) }),
};

const me = { device: "me", mac: "AA:AA:AA:AA:AA:AA" };
const online = (device: string) => ({ device, mac: null, online: true });
const idle = (device: string) => ({ device, mac: null, online: false });
const devices: Readonly<Record<string, Devices>> = {
  alone: { slots: [], asking: me, wish: "enter" },
  "at a router with a page": { slots: [], asking: me, wish: "enter", hasPage: true },
  "online already": { slots: [online("me")], asking: me, wish: "stay" },
  "online already, at a router with a page": { slots: [online("me")], asking: me, wish: "stay", hasPage: true },
  "known by its MAC": { slots: [{ ...online("another cookie"), mac: me.mac }], asking: me, wish: "re-enter" },
  "without a slot": { slots: [online("other")], asking: me, wish: "stay" },
  "beside one that is online": { slots: [online("other")], asking: me, wish: "enter" },
  "silently, beside one that is online": { slots: [online("other")], asking: me, wish: "re-enter" },
  "silently, beside one that is idle": { slots: [idle("other")], asking: me, wish: "re-enter" },
  "beside two": { slots: [online("first"), idle("second")], asking: me, wish: "enter" },
  "beside two that are online": { slots: [online("first"), online("second")], asking: me, wish: "enter" },
  "after too many moves": { slots: [online("other")], asking: me, wish: "enter", mayReplace: false },
  "after too many moves, with a slot": { slots: [online("me")], asking: me, wish: "enter", mayReplace: false },
};

const uses: Readonly<Record<string, Usage>> = {
  "nothing used": { bytes: 0, onlineSeconds: 0 },
  "99 bytes and an hour used": {
    ...{ bytes: 99, onlineSeconds: 3600 },
    period: { fromMs: unixMs(noonMs - 12 * hourMs), bytes: bytes(99) },
  },
  "all used": {
    ...{ bytes: 100, onlineSeconds: 7200 },
    period: { fromMs: unixMs(noonMs - 12 * hourMs), bytes: bytes(100) },
  },
  "nobody knows what is used": { bytes: 0, onlineSeconds: 0, isUnknown: true },
};

const clocks: Readonly<Record<string, Wall>> = {
  noon: { atMs: unixMs(noonMs), quality: "synced" },
  "11:00": { atMs: unixMs(noonMs - hourMs), quality: "synced" },
  "12:29:59.001": { atMs: unixMs(noonMs + 30 * minuteMs - 999), quality: "synced" },
  "12:30": { atMs: unixMs(noonMs + 30 * minuteMs), quality: "synced" },
  "12:40, estimated": { atMs: unixMs(noonMs + 40 * minuteMs), quality: "estimated" },
  "11:00, likely noon": { atMs: unixMs(noonMs - hourMs), likelyMs: unixMs(noonMs), quality: "estimated" },
  "noon, unknown": { atMs: unixMs(noonMs), quality: "unknown" },
  "1970, unknown": { atMs: unixMs(40 * minuteMs), quality: "unknown" },
};

function resultOf(right: GuardedGrant, usage: Usage, asking: Devices, clock: Wall): string {
  const decision = decide(right, usage, asking, clock);
  const held = heldNow(right, clock);
  const goesOn = held === null ? "" : `; held ${held}`;
  if (decision.kind === "reject") return `no: ${decision.reason}${goesOn}`;
  const said = Object.entries(decision.limits).filter(([, value]) => value !== null);
  const limits = said.map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  const { slot } = decision;
  const place = slot.kind === "held" ? "its slot" : slot.replaces === null ? "a slot" : `the slot of ${slot.replaces}`;
  return `yes, ${place}: ${limits.join(", ")}${goesOn}`;
}

/** One row for all that has one result. Of device, use and clock one or two differ from the usual, which are the first of each. */
function rowsOf(right: GuardedGrant): string[] {
  const results = Object.entries(devices).flatMap(([device, asking], ofDevice) =>
    Object.entries(uses).flatMap(([use, usage], ofUse) =>
      Object.entries(clocks).flatMap(([time, clock], ofClock) => {
        const unusual = [ofDevice === 0 ? [] : device, ofUse === 0 ? [] : use, ofClock === 0 ? [] : time].flat();
        if (unusual.length > 2) return [];
        return [{ words: unusual.join(", ") || "alone, at noon", result: resultOf(right, usage, asking, clock) }];
      }),
    ),
  );
  return [...Map.groupBy(results, ({ result }) => result)].map(
    ([result, same]) => `  ${result}\n    ${same.map(({ words }) => words).join(" | ")}`,
  );
}

test("[RAD-01] [PLN-01] who may be online, and for how much, is as the table says", async () => {
  const sections = Object.entries(rights).map(([name, right]) => [name, ...rowsOf(right)].join("\n"));
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("decide-table.txt");
});
