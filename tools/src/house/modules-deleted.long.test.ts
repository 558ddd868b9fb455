/**
 * Whoever deletes a module's folders, and runs `npm run schema-types`, has deleted it: all of the rest type-checks, and the tests pass that ask for
 * everything or speak of the module.
 */
import { join } from "node:path";
import { test } from "vitest";
import { readHouse } from "./read-house.ts";
import { deletable, expectWhole, withDependants } from "./test-module-copy.ts";
import { tracesOf } from "./test-module-traces.ts";

const root = join(import.meta.dirname, "../../..");

test.each(deletable)("[SYS-27] %s deleted", { timeout: 1_800_000 }, (name) => {
  const gone = withDependants(name);
  return expectWhole((copy) => copy.deleteModules(gone), tracesOf(root, readHouse(root), gone).tests);
});
