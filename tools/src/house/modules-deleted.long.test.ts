/** Whoever deletes a module's folders, and runs `npm run schema-types`, has deleted it: the rest type-checks, and its tests pass. */
import { test } from "vitest";
import { deletable, expectWhole, withDependants } from "./test-module-copy.ts";

test.each(deletable)("[SYS-27] %s deleted", { timeout: 1_800_000 }, (name) =>
  expectWhole((copy) => copy.deleteModules(withDependants(name))),
);
