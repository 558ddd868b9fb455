import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { checkedVersions } from "./language/version-dialect.ts";
import { goldenFiles, renderedFiles, type ScriptFiles, scriptsFromGoldens } from "./test-goldens.ts";
import { renderVersion } from "./test-render.ts";

const folder = join(import.meta.dirname, "..", "golden");

function readGoldens(): ScriptFiles {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1).replaceAll(sep, "/"), readFileSync(path, "utf8")];
    }),
  );
}

test.each(checkedVersions)(
  "RouterOS %s: the golden scripts are the rendered ones, to the byte (npm run goldens -w routeros-scripts)",
  (version) => {
    expect(scriptsFromGoldens(version, readGoldens())).toEqual(renderedFiles(version));
  },
);

test("the folder golden holds one version in full, a difference for each other version, and nothing else", () => {
  expect(Object.keys(readGoldens()).sort()).toEqual(Object.keys(goldenFiles()).sort());
});

test.each(checkedVersions)("RouterOS %s: repair.rsc is setup.rsc with another first and last line", (version) => {
  const { "setup.rsc": setUp, "repair.rsc": repair } = renderVersion(version);
  const lines = setUp.split("\n");
  lines[0] = "# Karibu repair: restores what is missing or was changed. It does the same as set-up.";
  lines[lines.length - 2] = ':put "karibu: repaired. Import verify.rsc in five minutes."';
  expect(repair).toBe(lines.join("\n"));
});

test("a golden with one other byte is not the rendered script", () => {
  const golden = readGoldens();
  const version = checkedVersions[0] ?? "";
  const other = {
    ...golden,
    [`${version}.diff`]: golden[`${version}.diff`]?.replace("+# For RouterOS 7.18", "+# For RouterOS 7.1X") ?? "",
  };
  expect(scriptsFromGoldens(version, other)).not.toEqual(renderedFiles(version));
});
