import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { findingsOf, type SiteFacts } from "./findings.ts";

const megabyte = 1024 * 1024;
const nowMs = Date.UTC(2026, 10, 20, 12);
const row = { address: "172.31.255.2", authPort: 1812, acctPort: 1813, timeoutMs: 3000, requireMessageAuth: "yes" };
const setUp = {
  version: "7.22",
  freeMemoryBytes: (400 * megabyte) as number,
  clockMs: nowMs,
  radius: [row],
  incoming: { accept: true, port: 3799 },
  fastTrack: [{ guests: "kept-out" as const, comment: "" }],
  policies: ["api", "read", "write", "test"],
};
type SetUp = Partial<{ [Name in keyof typeof setUp]: unknown }>;

const listening = { answered: 10, unsigned: 0, badAuthenticators: 0, lastBadAuthenticatorFrom: null };
const well: SiteFacts = {
  radius: { kind: "listening", authPort: 1812, acctPort: 1813, ...listening },
  coaPort: 3799,
  clock: { quality: "synced", atMs: nowMs },
  hub: { problem: null },
  names: { problem: null },
  disk: { freeBytes: 500 * megabyte, syncMs: 5, writable: true },
  damage: { files: [], lostRecords: 0, torn: null },
  router: { kind: "seen", setUp },
  ownAddresses: ["172.31.255.2"],
};
const seen = (other: SetUp): Partial<SiteFacts> => {
  return { router: { kind: "seen", setUp: { ...setUp, ...other } as typeof setUp } };
};
const named = (facts: Partial<SiteFacts>) =>
  findingsOf({ ...well, ...facts })
    .filter(({ grade }) => grade !== "ok")
    .map(({ check, grade }) => `${grade} ${check}`);

test("[BEY-16] where all is well the doctor has nothing to say against anything it looked at", () => {
  expect(named({})).toEqual([]);
  expect(findingsOf(well).map(({ check }) => check)).toEqual([
    "radius-ports",
    "radius-secret",
    "clock",
    "disk-space",
    "disk-speed",
    "router-api",
    "board-memory",
    "radius-row",
    "radius-timeout",
    "radius-incoming",
    "fasttrack",
  ]);
});

const onFlash = (other: Partial<SiteFacts["disk"]>): Partial<SiteFacts> => ({
  disk: { ...well.disk, isOnFlash: true, ...other },
});

test.each([
  ["room for an update", { freeBytes: 40 * megabyte }, []],
  ["no room for an update", { freeBytes: 20 * megabyte }, ["notice disk-space"]],
  ["nearly full", { freeBytes: 5 * megabyte }, ["wrong disk-space"]],
  ["that wears out", { stick: { health: "wrong", weeks: 4, because: "slow" } }, ["wrong stick"]],
] as [string, Partial<SiteFacts["disk"]>, string[]][])(
  "[BEY-35] without a stick the doctor says what is lost, and speaks of the router's own flash: %s",
  (_what, disk, wanted) => {
    expect(named(onFlash(disk))).toEqual(wanted);
    const findings = findingsOf({ ...well, ...onFlash(disk) });
    expect(findings.find(({ check }) => check === "flash")?.text).toMatch(/no stick.*two days.*power cut/);
    const said = findings.filter(({ grade }) => grade !== "ok").map(({ text, advice }) => `${text} ${advice}`);
    expect(said.join(" ")).not.toMatch(/larger stick|The stick|Replace it soon/);
  },
);

const taken = { kind: "failed", message: "bind EADDRINUSE 0.0.0.0:1812" } as const;
const mistyped = { ...listening, badAuthenticators: 7, lastBadAuthenticatorFrom: "172.31.255.1" };
const radius = (other: object) =>
  ({ kind: "listening", authPort: 1812, acctPort: 1813, ...other }) as SiteFacts["radius"];
const other = { ...row, address: "192.0.2.1", authPort: 1645 };

