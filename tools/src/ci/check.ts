/** `npm run check`: types, lint, the house's rules, unused code. All run; any failure fails. */
import { stripVTControlCharacters } from "node:util";
import { runCommand } from "./run-command.ts";

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Lines that are shown on success too. */
  readonly figures?: RegExp;
  /** What to do about a failure whose output matches. */
  readonly remedy?: { readonly when: RegExp; readonly text: string };
}

const checks: readonly Check[] = [
  // One checker: each of several would work out all routes of the hub for itself (`cloud/src/api.ts`), in twice the time and memory.
  { name: "types", program: "tsc", args: ["-p", ".", "--checkers", "1"] },
  {
    name: "lint",
    program: "biome",
    args: ["ci", "--colors=off", "."],
    remedy: { when: /formatting output|organizeImports/, text: "Format and order of imports: run `npm run format`." },
  },
  {
    name: "import directions",
    program: "vitest",
    args: ["run", "--reporter=default", "tools/src/house"],
    figures: /^([a-z-]+: \d+ of \d+ linked pairs of rooms|module deleted: )/,
  },
  {
    name: "unused code",
    program: "knip",
    args: ["--no-progress"],
    remedy: { when: /Unused exports/, text: "Drop `export` where its own file uses it; delete what nothing uses." },
  },
];

const results = await Promise.all(
  checks.map(async (check) => ({ ...check, ...(await runCommand(check.program, [...check.args], { quiet: true })) })),
);

for (const { name, code, output, figures, remedy } of results) {
  process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name}\n`);
  if (code !== 0) {
    process.stdout.write(`${output}\n`);
    if (remedy?.when.test(output)) process.stdout.write(`${remedy.text}\n\n`);
  } else if (figures !== undefined) {
    const lines = stripVTControlCharacters(output).split("\n");
    for (const line of lines.filter((one) => figures.test(one))) process.stdout.write(`       ${line}\n`);
  }
}
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
