/** Installs the programs that the tests use, as root on Debian. Elsewhere it says what is skipped. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { runCommand } from "./run-command.ts";
import { findProgram, findTool, type Tool, type ToolName, tools } from "./tools.ts";

const names = Object.keys(tools) as ToolName[];

export async function installTools(): Promise<void> {
  const missing = names.filter((name) => findProgram(tools[name].name) === null);
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const packages = [...new Set(missing.map((name) => tools[name].debianPackage))];
    process.stdout.write(`installing ${packages.join(", ")}\n`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await runCommand("apt-get", ["-qq", "update"], { env, quiet: true });
    const letServicesStart = keepServicesDown();
    const install = ["-qq", "install", "-y", "--no-install-recommends"];
    const all = await runCommand("apt-get", [...install, ...packages], { env, quiet: true });
    // One missing package fails the whole call: take those that can be had.
    if (all.code !== 0)
      for (const name of packages) await runCommand("apt-get", [...install, name], { env, quiet: true });
    const instead = names
      .filter((name) => findTool(name) === null)
      .flatMap((name) => (tools[name] as Tool).instead ?? []);
    for (const name of instead) await runCommand("apt-get", [...install, name], { env, quiet: true });
    letServicesStart();
  }
  for (const name of names.filter((name) => findTool(name) === null)) {
    process.stdout.write(
      `skipped for want of ${tools[name].name} (${tools[name].debianPackage}): ${tools[name].neededFor}\n`,
    );
  }
}

/** Some packages (prometheus, postgresql) start a service when they are installed; the tests want programs only. @see invoke-rc.d(8) */
function keepServicesDown(): () => void {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}
