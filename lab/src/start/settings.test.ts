/** One shell may hold the settings of the agent, of the hub and of the tests: none refuses the others' by their names. */
import { readFileSync } from "node:fs";
import { parseSettings } from "@karibu/agent/start/settings";
import { readSettings } from "@karibu/cloud/settings";
import { expect, test } from "vitest";
import { repositoryRoot } from "../build/repository.ts";

const readme = readFileSync(`${repositoryRoot}README.md`, "utf8");
const paragraph = (title: string) => new RegExp(`^\\*\\*${title}\\*\\*[^]*?\\n\\n`, "m").exec(readme)?.[0] ?? "";
const namesIn = (text: string) => [...new Set(text.match(/KARIBU_[A-Z_]+/g))];

test("every setting that the README names is known to the agent and to the hub", () => {
  const names = [...namesIn(paragraph("Agent")), ...namesIn(paragraph("Hub")), "KARIBU_TEST_LONG"];
  expect(names.length).toBeGreaterThan(20);
  const environment = Object.fromEntries(names.map((name) => [name, ""]));
  expect(readSettings(environment)).toHaveProperty("settings");
  expect(parseSettings(environment)).toHaveProperty("settings");
});
