/** Reads a router's script, in a process of its own: see `read-script-file.ts`. */
import { readScript, type Script } from "./read-script.ts";

/** Null: it is none. */
export const read = (_: null, file: Buffer): Script | null => readScript(file.toString("utf8"));
