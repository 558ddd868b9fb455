import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("[BEY-26] no source is loaded in the middle of a story: the first one of a process is the same as any later", async () => {
  const program = fileURLToPath(new URL("./test-late-loads.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, "3", "7", "100", "103"]);
  expect(JSON.parse(stdout)).toEqual([]);
});
