/** `karibu export-state`: a site's data folder as one encrypted file, for a new router. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { importMark } from "@karibu/agent/store/unfinished-import";
import { loadIdentity } from "@karibu/agent/sync/identity";
import { realRandom } from "@karibu/cloud/real-world";
import { askPassphrase, passphraseLengthMin, passphraseName } from "./ask-passphrase.ts";
import { belongsToRouter, isFolder, isOfAgent } from "./data-folder.ts";
import { type StateFiles, sealState } from "./state-file.ts";
import { whileStopped } from "./stopped-agent.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const exportState: Subcommand = {
  usage: "export-state --data DIR --out FILE",
  summary: `Writes a site's state into one file for a new router. The file holds the site's device key and is encrypted with the passphrase of ${passphraseName}, or of the first line of input. Stop the agent first.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    if (!(await isFolder(asked.data))) {
      output.complain(`--data: no such folder: ${asked.data}`);
      return 1;
    }
    const folder = createNodeFolder(asked.data);
    const files = await whileStopped(asked.data, () => readState(folder));
    if (files === null) {
      output.complain(`--data: an agent runs on ${asked.data}: stop it first, or what it promises meanwhile is lost`);
      return 1;
    }
    if (files.has(importMark)) {
      output.complain(`--data: an import into ${asked.data} was cut off: repeat it first`);
      return 1;
    }
    if (files.size === 0) {
      output.complain(`--data: no agent has written anything there: ${asked.data}`);
      return 1;
    }
    if (!isOfAgent(files.keys())) {
      const missing = "it has neither identity.json nor a log in journal/";
      output.complain(`--data: ${asked.data} is no agent's data folder: ${missing}`);
      return 1;
    }
    const passphrase = await askPassphrase(process.env, process.stdin, (text) => void process.stderr.write(text));
    if (passphrase === null || passphrase.length < passphraseLengthMin) {
      output.complain(`${passphraseName}: a passphrase of at least ${passphraseLengthMin} characters is needed`);
      return 1;
    }
    const sealed = await sealState(realRandom(), files, passphrase);
    try {
      // Nothing is overwritten: it may be the only copy of another site.
      await writeFile(asked.out, sealed, { mode: 0o600, flag: "wx" });
    } catch (error) {
      output.complain(`--out: ${(error as Error).message}`);
      return 1;
    }
    const { current } = await loadIdentity(folder);
    const whose = current === null ? "a site that is not enrolled" : `site ${current.siteId}`;
    output.print(`${asked.out}: ${files.size} files of ${whose}, ${sealed.length} bytes, encrypted.`);
    if (current !== null)
      output.print(
        "It contains the site's device key: a person with the file and the passphrase can act as this site.",
      );
    output.print("Two routers must not run it: import it on the new one, and keep this agent stopped.");
    return 0;
  },
};

/** All but what belongs to the router, and files that were being written. */
async function readState(folder: Folder): Promise<StateFiles> {
  const files = new Map<string, Uint8Array>();
  for (const name of await folder.list("")) {
    if (belongsToRouter(name) || /\.(new|tmp)$/.test(name)) continue;
    const content = await folder.read(name);
    if (content !== null) files.set(name, content);
  }
  return files;
}

function readWords(words: readonly string[], output: Output): { data: string; out: string } | null {
  try {
    const options = { data: { type: "string" }, out: { type: "string" } } as const;
    const { data, out } = parseArgs({ args: [...words], options }).values;
    if (data && out) return { data, out };
    output.complain(data ? "--out FILE is missing" : "--data DIR is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${exportState.usage}`);
  return null;
}
