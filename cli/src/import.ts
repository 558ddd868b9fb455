/** `karibu import`: a site's state from `karibu export-state` into the data folder of a new router. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { importedMark, importMark } from "@karibu/agent/store/unfinished-import";
import { loadIdentity } from "@karibu/agent/sync/identity";
import { absentFile } from "./absent-file.ts";
import { askPassphrase, passphraseName } from "./ask-passphrase.ts";
import { belongsToRouter } from "./data-folder.ts";
import { openState, type StateFiles } from "./state-file.ts";
import { whileStopped } from "./stopped-agent.ts";
import type { Output, Subcommand } from "./subcommand.ts";

const refusals = {
  "not-a-state-file": "this is no file of karibu export-state",
  "wrong-passphrase-or-damaged": "the passphrase is wrong, or the file is damaged",
  "not-understood": "a newer karibu wrote this file",
} as const;

export const importState: Subcommand = {
  usage: "import --data DIR FILE",
  summary: `Puts a site's state into a new router's empty data folder. The passphrase is read from ${passphraseName}, or the first line of input.`,
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    const file = await readFile(asked.file).catch((error: Error) => error);
    if (file instanceof Error) {
      output.complain(`FILE: ${absentFile(file) ?? file.message}`);
      return 1;
    }
    const folder = createNodeFolder(asked.data);
    const there = (await folder.list("")).filter((name) => !belongsToRouter(name));
    // The files of an incomplete import are not a site.
    if (there.length > 0 && !there.includes(importMark)) {
      output.complain(`--data: ${asked.data} holds a site already (${there[0]}): choose an empty folder`);
      return 1;
    }
    const passphrase = await askPassphrase(process.env, process.stdin, (text) => void process.stderr.write(text));
    if (passphrase === null) {
      output.complain(`${passphraseName}: the passphrase of the export is needed`);
      return 1;
    }
    const opened = await openState(file, passphrase);
    if (opened.kind === "refused") {
      output.complain(`FILE: ${refusals[opened.reason]}`);
      return 1;
    }
    try {
      const done = await whileStopped(asked.data, async () => {
        await fill(folder, there, opened.files);
        return true;
      });
      if (done === null) {
        output.complain(`--data: an agent runs on ${asked.data}: stop it first`);
        return 1;
      }
    } catch (error) {
      const isEmpty = await empty(folder, [...there, ...opened.files.keys(), importedMark]).catch(() => false);
      const left = isEmpty
        ? "nothing was imported"
        : "half of it is there, and no agent starts on it: repeat the import";
      output.complain(`--data: ${(error as Error).message}; ${left}`);
      return 1;
    }
    const { current } = await loadIdentity(folder);
    const whose = current === null ? "a site that is not enrolled" : `site ${current.siteId}`;
    output.print(
      `${asked.data}: ${opened.files.size} files of ${whose}. Start the agent here; the old router must not run it again.`,
    );
    return 0;
  },
};

/** The mark is written before the first file and removed after the last, so that after a power cut no agent starts on half a site. */
async function fill(folder: Folder, leftovers: readonly string[], files: StateFiles): Promise<void> {
  await folder.replace(importMark, new Uint8Array());
  for (const name of leftovers) if (name !== importMark) await folder.remove(name);
  for (const [name, content] of files) await folder.replace(name, content);
  await folder.replace(importedMark, new Uint8Array());
  await folder.remove(importMark);
}

/** Rejects, with the mark still there, when the disk refuses. */
async function empty(folder: Folder, names: readonly string[]): Promise<true> {
  for (const name of names) if (name !== importMark) await folder.remove(name);
  await folder.remove(importMark);
  return true;
}

function readWords(words: readonly string[], output: Output): { data: string; file: string } | null {
  try {
    const options = { data: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const [file, ...more] = positionals;
    if (values.data && file && more.length === 0) return { data: values.data, file };
    output.complain(values.data ? "name one FILE" : "--data DIR is missing");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${importState.usage}`);
  return null;
}
