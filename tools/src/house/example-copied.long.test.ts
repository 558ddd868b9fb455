/** Whoever copies the example under another name, as `docs/modules.md` says, has a module that the hub and the console know. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import { expectWhole } from "./test-module-copy.ts";
import { moduleFolders } from "./test-module-traces.ts";

const named = (text: string) => text.replaceAll("example", "greeter").replaceAll("Example", "Greeter");

test("[SYS-27] the example copied", { timeout: 1_800_000 }, () =>
  expectWhole(({ folder: copy }) => {
    for (const folder of moduleFolders)
      for (const path of globSync("example/**/*.ts", { cwd: join(copy, folder) })) {
        const to = join(copy, folder, named(path));
        mkdirSync(dirname(to), { recursive: true });
        writeFileSync(to, named(readFileSync(join(copy, folder, path), "utf8")));
      }
  }),
);
