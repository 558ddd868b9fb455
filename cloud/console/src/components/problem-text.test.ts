import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ApiError } from "../hub/api.ts";
import { en } from "../strings/en.ts";
import { problemText } from "./problem-text.ts";

test("[UIX-10] every rule that a schema names has a sentence", () => {
  const rules = new Set(
    sources("cloud/src").flatMap((text) =>
      [...text.matchAll(/\bownRule\(\s*"([a-z-]+)"|"\{([a-z-]+)\} /g)].map(([, ...rules]) =>
        rules.find((rule) => rule !== undefined),
      ),
    ),
  );
  expect(rules.size).toBeGreaterThan(10);
  expect([...rules].filter((rule) => !Object.hasOwn(en, `rule_${rule?.replaceAll("-", "_")}`))).toEqual([]);
});

test("[UIX-10] a rule of our own about a field has a name, which a console says in its reader's language", () => {
  const bare = sources("cloud/src").flatMap((text) => [
    ...text.matchAll(/\.regex\(\/[^\n]*\/[a-z]*,\s*["`][^{\n]*/g),
    ...text.matchAll(/\.refine\([^\n]*,\s*(?:\{ message: )?["`][^{\n]*/g),
  ]);
  expect(bare.map(([source]) => source).filter((source) => !source.includes("ownRule("))).toEqual([]);
});

test("[UIX-05] a refused field is told in the unit that is typed, and never in the hub's cents", () => {
  const refused = new ApiError(409, "too-much", "amountCents: 2000 can be given back of it.", "amountCents", {
    rule: "too-big",
    value: 2000,
  });
  expect(problemText(refused, (cents) => String(cents / 100))).toBe("20 is the most.");
  expect(problemText(new ApiError(409, "too-much", "amountCents: 2000", "amountCents"))).toBe(
    "This is more than is left of it.",
  );
  expect(problemText(new ApiError(418, "moon-fell", "name: the moon fell", "name"))).toBe("the moon fell");
});

function sources(folder: string): string[] {
  const root = join(import.meta.dirname, "../../../..", folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("test"))
    .map((name) => readFileSync(join(root, name), "utf8"));
}
