/** `npm run test:long` runs what a test file leaves out of `npm test`: see `protocol/src/test-long-run.ts`. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { sourcePaths } from "./read-house.ts";

const root = join(import.meta.dirname, "../../..");
const leavesSome = /\b(longTest|inLongRunAll|isLongRun|enginesOfThisRun)\b/;
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

test("what a test file leaves to the long run is run there: its sibling imports it", () => {
  const ordinary = sourcePaths(root).filter(
    (path) => path.endsWith(".test.ts") && !path.endsWith(".long.test.ts") && !path.startsWith("tools/src/house/"),
  );
  const leaving = ordinary.filter((path) => leavesSome.test(textOf(path)));
  expect(leaving.length).toBeGreaterThan(50);
  const lost = leaving.filter((path) => {
    const sibling = path.replace(/\.test\.ts$/, ".long.test.ts");
    return !existsSync(join(root, sibling)) || !textOf(sibling).includes(`import "./${basename(path)}"`);
  });
  expect(lost, "write x.long.test.ts that imports x.test.ts").toEqual([]);
});
