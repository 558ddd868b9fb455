import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { expect, test } from "vitest";
import { checkedVersions } from "../language/version-dialect.ts";
import { guestsOnlineMax, imageArchitectures } from "./boards.ts";
import { judgeFacts } from "./judge-facts.ts";
import { goodFacts } from "./test-facts.ts";

const judge = (changes: Partial<RouterFacts>) => {
  const { place, problems } = judgeFacts({ ...goodFacts, ...changes });
  return [place, ...problems.map(({ problem, rulesOut }) => `${problem}: ${rulesOut}`)];
};
const container = (version: string) => [{ name: "container", version, disabled: false }];
const fullFlash = { freeDiskBytes: 20_000_000 };
const disk = (sizeBytes: number) => [{ slot: "usb1", sizeBytes, freeBytes: sizeBytes, fileSystem: "ext4" }];

test.each([
  ["a router that fits, whatever its device-mode, and with an empty disk", {}, ["container"]],
  ["6.49", { version: "6.49.19 (long-term)" }, [null, "version-too-old: everything"]],
  ["7.17", { version: "7.17.2 (stable)" }, [null, "version-too-old: everything"]],
  [
    "7.18.1, below the patch release that was checked",
    { version: "7.18.1 (stable)" },
    [null, "version-too-old: everything"],
  ],
  ["a later version than any that was checked", { version: "7.99 (stable)" }, [null, "version-unknown: everything"]],
  ["a trial version", { version: "7.23beta2 (development)" }, [null, "version-unknown: everything"]],
  ["no version", { version: "" }, [null, "version-unknown: everything"]],
  [
    "a router that was broken into",
    { deviceMode: { ...goodFacts.deviceMode, flagged: true } },
    [null, "flagged: everything"],
  ],
  ["a clock of 1970", { clock: { ...goodFacts.clock, date: "1970-01-02" } }, [null, "clock: everything"]],
  ["a clock without a date", { clock: { ...goodFacts.clock, date: "" } }, [null, "clock: everything"]],
  ["a demo licence", { licenceLevel: "1" }, [null, "licence: everything"]],
  ["licence level 3", { licenceLevel: "3" }, [null, "licence: everything"]],
  ["licence level 4: 200 guests", { licenceLevel: "4" }, ["container"]],
  ["a free CHR", { licenceLevel: "free", architecture: "x86_64" }, ["container"]],
  ["too little memory", { totalMemoryBytes: 268_435_456 }, ["hosted", "too-little-memory: container"]],
  ["512 MB, of which RouterOS shows less", { totalMemoryBytes: 469_762_048 }, ["container"]],
  ["no disk, and a full flash", { disks: [], ...fullFlash }, ["hosted", "no-disk: container"]],
  [
    "a small disk, and a full flash",
    { disks: disk(256_000_000), ...fullFlash },
    ["hosted", "disk-too-small: container"],
  ],
  ["[BEY-35] no disk, and room on the flash", { disks: [], freeDiskBytes: 90_000_000 }, ["container"]],
  ["the package of another version", { packages: container("7.21.3") }, ["hosted", "package-other-version: container"]],
  ["the package of this version", { packages: container("7.22.1") }, ["container"]],
  [
    "several things at once",
    { disks: [], totalMemoryBytes: 1, licenceLevel: "0" },
    [null, "licence: everything", "too-little-memory: container", "no-disk: container"],
  ],
  ["MIPS", { architecture: "mmips", board: "hEX", disks: [] }, ["hosted"]],
  ["32-bit ARM", { architecture: "arm", board: "RB4011iGS+" }, ["hosted"]],
] as [string, Partial<RouterFacts>, (string | null)[]][])("%s", (_what, changes, wanted) => {
  expect(judge(changes)).toEqual(wanted);
});

test.each(checkedVersions)("RouterOS %s is known, and so is each newer patch release of it", (version) => {
  expect(judgeFacts({ ...goodFacts, version: `${version} (stable)` }).version?.checked).toBe(version);
  const [major, minor] = version.split(".");
  expect(judgeFacts({ ...goodFacts, version: `${major}.${minor}.40` }).version?.checked).toBe(version);
});

test.each([
  ["E50UG", "arm", /EN7562CT.*ARMv5/],
  ["hEX S (2025)", "arm", /EN7562CT/],
  ["hAP ax S", "arm", /EN7562CT/],
  ["L009UiGS", "arm", /32-bit/],
  ["hAP lite", "smips", /can't run containers/],
])("%s can't run the agent, and the sentence says why", (board, architecture, why) => {
  expect(judgeFacts({ ...goodFacts, board, architecture }).whyHosted).toMatch(why);
});

test("boards of 64 bits have an image", () => {
  expect(imageArchitectures).toEqual({ arm64: "arm64", x86_64: "amd64", x86: "amd64" });
  for (const architecture of ["arm64", "x86_64", "x86"])
    expect(judgeFacts({ ...goodFacts, architecture }).whyHosted).toBeNull();
});

test("how many guests a licence allows", () => {
  const levels = ["0", "1", "3", "4", "5", "6", "p1", "p-unlimited", "free", "", "L4"];
  expect(levels.map(guestsOnlineMax)).toEqual([1, 1, 1, 200, 500, null, null, null, null, null, 200]);
});

test("no text of a router can make the judgement fail", () => {
  const hostile = '"; /system/reset-configuration $[x] \\ \n';
  const { problems } = judgeFacts({
    ...goodFacts,
    version: hostile,
    board: hostile,
    architecture: hostile,
    licenceLevel: hostile,
  });
  expect(problems.map(({ problem }) => problem)).toEqual(["version-unknown"]);
});
