import { seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { noCounters } from "../state/counters.ts";
import type { AccountingReport } from "./access.ts";
import { type KnownSession, meaningOf } from "./accounting-policy.ts";

const nowMs = Date.UTC(2026, 10, 20, 8);
const known = (startedAtMs: number, onlineSeconds: number): KnownSession => ({
  user: "sara",
  mac: "02:00:00:00:00:01",
  startedAtMs,
  stoppedAtMs: null,
  cause: null,
  counters: { ...noCounters, onlineSeconds: seconds(onlineSeconds) },
  heardSeconds: onlineSeconds,
  isBeforeRestart: false,
});
const startAfter = (delaySeconds: number) =>
  ({
    status: "start",
    sessionId: "80080002",
    user: "sara",
    mac: "02:00:00:00:00:01",
    delaySeconds,
    sessionSeconds: 0,
    inputBytes: 0,
    outputBytes: 0,
  }) as unknown as AccountingReport;

test.each([
  ["ten minutes ago, and the Start is that old", known(unixMs(nowMs - 600_000), 600), 600, "known"],
  ["an hour ago, and the Start is fresh", known(unixMs(nowMs - 3_600_000), 600), 1, "starts"],
] as const)("a Start for a session that counts and began %s", (_, session, delaySeconds, kind) => {
  expect(meaningOf(session, startAfter(delaySeconds), nowMs).kind).toBe(kind);
});

const ended = (cause: string, isBeforeRestart: boolean): KnownSession => ({
  ...known(unixMs(nowMs - 30_000), 6),
  stoppedAtMs: unixMs(nowMs - 24_000),
  cause,
  isBeforeRestart,
});

const endedAheadBy = (ms: number): KnownSession => ({
  ...ended("user-request", false),
  startedAtMs: unixMs(nowMs + ms - 30_000),
  stoppedAtMs: unixMs(nowMs + ms),
});

test.each([
  ["a copy of its Start", ended("user-request", false), "known"],
  ["the Start of another session with its id, by a router that counts anew", ended("user-request", true), "starts"],
  ["the Start of another session, where a clock that was ahead dated the end", endedAheadBy(86_400_000), "starts"],
  ["a copy of its Start, where the clock has just been set back a little", endedAheadBy(60_000), "known"],
  ["the same, where the old one was lost with the restart", ended("lost", true), "starts"],
])("[RAD-03] a Start soon after the end of its id is %s", (_, session, kind) => {
  expect(meaningOf(session, startAfter(0), nowMs).kind).toBe(kind);
});

test("[RAD-03] the late Stop of a session that was given up ends it, by its router's word", () => {
  const stop = { ...startAfter(0), status: "stop", sessionSeconds: 900, cause: "user-request" } as AccountingReport;
  expect(meaningOf(ended("lost", false), stop, nowMs)).toMatchObject({ kind: "ends", cause: "user-request" });
});
