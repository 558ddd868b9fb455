import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeParts, type PartFacts } from "@karibu/cloud/operations/health/judge-parts";
import { well as allWell, noTrouble } from "@karibu/cloud/operations/health/test-well-parts";
import { hubGrades } from "@karibu/protocol/health";
import { expect, test } from "vitest";
import { en } from "../../strings/en.ts";
import { adviceText, findingText } from "./health-words.ts";

const well: PartFacts = {
  ...allWell,
  backup: { ...allWell.backup, ageMs: 7_200_000 },
  spool: { waiting: 2, bytes: 1500, oldestMs: 65_000, held: 0, damaged: 0 },
};
const ill: PartFacts = {
  ...well,
  database: { ...well.database, latencyMs: 900 },
  jobs: { waiting: 3, dead: 2, oldestWaitMs: 3_600_000 },
  mail: { waiting: 2, failed: 1, hasServer: false },
  channels: { active: 2, failing: 1, initiatorsRefused: 1, unknownPayments: 1 },
  wireguard: { peers: 2, seen: 0, problem: "RTNETLINK answers: Operation not permitted" },
  agents: { online: 1, offline: 9, pending: 0 },
  processor: { busyPercent: 99 },
  clock: { aheadMs: -2_700_000 },
  subscriptions: { unpayable: 3 },
  disk: { freeBytes: 5e8 },
  backup: { ageMs: null, provedAgeMs: null, provedMsMax: null, ...noTrouble },
  upkeep: { failed: ["forget-old-rows", "count-online"] },
};
const parts = [
  well,
  ill,
  { ...well, backup: { ageMs: 1, provedAgeMs: null, provedMsMax: 36 * 3_600_000, ...noTrouble } },
  { ...well, backup: { ageMs: 1, provedAgeMs: 72 * 3_600_000, provedMsMax: 36 * 3_600_000, ...noTrouble } },
  { ...well, backup: { ageMs: 1, provedAgeMs: 1, provedMsMax: 1e9, hasNewestFailed: true, unsentMs: null } },
  { ...well, backup: { ageMs: 1, provedAgeMs: 1, provedMsMax: 1e9, hasNewestFailed: false, unsentMs: 90_000 } },
  { ...well, spool: { waiting: 0, bytes: 0, oldestMs: null, held: 0, damaged: 0 } },
  { ...well, spool: { waiting: 2, bytes: 1500, oldestMs: 650_000, held: 0, damaged: 0 } },
  { ...well, spool: { waiting: 2, bytes: 1500, oldestMs: 65_000, held: 1, damaged: 1 } },
  { ...well, clock: { aheadMs: 3_000 } },
  { ...ill, mail: { ...ill.mail, hasServer: true }, agents: { online: 9, offline: 1, pending: 0 } },
]
  .flatMap((facts) => judgeParts(facts))
  .map((part) => ({ ...part, grade: hubGrades[part.grade] }));

test("[SYS-06] [UIX-10] whatever the hub finds and advises has words here, with its figures filled in", () => {
  for (const part of parts) {
    expect([part.name, part.finding, Object.hasOwn(en, key(`found_${part.name}`, part.finding))]).toEqual([
      part.name,
      part.finding,
      true,
    ]);
    expect(findingText(part)).not.toMatch(/[{}]/);
    if (part.adviceCode !== null)
      expect([part.adviceCode, Object.hasOwn(en, key("advised", part.adviceCode))]).toEqual([part.adviceCode, true]);
  }
  const text = (name: string) => parts.filter((part) => part.name === name).map(findingText);
  expect(text("backup")).toContain("2 h old");
  expect(text("upkeep")).toContain("Failed: Delete old rows, Count who is online");
  expect(text("disk")).toContain("50.0 GB free");
  expect(text("clock")).toEqual(expect.arrayContaining(["As the database's", "45 min behind the database's"]));
});

test("what a newer hub says is shown in its English", () => {
  const [part] = parts;
  if (part === undefined) throw new Error("no part");
  const newer = { ...part, finding: "melts", text: "it melts", advice: "Cool it.", adviceCode: "cool" };
  expect([findingText(newer), adviceText(newer)]).toEqual(["it melts", "Cool it."]);
});

test("[SYS-06] [UIX-10] each job of maintenance has words here", async () => {
  const folder = join(dirname(fileURLToPath(import.meta.resolve("@karibu/cloud/hub"))));
  const files = (await readdir(folder, { recursive: true })).filter((file) => /^(?!.*test).*\.ts$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  // A sweep has the same two fields, and is shown nowhere.
  const jobs = texts.flatMap((text) =>
    [...text.matchAll(/(?<!sweeps\.add\(\{\s*)name: "([a-z-]+)",\s+everyMs/g)].map(([, name]) => name ?? ""),
  );
  expect(jobs.length).toBeGreaterThan(25);
  expect(jobs.filter((name) => !Object.hasOwn(en, key("maintenance", name)))).toEqual([]);
});

const key = (kind: string, code: string): string => `${kind}_${code.replaceAll("-", "_")}`;
