/** `npm run goldens -w routeros-scripts`: writes the folder `golden` from what the renderer makes now. Read the difference with git. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { goldenFiles } from "./test-goldens.ts";

const folder = join(import.meta.dirname, "..", "golden");
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of Object.entries(goldenFiles())) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
