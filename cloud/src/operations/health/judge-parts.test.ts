import { worstHealth } from "@karibu/protocol/health";
import { expect, test } from "vitest";
import { judgeParts } from "./judge-parts.ts";
import { noTrouble, well } from "./test-well-parts.ts";

const backedUp = { ageMs: 3_600_000, provedAgeMs: 3_600_000, provedMsMax: 36 * 3_600_000, ...noTrouble };

test("[SYS-06] where all is well, nothing is advised", () => {
  const parts = judgeParts(well);
  expect(parts.filter(({ grade, advice }) => grade !== "ok" || advice !== null)).toEqual([]);
  expect(worstHealth(parts.map(({ grade }) => grade))).toBe("ok");
});

test.each([
  ["database", { database: { ...well.database, latencyMs: 400 } }, "notice"],
  ["jobs", { jobs: { ...well.jobs, oldestWaitMs: 700_000 } }, "notice"],
  ["jobs", { jobs: { ...well.jobs, dead: 1 } }, "notice"],
  ["mail", { mail: { waiting: 1, failed: 0, hasServer: false } }, "notice"],
  ["mail", { mail: { waiting: 0, failed: 1, hasServer: true } }, "notice"],
  ["channels", { channels: { ...well.channels, failing: 1 } }, "notice"],
  ["channels", { channels: { ...well.channels, initiatorsRefused: 1 } }, "notice"],
  ["wireguard", { wireguard: { peers: 2, seen: 0, problem: "no right" } }, "wrong"],
  ["agents", { agents: { online: 9, offline: 1, pending: 0 } }, "notice"],
  ["agents", { agents: { online: 1, offline: 9, pending: 0 } }, "wrong"],
  ["processor", { processor: { busyPercent: 90 } }, "notice"],
  ["clock", { clock: { aheadMs: 2001 } }, "notice"],
  ["clock", { clock: { aheadMs: -59_999 } }, "notice"],
  ["clock", { clock: { aheadMs: -60_000 } }, "wrong"],
  ["subscriptions", { subscriptions: { unpayable: 2 } }, "wrong"],
  ["disk", { disk: { freeBytes: 4e9 } }, "notice"],
  ["disk", { disk: { freeBytes: 5e8 } }, "wrong"],
  ["backup", { backup: { ageMs: null, provedAgeMs: null, provedMsMax: null, ...noTrouble } }, "notice"],
  ["backup", { backup: { ageMs: 200 * 3_600_000, provedAgeMs: null, provedMsMax: null, ...noTrouble } }, "notice"],
  // Taken by the hub itself: only a proved one counts, however new the last one is.
  ["backup", { backup: { ageMs: 3_600_000, provedAgeMs: null, provedMsMax: 36 * 3_600_000, ...noTrouble } }, "notice"],
  [
    "backup",
    { backup: { ageMs: 3_600_000, provedAgeMs: 37 * 3_600_000, provedMsMax: 36 * 3_600_000, ...noTrouble } },
    "wrong",
  ],
  ["backup", { backup: { ...backedUp, hasNewestFailed: true } }, "notice"],
  ["backup", { backup: { ...backedUp, unsentMs: 61_000 } }, "wrong"],
  ["spool", { spool: { waiting: 3, bytes: 900, oldestMs: 180_000, held: 0, damaged: 0 } }, "notice"],
  ["spool", { spool: { waiting: 3, bytes: 900, oldestMs: 1000, held: 1, damaged: 0 } }, "wrong"],
  ["upkeep", { upkeep: { failed: ["forget-old-rows"] } }, "wrong"],
] as const)("[SYS-06] %s with %j is %s, and says what to do", (name, change, grade) => {
  const parts = judgeParts({ ...well, ...change });
  const bad = parts.filter((part) => part.grade !== "ok");
  expect(bad).toMatchObject([{ name, grade }]);
  expect(bad[0]?.advice).not.toBeNull();
  expect(worstHealth(parts.map(({ grade }) => grade))).toBe(grade);
});
