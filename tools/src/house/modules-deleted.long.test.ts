/** Whoever deletes a module's folders, and runs `npm run schema-types`, has deleted it: the rest type-checks, and its tests pass. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { moduleNames } from "@karibu/cloud/modules/choose-modules";
import { moduleNeeds } from "@karibu/cloud/modules/names";
import { test } from "vitest";
import { expectWhole, moduleFolders } from "./test-module-copy.ts";

/** The module, and those that are built on it. */
const withDependants = (name: string): readonly string[] => [
  name,
  ...moduleNames.filter((other) => (moduleNeeds[other] as readonly string[]).includes(name)),
];

test.each([...moduleNames, "example"])("[SYS-27] %s deleted", { timeout: 1_800_000 }, (name) =>
  expectWhole((copy) => {
    for (const gone of withDependants(name))
      for (const folder of moduleFolders) rmSync(join(copy, folder, gone), { recursive: true, force: true });
  }),
);
