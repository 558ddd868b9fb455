/** `npm run build`: portal, console, customers' page, agent, the files of a fresh database and the compiled hub into `dist`, with their sizes. One that fails does not hide the others. */
import { buildAgent } from "./build-agent.ts";
import { buildCompiledHub } from "./build-compiled-hub.ts";
import { buildConsole } from "./build-console.ts";
import { buildFreshDatabase } from "./build-fresh-database.ts";
import { buildMy } from "./build-my.ts";
import { buildPortal } from "./build-portal.ts";
import { describeBuild } from "./built-file.ts";

const startedAtMs = performance.now();
const builds = [
  { name: "portal", built: buildPortal() },
  { name: "console", built: buildConsole() },
  { name: "customers' page", built: buildMy() },
  { name: "agent", built: buildAgent() },
  { name: "files of a fresh database", built: buildFreshDatabase() },
  { name: "compiled hub", built: buildCompiledHub() },
];
const results = await Promise.allSettled(builds.map(({ built }) => built));
for (const [index, result] of results.entries()) {
  const name = builds[index]?.name ?? "";
  if (result.status === "rejected") {
    process.stderr.write(`${name}: ${String(result.reason)}\n`);
    process.exitCode = 1;
  } else if (result.value === undefined) {
    process.stdout.write(`${name}: kept\n`);
  } else {
    process.stdout.write(result.value === null ? `${name}: nothing to build yet\n` : describeBuild(name, result.value));
  }
}
process.stdout.write(`built in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s\n`);
