/** The process of `build/build-compiled-hub.ts`. */
import { mkdirSync, rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { compiledIn, loadHub, useCompiled } from "@karibu/cloud/load-hub";

rmSync(compiledIn, { recursive: true, force: true });
mkdirSync(compiledIn, { recursive: true });
useCompiled();
await loadHub();
flushCompileCache();
