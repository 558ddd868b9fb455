/** One word for one thing, in Swahili too: screens, papers and texts stand beside each other before the same customer. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const packages = ["protocol", "agent", "cloud", "portal", "routeros-scripts"];

const texts = packages.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|md)$/.test(name) && !/(^|\/)(node_modules|dist|golden|fixtures)\//.test(name))
    .map((name) => join(folder, name)),
);

/** [what nobody says, what is said, as the glossary has it] */
test.each([[/nambari/i, "namba"]])("no text says %s: it is %s", (word) => {
  expect(texts.length).toBeGreaterThan(1000);
  expect(texts.filter((path) => word.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});
