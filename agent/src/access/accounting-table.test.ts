/**
 * What each accounting report means for the session that its id names, as one table: `accounting-table.txt`. A change of `accounting-policy.ts` shows
 * there, row by row, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type CountersWithBase, noCounters } from "../state/counters.ts";
import type { AccountingReport } from "./access.ts";
import { type KnownSession, meaningOf } from "./accounting-policy.ts";

const nowMs = Date.UTC(2026, 10, 20, 8);
const agoMs = (secondsAgo: number) => nowMs - secondsAgo * 1000;
const counted = (onlineSeconds: number, of: Partial<Record<keyof CountersWithBase, number>>): CountersWithBase =>
  ({ ...noCounters, onlineSeconds: seconds(onlineSeconds), ...of }) as CountersWithBase;

/** Begun an hour ago; its last report is 600 s old. */
const open: KnownSession = {
  ...{ user: "sara", mac: "02:00:00:00:00:01", startedAtMs: agoMs(3600), stoppedAtMs: null, cause: null },
  counters: counted(3000, { inputBytes: 5000, outputBytes: 700 }),
  ...{ heardSeconds: 3000, isBeforeRestart: false },
};
const over = { ...open, stoppedAtMs: agoMs(600), cause: "user-request" };
const sessions: Readonly<Record<string, KnownSession | null>> = {
  "none of that id": null,
  "just begun": { ...open, startedAtMs: agoMs(60), counters: noCounters, heardSeconds: 0 },
  open,
  "open, its device not known": { ...open, mac: null },
  "open, its router counts anew since": {
    ...open,
    counters: counted(3000, { inputBytes: 9000, outputBytes: 900, baseInputBytes: 4000, baseOutputBytes: 200 }),
  },
  "open, near the wrap of 32 bits": { ...open, counters: counted(3000, { inputBytes: 2 ** 32 - 100 }) },
  "ended ten minutes ago": over,
  "ended a minute ago": { ...over, stoppedAtMs: agoMs(60) },
  "ended an hour ago": { ...over, startedAtMs: agoMs(9000), stoppedAtMs: agoMs(3600) },
  "ended ten minutes ago, before a restart": { ...over, isBeforeRestart: true },
  "ended, by a clock that was a day ahead": { ...over, startedAtMs: agoMs(-86_000), stoppedAtMs: agoMs(-86_400) },
  "lost ten minutes ago": { ...over, cause: "lost" },
  "lost an hour ago": { ...over, startedAtMs: agoMs(9000), stoppedAtMs: agoMs(3600), cause: "lost" },
  "moved away after 3200 s": { ...over, stoppedAtMs: agoMs(400), cause: "moved" },
  "moved away before its last report": { ...over, stoppedAtMs: agoMs(900), cause: "moved" },
  "silent for too long": { ...over, cause: "idle-timeout" },
};

const start = {
  ...{ status: "start", nas: "r", router: "r", sessionId: "80080002", user: "sara", grantId: "g" },
  ...{ mac: "02:00:00:00:00:01", address: null, cause: null },
  ...{ inputBytes: bytes(0), outputBytes: bytes(0), sessionSeconds: seconds(0), delaySeconds: seconds(0) },
} as const satisfies AccountingReport;
const report = (of: object): AccountingReport => ({ ...start, ...of }) as AccountingReport;
const interim = { status: "interim", sessionSeconds: 3600, inputBytes: 6000, outputBytes: 900 };
const stop = { ...interim, status: "stop", cause: "session-timeout" };
const reports: Readonly<Record<string, AccountingReport>> = {
  "a Start": start,
  "a Start of 300 s ago": report({ delaySeconds: 300 }),
  "a Start of 20 minutes ago": report({ delaySeconds: 1200 }),
  "a Start of another": report({ user: "juma", mac: "02:00:00:00:00:02" }),
  "an Interim": report(interim),
  "an Interim that names nobody": report({ ...interim, user: "", mac: null }),
  "an Interim of another": report({ ...interim, user: "juma" }),
  "an Interim of another device": report({ ...interim, mac: "02:00:00:00:00:02" }),
  "the last Interim again": report({ ...interim, sessionSeconds: 3000, inputBytes: 5000, outputBytes: 700 }),
  "an earlier Interim, late": report({ ...interim, sessionSeconds: 2400, inputBytes: 4000, delaySeconds: 1200 }),
  "an Interim that counts anew": report({ ...interim, inputBytes: 40, outputBytes: 3 }),
  "an Interim of a session of 20 s": report({ ...interim, sessionSeconds: 20, inputBytes: 40, outputBytes: 3 }),
  "an Interim of a session of 60 s": report({ ...interim, sessionSeconds: 60, inputBytes: 9000, outputBytes: 3000 }),
  "a Stop": report(stop),
  "a Stop without a cause": report({ ...stop, cause: null }),
  "a Stop of 500 s ago": report({ ...stop, delaySeconds: 500, sessionSeconds: 3100 }),
  "a Stop that counts less": report({ ...stop, sessionSeconds: 3000, inputBytes: 10, outputBytes: 10 }),
  "a Stop of a session of 20 s": report({ ...stop, sessionSeconds: 20, inputBytes: 40, outputBytes: 3 }),
};

/** When something was: so many seconds before the report. */
const ago = (atMs: number) => `${(nowMs - atMs) / 1000} s ago`;

function sumOf({ inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes }: CountersWithBase): string {
  const base = baseInputBytes + baseOutputBytes === 0 ? "" : ` (before: ${baseInputBytes} in, ${baseOutputBytes} out)`;
  return `${inputBytes} in, ${outputBytes} out, ${onlineSeconds} s${base}`;
}

function meaning(known: KnownSession | null, asked: AccountingReport): string {
  const found = meaningOf(known, asked, nowMs);
  if (found.kind === "known") return "nothing new";
  const next = found.kind === "starts" ? found.next : found;
  const begun =
    found.kind !== "starts" ? "" : `starts ${ago(found.startedAtMs)}${found.losesOld ? ", the old one is lost" : ""}; `;
  if (next.kind === "continues") return `${begun}goes on: ${sumOf(next.counters)}`;
  return `${begun}ends ${ago(next.stoppedAtMs)} by ${next.cause}: ${sumOf(next.counters)}`;
}

test("[RAD-03] what each report means for a session is as the table says", async () => {
  const sections = Object.entries(sessions).map(([name, known]) =>
    [name, ...Object.entries(reports).map(([words, asked]) => `  ${words}: ${meaning(known, asked)}`)].join("\n"),
  );
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("accounting-table.txt");
});
