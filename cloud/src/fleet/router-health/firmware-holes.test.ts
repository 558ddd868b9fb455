import { expect, test } from "vitest";
import { firmwareHoles, holesOf, isOlder } from "./firmware-holes.ts";

const checks = (version: string | null) => holesOf(version).map(({ check }) => check.replace("hole:CVE-", ""));

test.each([
  ["7.24.4 (stable)", []],
  ["7.24.2", []],
  ["7.23.4 (long-term)", []],
  ["7.24.1 (stable)", ["2026-67279", "2026-67276"]],
  ["7.24", ["2026-67279", "2026-67276"]],
  ["7.23.3", ["2026-67279", "2026-67276"]],
  ["7.21.5", ["2026-67279", "2026-67276"]],
  ["7.20.8", ["2026-67279", "2026-67276", "2025-42611"]],
  ["7.19.1", ["2026-67279", "2026-67276", "2025-42611", "2025-10948", "2025-6563"]],
  ["6.42", ["2026-67279", "2026-67276", "2024-3596", "2024-2169", "2023-32154", "2023-30799", "2018-14847"]],
  [null, []],
  ["; drop table", []],
])("[BEY-16] known holes of RouterOS %s", (version, holes) => {
  expect(checks(version)).toEqual(holes);
});

test("[BEY-16] each hole names its CVE, says what to do in both languages, and its ranges end after they begin", () => {
  for (const { cves, hit } of firmwareHoles) {
    for (const cve of cves) expect(cve).toMatch(/^CVE-20\d\d-\d{4,5}$/);
    for (const [from, mended] of hit) expect(isOlder(from, mended)).toBe(true);
  }
  const [hole] = holesOf("7.24.1");
  expect(hole?.advice.en).toContain("6.49.21, 7.23.4, 7.24.2");
  expect(hole?.advice.sw).not.toBe(hole?.advice.en);
});
