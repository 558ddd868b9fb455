import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../build/repository.ts";

const packages = ["agent/src", "cloud/src", "protocol/src", "cli/src", "container/src", "routeros-scripts/src"];

test("every fault that can be thrown is explained in docs/faults.md", () => {
  const explained = readFileSync(join(repositoryRoot, "docs/faults.md"), "utf8");
  const missing = thrownCodes().filter((code) => !explained.includes(`\`${code}\``));
  expect(missing).toEqual([]);
});

function thrownCodes(): string[] {
  const sources = packages.flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(repositoryRoot, folder, name), "utf8")),
  );
  const codes = sources.flatMap((source) => [...source.matchAll(/new Fault\(\s*"([a-z-]+\/[a-z-]+)"/g)]);
  return [...new Set(codes.map((match) => match[1] as string))];
}
