/** One shell may hold the settings of the agent, of the hub and of the tests: none refuses the others' by their names. */
import { readFileSync } from "node:fs";
import { parseSettings } from "@karibu/agent/start/settings";
import { readSettings } from "@karibu/cloud/settings";
import { expect, test } from "vitest";
import { repositoryRoot } from "../build/repository.ts";

const guide = readFileSync(`${repositoryRoot}docs/settings.md`, "utf8");

test("every setting that docs/settings.md names is known to the agent and to the hub", () => {
  const names = [...new Set(guide.match(/KARIBU_[A-Z_]+/g)), "KARIBU_TEST_LONG"];
  expect(names.length).toBeGreaterThan(20);
  const environment = Object.fromEntries(names.map((name) => [name, ""]));
  expect(readSettings(environment)).toHaveProperty("settings");
  expect(parseSettings(environment)).toHaveProperty("settings");
});
