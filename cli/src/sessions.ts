/** `karibu sessions`: the sessions in an agent's data folder. It only reads, so the agent may run. */
import { parseArgs } from "node:util";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { isFolder } from "./data-folder.ts";
import { readSessions } from "./read-sessions.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const sessions: Subcommand = {
  usage: "sessions --data DIR",
  summary: "Prints one JSON line per session of an agent's data folder; stoppedAtMs is null while it is open.",
  async run(words, output) {
    const data = dataFolder(words, output);
    if (data === null) return 2;
    if (!(await isFolder(data))) {
      output.complain(`--data: no such folder: ${data}`);
      return 1;
    }
    for (const session of await readSessions(createNodeFolder(data))) output.print(JSON.stringify(session));
    return 0;
  },
};

function dataFolder(words: readonly string[], output: Output): string | null {
  try {
    const { values } = parseArgs({ args: [...words], options: { data: { type: "string" } } });
    if (values.data) return values.data;
    output.complain("--data DIR is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${sessions.usage}`);
  return null;
}
