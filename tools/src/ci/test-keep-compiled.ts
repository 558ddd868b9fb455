/**
 * Loaded into processes that tests kill: Node writes down what it compiled only where a process ends by itself, and each next one would compile all of
 * it again. Without a folder for that (`test-shared-folder.ts`) nothing is written.
 */
// biome-ignore-all lint/plugin: beside the process, in real time
import { flushCompileCache } from "node:module";

const everyMs = 2000;

setInterval(flushCompileCache, everyMs).unref();
