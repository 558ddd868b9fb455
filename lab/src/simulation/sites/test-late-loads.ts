/** A process of its own: plays one story with a router's API, a portal and the doctor, and says which sources were loaded in its middle. */
import { registerHooks } from "node:module";
import { loadParts } from "./load-parts.ts";
import { runSeed } from "./run-site-stories.ts";

await loadParts();
const late: string[] = [];
registerHooks({
  load: (url, context, next) => {
    late.push(url);
    return next(url, context);
  },
});
for (const seed of process.argv.slice(2)) await runSeed(Number(seed));
process.stdout.write(JSON.stringify(late));
