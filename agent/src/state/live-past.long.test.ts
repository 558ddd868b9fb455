/** What a site remembers of its past costs the router memory for as long as the agent runs. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("test-live-past.ts", import.meta.url));

test("a session that ended, with its grant and its device, takes at most so many bytes of live heap, after a restart too", () => {
  const said = execFileSync(process.execPath, ["--expose-gc", program], { encoding: "utf8" });
  const { lived, restarted } = JSON.parse(said) as { readonly lived: number; readonly restarted: number };
  expect(lived).toBeLessThan(970);
  expect(restarted).toBeLessThan(970);
});
