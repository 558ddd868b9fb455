/** `npm run check`: types, lint, import directions, unused code. All run; any failure fails. */
import { runCommand } from "./run-command.ts";

const checks = [
  { name: "types", program: "tsc", args: ["-p", "."] },
  { name: "lint", program: "biome", args: ["ci", "--colors=off", "."] },
  { name: "import directions", program: "vitest", args: ["run", "--reporter=default", "tools/src/house"] },
  { name: "unused code", program: "knip", args: ["--no-progress"] },
];

const results = await Promise.all(
  checks.map(async (check) => ({ ...check, ...(await runCommand(check.program, check.args, { quiet: true })) })),
);

for (const result of results) {
  process.stdout.write(`${result.code === 0 ? "ok    " : "FAILED"} ${result.name}\n`);
  if (result.code !== 0) process.stdout.write(`${result.output}\n`);
}
process.exitCode = results.some((result) => result.code !== 0) ? 1 : 0;
