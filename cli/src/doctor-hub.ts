/** `karibu doctor --hub`: says what is wrong with the hub of these settings, and what to do. Exit code 1 if something is wrong. */
import { parseArgs } from "node:util";
import { compareMigrations } from "@karibu/cloud/ground/db/migrate";
import { examineHub, type HubFinding } from "@karibu/cloud/operations/health/examine-hub";
import { hubGrades } from "@karibu/protocol/health";
import { type HubDatabase, withHubDatabase } from "./hub-database.ts";
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
    const examine = async (hub: HubDatabase) => {
      const { smtpUrl, masterKeys, publicUrl, dataDir, modules } = hub.settings;
      const masterKeyFrom = masterKeys.length === 0 ? "key-file" : "setting";
      const provedMsMax = hub.settings.backups?.provedMsMax ?? null;
      const hasMailServer = smtpUrl !== null;
      const setUp = { dataDir, publicUrl, modules, hasMailServer, masterKeyFrom, provedMsMax } as const;
      const behind = judgeSchema(await compareMigrations(hub.database));
      const findings = behind === null ? await examineHub(hub.world, setUp, hub) : [behind];
      for (const finding of findings)
        output.print(json ? JSON.stringify({ ...finding, grade: hubGrades[finding.grade] }) : lineOf(finding));
      return findings.some(({ grade }) => grade === "wrong") ? 1 : 0;
    };
    return withHubDatabase(output, examine, "read-only");
  },
};

/** Its tables may differ from those that this release examines. Null: they are the same. */
function judgeSchema({ waiting, unknown }: Awaited<ReturnType<typeof compareMigrations>>): HubFinding | null {
  const wrong = { name: "schema", grade: "wrong" } as const;
  const [newest] = unknown.slice(-1);
  if (newest !== undefined)
    return { ...wrong, text: `of a newer release (${newest})`, advice: "Use the karibu of the release that runs." };
  if (waiting.length === 0) return null;
  const text = `of an older release: ${waiting.length} migrations wait, from ${waiting[0]} on`;
  return {
    ...wrong,
    text,
    advice: "Back up, then start the hub of this release: it migrates. This command only reads.",
  };
}

const words = { ok: "ok   ", notice: "LOOK ", wrong: "WRONG" } as const;

function lineOf({ name, grade, text, advice }: HubFinding): string {
  return `${words[grade]}  ${name}: ${text}${advice === null ? "" : `\n       ${advice}`}`;
}
