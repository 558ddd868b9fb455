/** `karibu doctor --hub`: says what is wrong with the hub of these settings, and what to do. Exit code 1 if something is wrong. */
import { parseArgs } from "node:util";
import { examineHub, type HubFinding } from "@karibu/cloud/operations/health/examine-hub";
import { hubGrades } from "@karibu/protocol/health";
import { withHubDatabase } from "./hub-database.ts";
import type { Subcommand } from "./subcommand.ts";

export const doctorHub: Subcommand = {
  usage: "doctor --hub [--json]",
  summary:
    "Names what is wrong with the hub (settings, master key, database, disk, jobs, mail) and what to do; code 1 if anything is.",
  async run(words, output) {
    let json: boolean;
    try {
      const options = { hub: { type: "boolean" }, json: { type: "boolean" } } as const;
      json = parseArgs({ args: [...words], options }).values.json ?? false;
    } catch (error) {
      output.complain((error as Error).message);
      output.complain(`usage: karibu ${doctorHub.usage}`);
      return 2;
    }
    return withHubDatabase(output, async (hub) => {
      const { smtpUrl, masterKeys, publicUrl, dataDir } = hub.settings;
      const masterKeyFrom = masterKeys.length === 0 ? "key-file" : "setting";
      const setUp = { dataDir, publicUrl, hasMailServer: smtpUrl !== null, masterKeyFrom } as const;
      const findings = await examineHub(hub.world, setUp, hub);
      for (const finding of findings)
        output.print(json ? JSON.stringify({ ...finding, grade: hubGrades[finding.grade] }) : lineOf(finding));
      return findings.some(({ grade }) => grade === "wrong") ? 1 : 0;
    });
  },
};

const words = { ok: "ok   ", notice: "LOOK ", wrong: "WRONG" } as const;

function lineOf({ name, grade, text, advice }: HubFinding): string {
  return `${words[grade]}  ${name}: ${text}${advice === null ? "" : `\n       ${advice}`}`;
}
