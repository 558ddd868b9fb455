import { expect, test } from "vitest";
import type { RouterUpkeep } from "../ground/router-control.ts";
import { matchesHost, mbpsOf } from "../routeros/inspect-upkeep.ts";
import { type UpkeepFacts, upkeepFindings } from "./upkeep-findings.ts";

const well: RouterUpkeep = {
  licenceLevel: "5",
  isFlagged: false,
  firmware: { current: "7.22.1", upgrade: "7.22.1" },
  badBlocksPercent: 0,
  dns: { hasServer: true },
  openProbes: [],
  bypassed: [],
  localUsers: { count: 0 },
  sessionsWithoutUs: 0,
  hasTrial: false,
  twinMacs: [],
  busyHosts: [],
  ipv6Leaks: 0,
  uplink: { name: "ether1", mbps: 1000, mtu: 1500 },
  tunnelMtu: 1420,
};
const facts = (upkeep: Partial<RouterUpkeep>, more: Partial<UpkeepFacts> = {}): UpkeepFacts => ({
  upkeep: { ...well, ...upkeep },
  sessions: 10,
  fastestPlanKbps: 5000,
  ...more,
});

test("[BEY-16] nothing is found where all is well, or nothing can be seen", () => {
  expect(upkeepFindings(facts({}), "en")).toEqual([]);
  const unseen = Object.fromEntries(Object.keys(well).map((name) => [name, null])) as unknown as RouterUpkeep;
  expect(upkeepFindings(facts(unseen), "en")).toEqual([]);
});

const mac = "AA:BB:CC:DD:EE:01";

test.each<readonly [string, string, UpkeepFacts, RegExp]>([
  ["licence-limit", "notice", facts({ licenceLevel: "4" }, { sessions: 160 }), /level 4\) lets 200 .* 160 are/],
  ["licence-limit", "stops", facts({}, { sessions: 500 }), /level 5\) lets 500/],
  ["flagged", "wrong", facts({ isFlagged: true }), /break-in/],
  ["board-firmware", "notice", facts({ firmware: { current: "7.18", upgrade: "7.22.1" } }), /7\.18; .* 7\.22\.1/],
  ["flash-wear", "notice", facts({ badBlocksPercent: 0.4 }), /0\.4 %/],
  ["flash-wear", "wrong", facts({ badBlocksPercent: 6 }), /6 %/],
  ["router-dns", "stops", facts({ dns: { hasServer: false } }), /no DNS server/],
  ["open-probes", "wrong", facts({ openProbes: ["*.apple.com"] }), /\*\.apple\.com/],
  ["ipv6-leak", "stops", facts({ ipv6Leaks: 3 }), /^3 devices/],
  ["mtu", "wrong", facts({ uplink: { name: "pppoe", mtu: 1472, mbps: null } }), /pppoe carries packets of 1472/],
  [
    "plan-above-port",
    "wrong",
    facts({ uplink: { name: "ether1", mbps: 10, mtu: 1500 } }, { fastestPlanKbps: 20_000 }),
    /10 Mbps, and a plan promises 20/,
  ],
])("[BEY-16] %s (%s), with what the reader can do, in both languages", (check, level, given, words) => {
  const [found, ...more] = upkeepFindings(given, "en");
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    check,
    grade: level === "notice" ? "notice" : "wrong",
    text: expect.stringMatching(words),
  });
  expect(found?.stops === true).toBe(level === "stops");
  expect(found?.advice.length).toBeGreaterThan(20);
  expect(upkeepFindings(given, "sw")[0]?.text).not.toBe(found?.text);
});

test.each<readonly [string, Partial<RouterUpkeep>]>([
  ["bypassed", { bypassed: [mac] }],
  ["local-users", { localUsers: { count: 2 } }],
  ["sessions-without-us", { sessionsWithoutUs: 1 }],
  ["trial", { hasTrial: true }],
  ["twin-mac", { twinMacs: [mac] }],
  ["dns-tunnel", { busyHosts: [{ mac, bytes: 90_000_000, packets: 400_000 }] }],
])("[RAD-17] a free-rider is told: %s", (check, upkeep) => {
  expect(upkeepFindings(facts(upkeep), "en").map((found) => found.check)).toEqual([check]);
});

test("a plan as fast as the port is no finding, and a tunnel that fits neither", () => {
  expect(
    upkeepFindings(facts({ uplink: { name: "ether1", mbps: 100, mtu: 1480 } }, { fastestPlanKbps: 100_000 }), "en"),
  ).toEqual([]);
});

test("patterns of the walled garden are matched as RouterOS does, without backtracking", () => {
  expect(matchesHost("*.apple.com", "captive.apple.com")).toBe(true);
  expect(matchesHost("apple.com", "captive.apple.com")).toBe(false);
  expect(matchesHost("c?ptive.*", "captive.apple.com")).toBe(true);
  expect(matchesHost(":^(a+)+$", "captive.apple.com")).toBe(false);
  expect(matchesHost(`${"*a".repeat(90)}b`, "captive.apple.com")).toBe(false);
});

test("rates of a port", () => {
  expect(["1Gbps", "100Mbps", "2.5Gbps", "", undefined].map(mbpsOf)).toEqual([1000, 100, 2500, null, null]);
});
