/**
 * Which time a site believes, as one table: `clock-table.txt`. A change of `clock-policy.ts` shows there, row by row, and is read before it is taken
 * over (`npx vitest run -u` with this file).
 */
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { unixMs } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { type ClockView, clockLimits, isDisputed, startingQuality, takesSystemTime } from "./clock-policy.ts";

const nowMs = Date.UTC(2026, 10, 20, 8);
const wall = (atMs: number, quality: Wall["quality"]): Wall => ({ atMs: unixMs(atMs), quality });

const sites: Readonly<Record<string, Wall>> = {
  "does not know the time": wall(nowMs, "unknown"),
  "has an estimate": wall(nowMs, "estimated"),
  "is synchronised": wall(nowMs, "synced"),
};

const { agreesMs, stepMsMin, hubAwayMs, provenMs } = clockLimits;
const differences: Readonly<Record<string, number>> = {
  "a day back": -86_400_000,
  "a little more than may be, back": -agreesMs - 1,
  "as much as may be, back": -agreesMs,
  "a second back": -stepMsMin,
  "a little less than a second ahead": stepMsMin - 1,
  "a second ahead": stepMsMin,
  "as much as may be, ahead": agreesMs,
  "a little more than may be, ahead": agreesMs + 1,
  "a day ahead": 86_400_000,
};

const hubs: Readonly<Record<string, Pick<ClockView, "hubSilentMs" | "hasHubTime">>> = {
  "no hub": { hubSilentMs: null, hasHubTime: false },
  "not heard since the start": { hubSilentMs: hubAwayMs, hasHubTime: false },
  "soon to be heard": { hubSilentMs: hubAwayMs - 1, hasHubTime: false },
  "a hub that is heard": { hubSilentMs: hubAwayMs - 1, hasHubTime: true },
  "a hub that was heard": { hubSilentMs: hubAwayMs, hasHubTime: true },
};

const disputes: Readonly<Record<string, Pick<ClockView, "disputedForMs" | "unprovedMs">>> = {
  "for a moment": { disputedForMs: 0, unprovedMs: 0 },
  "for a little less than a day": { disputedForMs: provenMs - 1, unprovedMs: 0 },
  "for a day": { disputedForMs: provenMs, unprovedMs: 0 },
  "for a moment, after steps of two minutes ahead": { disputedForMs: 0, unprovedMs: 120_000 },
  "for a moment, after steps of two minutes back": { disputedForMs: 0, unprovedMs: -120_000 },
};

test("[BEY-11] which time a site believes is as the table says", async () => {
  const sections = Object.entries(sites).flatMap(([siteWords, site]) =>
    (["estimated", "synced"] as const).map((quality) => {
      const rows = Object.entries(differences).map(([words, aheadMs]) => {
        const system = wall(nowMs + aheadMs, quality);
        const answers = Object.entries(disputes).flatMap(([howLong, dispute]) => {
          const takes = Object.entries(hubs)
            .filter(([, hub]) => takesSystemTime({ site, system, ...hub, ...dispute }))
            .map(([each]) => each);
          const all = takes.length === Object.keys(hubs).length;
          const said = takes.length === 0 ? "never" : all ? "always" : takes.join(" | ");
          return [[howLong, `${said}${isDisputed({ site, system, ...dispute }) ? ", and disputed" : ""}`] as const];
        });
        const same = Map.groupBy(answers, ([, said]) => said);
        const parts = [...same].map(([said, of]) => {
          const when = of.map(([each]) => each);
          return when.length === answers.length ? said : `differing ${when.join(" | ")}: ${said}`;
        });
        return parts.length === 1 ? `  ${words}: ${parts[0]}` : [`  ${words}`, ...parts].join("\n    ");
      });
      return [`The site ${siteWords}, the system's time is ${quality}: is it taken, beside`, ...rows].join("\n");
    }),
  );
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("clock-table.txt");
});

test("[BEY-11] a time that nobody knows, or of before this product was, is never taken and disputes nothing", () => {
  const beside = { hubSilentMs: null, hasHubTime: false, disputedForMs: provenMs, unprovedMs: 0 };
  for (const site of Object.values(sites))
    for (const system of [wall(earliestPlausibleMs - 1, "synced"), wall(nowMs, "unknown"), wall(0, "estimated")]) {
      expect(takesSystemTime({ site, system, ...beside })).toBe(false);
      expect(isDisputed({ site, system, unprovedMs: 0 })).toBe(false);
    }
  const early = wall(earliestPlausibleMs, "synced");
  expect(takesSystemTime({ site: wall(nowMs, "unknown"), system: early, ...beside })).toBe(true);
});

test("[BEY-11] what was saved is an estimate from the first plausible date on", () => {
  expect([earliestPlausibleMs - 1, earliestPlausibleMs].map(startingQuality)).toEqual(["unknown", "estimated"]);
});
