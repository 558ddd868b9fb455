import { describe, expect, test } from "vitest";
import { type DomainStanding, judgeDomain, judgeRecords, refusalOfHost, shutAfterMs } from "./domain-policy.ts";

const hub = { publicUrl: "https://hub.karibu.example", otherHosts: ["old-hub.example"] };
const dayMs = 86_400_000;

test.each([
  ["wifi.asha.co.ke", null],
  ["asha.africa", null],
  ["hub.karibu.example", "hubs"],
  ["asha.hub.karibu.example", "hubs"],
  ["karibu.example", "hubs"],
  ["old-hub.example", "hubs"],
  ["asha", "signs"],
  ["192.168.88.1", "signs"],
  ["xn--pple-43d.com", "signs"],
  ["wifi.xn--p1ai", "signs"],
  ["аsha.com", "signs"],
  ["-asha.com", "signs"],
  ["asha..com", "signs"],
  ["*.asha.com", "signs"],
  ["_karibu.asha.com", "signs"],
  ["router.lan", "signs"],
  ["metadata.google.internal", "signs"],
  [`${"a".repeat(64)}.com`, "signs"],
  [`${"a.".repeat(130)}com`, "signs"],
])("[TEN-12] %s as an own domain: %s", (host, refusal) => {
  expect(refusalOfHost(host, hub)).toBe(refusal);
});

test("[TEN-12] only a record with this very token proves a domain", () => {
  expect(judgeRecords(["v=spf1 -all", "karibu-domain=abc"], "abc")).toBe("proved");
  expect(judgeRecords(["karibu-domain=abcd", "x karibu-domain=abc"], "abc")).toBe("other-record");
  expect(judgeRecords([], "abc")).toBe("no-record");
});

describe("[TEN-12] what becomes of a domain", () => {
  const proved: DomainStanding = { state: "proved", provedAtMs: 0, lostAtMs: null };
  const lost: DomainStanding = { state: "lost", provedAtMs: 0, lostAtMs: dayMs };
  test("a missing record: its owners are told once, and after seven days it is shut", () => {
    expect(judgeDomain(proved, "no-record", dayMs)).toMatchObject({ state: "lost", lostAtMs: dayMs, told: "lost" });
    expect(judgeDomain(lost, "other-record", dayMs + shutAfterMs - 1)).toMatchObject({ state: "lost", told: null });
    expect(judgeDomain(lost, "no-record", dayMs + shutAfterMs)).toMatchObject({ state: "shut", told: "shut" });
  });
  test("name servers that are silent for a day take nothing away; silent for long, they do", () => {
    expect(judgeDomain(proved, "no-answer", dayMs)).toMatchObject({ state: "proved", told: null });
    expect(judgeDomain(proved, "no-answer", 4 * dayMs)).toMatchObject({ state: "lost", told: "lost" });
  });
  test("what a clock that was ahead dated begins anew: silence, and the days until it is shut", () => {
    const ahead = { provedAtMs: 900 * dayMs, lostAtMs: null };
    const silent = judgeDomain({ state: "proved", ...ahead }, "no-answer", dayMs);
    expect(silent).toEqual({ state: "proved", provedAtMs: dayMs, lostAtMs: null, told: null });
    expect(judgeDomain(silent, "no-answer", 4 * dayMs)).toMatchObject({ state: "lost", told: "lost" });
    const gone = judgeDomain({ ...lost, lostAtMs: 900 * dayMs }, "no-record", dayMs);
    expect(gone).toMatchObject({ state: "lost", lostAtMs: dayMs, told: null });
    expect(judgeDomain(gone, "no-record", dayMs + shutAfterMs)).toMatchObject({ state: "shut", told: "shut" });
  });
  test("the record is back: it works again, also after it was shut", () => {
    for (const was of [lost, { ...lost, state: "shut" as const }])
      expect(judgeDomain(was, "proved", 9 * dayMs)).toMatchObject({
        state: "proved",
        provedAtMs: 9 * dayMs,
        lostAtMs: null,
      });
  });
  test("one that was never proved waits on", () => {
    const waiting: DomainStanding = { state: "waiting", provedAtMs: null, lostAtMs: null };
    for (const finding of ["no-record", "other-record", "no-answer"] as const)
      expect(judgeDomain(waiting, finding, 90 * dayMs)).toMatchObject({ state: "waiting", told: null });
  });
});