test.each<[string, Partial<SiteFacts>, string]>([
  ["a port that is taken", { radius: taken }, "wrong radius-ports"],
  ["RADIUS without a secret", { radius: { kind: "no-secret" } }, "wrong radius-ports"],
  ["a secret that fits nobody", { radius: radius({ ...mistyped, answered: 0 }) }, "wrong radius-secret"],
  ["a secret that fits some", { radius: radius(mistyped) }, "notice radius-secret"],
  [
    "a router that signs nothing",
    { radius: radius({ ...listening, answered: 0, unsigned: 4 }) },
    "wrong radius-unsigned",
  ],
  ["a stranger who signs nothing", { radius: radius({ ...listening, unsigned: 4 }) }, "notice radius-unsigned"],
  [
    "damaged files",
    { damage: { files: ["journal/1/1.log.damaged"], lostRecords: 0, torn: null } },
    "wrong store/damaged",
  ],
  ["one MAC in two places, where no router's API shows it", { twinMacs: ["AA:BB:CC:DD:EE:01"] }, "wrong twin-mac"],
  ["lost records", { damage: { files: [], lostRecords: 3, torn: null } }, "wrong store/damaged"],
  [
    "a journal that a crash left torn",
    { damage: { files: [], lostRecords: 0, torn: { records: 1, droppedBytes: 0 } } },
    "notice journal-torn",
  ],
  ["a clock nobody has set", { clock: { quality: "unknown", atMs: unixMs(0) } }, "notice clock"],
  ["a clock that is a guess", { clock: { quality: "estimated", atMs: unixMs(nowMs) } }, "notice clock"],
  ["a router whose clock is another", seen({ clockMs: nowMs - 3_600_000 }), "wrong clock"],
  ["a refused enrolment token", { hub: { problem: "The hub refused the enrolment token." } }, "wrong hub-enrolment"],
  ["what an earlier site's hub does not take", { owed: [{ siteId: "s1", records: 3 }] }, "notice moved-site"],
  ["a DNS server that is silent", { names: { problem: "The DNS server (10.0.0.1) does not answer." } }, "wrong dns"],
  ["a full disk", { disk: { ...well.disk, freeBytes: 5 * megabyte } }, "wrong disk-space"],
  ["a disk that fills", { disk: { ...well.disk, freeBytes: 40 * megabyte } }, "notice disk-space"],
  ["a disk that refuses", { disk: { ...well.disk, writable: false } }, "wrong disk"],
  ["a stick that takes seconds", { disk: { ...well.disk, syncMs: 1500 } }, "wrong disk-speed"],
  ["a slow stick", { disk: { ...well.disk, syncMs: 300 } }, "notice disk-speed"],
  ["no API", { router: { kind: "none" } }, "notice router-api"],
  ["an API that is away", { router: { kind: "away", why: "connection refused" } }, "wrong router-api"],
  ["an API user that may not write", seen({ policies: ["api", "read"] }), "wrong router-api"],
  ["an API user that may not see the firewall", seen({ fastTrack: null }), "wrong router-api"],
  ["a RADIUS time-out too short", seen({ radius: [{ ...row, timeoutMs: 1100 }] }), "wrong radius-timeout"],
  ["a second row ahead of ours", seen({ radius: [other, row] }), "wrong radius-row"],
  ["no row of ours", seen({ radius: [other] }), "wrong radius-row"],
  ["accounting to another port", seen({ radius: [{ ...row, acctPort: 1646 }] }), "wrong radius-accounting"],
  ["answers unsigned", seen({ radius: [{ ...row, requireMessageAuth: "no" }] }), "notice radius-message-auth"],
  ["no Disconnect-Requests", seen({ incoming: { accept: false, port: 3799 } }), "wrong radius-incoming"],
  ["Disconnect-Requests elsewhere", seen({ incoming: { accept: true, port: 1700 } }), "wrong radius-incoming"],
  ["a board whose memory is nearly used up", seen({ freeMemoryBytes: 20 * megabyte }), "wrong board-memory"],
  ["a board with little memory left", seen({ freeMemoryBytes: 40 * megabyte }), "notice board-memory"],
  ["fasttrack over guests", seen({ fastTrack: [{ guests: "taken", comment: "" }] }), "wrong fasttrack"],
  ["fasttrack that may be", seen({ fastTrack: [{ guests: "unclear", comment: "" }] }), "notice fasttrack"],
])("[BEY-16] the doctor names %s, and nothing else, and says what to do", (_, facts, expected) => {
  expect(named(facts)).toEqual([expected]);
  const found = findingsOf({ ...well, ...facts }).find(({ grade }) => grade !== "ok");
  expect(found?.advice).not.toBe("");
  expect(found?.text).toMatch(/\.$|refused$|1812$/);
});

test("[BEY-16] one damaged file is one file", () => {
  const textOf = (files: string[]) =>
    findingsOf({ ...well, damage: { files, lostRecords: 0, torn: null } }).find(
      ({ check }) => check === "store/damaged",
    )?.text;
  expect(textOf(["clock.json.damaged"])).toBe("A damaged file is set aside: clock.json.damaged.");
  expect(textOf(["a.damaged", "b.damaged"])).toBe("2 damaged files are set aside, b.damaged among them.");
});

test("[BEY-16] the doctor says the same in Swahili: each finding has other words there", () => {
  const ill: SiteFacts = { ...well, disk: { freeBytes: 1, syncMs: 2000, writable: false }, router: { kind: "none" } };
  for (const facts of [well, ill]) {
    const english = findingsOf(facts);
    const swahili = findingsOf(facts, "sw");
    expect(swahili.map(({ check, grade }) => [check, grade])).toEqual(
      english.map(({ check, grade }) => [check, grade]),
    );
    for (const [index, { text, advice }] of english.entries()) {
      expect(swahili[index]?.text).not.toBe(text);
      expect(swahili[index]?.advice === "").toBe(advice === "");
    }
  }
});
