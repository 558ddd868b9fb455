/** Runs what finds a planted fault, in a copy of the sources. */
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { flagsOf } from "../play-beside.ts";
import type { Finder } from "./fault.ts";

export interface Findings {
  /** Titles with the names of their groups. */
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly why: string }[];
  /** What kept the finder from running at all. Null: nothing. */
  readonly broken: string | null;
}

type TestFinder = Extract<Finder, { file: string }>;

/** Tests that say something about these finders, in one process. */
export async function runTests(folder: string, finders: readonly TestFinder[]): Promise<Findings> {
  const report = join(folder, "findings.json");
  rmSync(report, { force: true });
  const files = [...new Set(finders.map(({ file }) => file))];
  const titles = [...new Set(finders.map(({ test }) => test.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&")))].join("|");
  const args = ["run", ...files, "-t", titles, "--maxWorkers=1", "--reporter=json", `--outputFile=${report}`];
  const output = await run(folder, ["node_modules/vitest/vitest.mjs", ...args]);
  const said = readReport(report);
  if (said === null) return { passed: [], failed: [], broken: output.slice(-2000) };
  const tests = said.testResults.flatMap(({ assertionResults }) => assertionResults);
  const unread = said.testResults.find(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  return {
    passed: tests.filter(({ status }) => status === "passed").map(({ fullName }) => fullName),
    failed: tests
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => ({ title: fullName, why: failureMessages.join("\n") })),
    broken: unread?.message ?? null,
  };
}

export async function runFinder(folder: string, finder: Finder): Promise<Findings> {
  if ("file" in finder) return runTests(folder, [finder]);
  const title = `seed ${finder.seed}`;
  const args = ["--seeds", "1", "--from", String(finder.seed), "--cores", "1", ...flagsOf[finder.stories]];
  const output = await run(folder, ["lab/src/simulation/main.ts", ...args]);
  const said = output.split("\n").filter((line) => line.startsWith(`${title}: `));
  if (said.length > 0) return { passed: [], failed: said.map((why) => ({ title, why })), broken: null };
  if (output.includes("1 of 1 seeds hold")) return { passed: [title], failed: [], broken: null };
  return { passed: [], failed: [], broken: output.slice(-2000) };
}

/** Stories of a site, on all cores. @returns a line for each seed that breaks an invariant */
export async function playStories(
  folder: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly string[]> {
  const output = await run(folder, ["lab/src/simulation/main.ts", "--seeds", String(count), "--from", String(from)]);
  return output.split("\n").filter((line) => /^seed \d+: /.test(line));
}

/** A test that fails by what it expects, or a story that breaks an invariant: a module that can't be read, or that throws, finds nothing. */
const byExpectation =
  /^(AssertionError|Error: expected |Error: promise resolved |Error: Property failed)|^seed \d+: (?!NO-CRASH: )[A-Z-]+: /m;

/** Null: the finder ran, and failed by an expectation of its own. Else why that is no finding. */
export function whyNotFound(finder: Finder, { failed, broken }: Findings): string | null {
  if (broken !== null) return `the finder did not run: ${broken}`;
  if (failed.length === 0) return "the finder passes";
  const own =
    "file" in finder ? failed.filter(({ title }) => title.includes(finder.test.split(/[%$]/)[0] ?? "")) : failed;
  return own.some(({ why }) => byExpectation.test(why)) ? null : `it fails by something else: ${failed[0]?.why}`;
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function readReport(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return null;
  }
}

/** Resolves with all that it said. What the tests that run us have set is not for it: it is an ordinary run. */
function run(folder: string, args: readonly string[]): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|KARIBU_TEST_|NODE_OPTIONS|TEST$|NODE_ENV)/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const hear = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
