/** A router's script is foreign text: it is read elsewhere. */
import { fileTask } from "../../ground/foreign-files/file-reader.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { Script } from "./read-script.ts";
import type { read } from "./script-task.ts";

const scriptTask = fileTask<typeof read>(new URL("./script-task.ts", import.meta.url));

/** Throws Problem 422 "script-not-understood", and those of `ReadFile`. */
export async function readScriptFile(readFile: ReadFile, providerId: string, text: string): Promise<Script> {
  const script = await readFile(scriptTask, { providerId, field: "script", file: text, job: null, refuse: notOne });
  if (script === null) throw notOne();
  return script;
}

const notOne = () => refusal("script-not-understood", { field: "script" });
