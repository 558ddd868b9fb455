/** A site's alarm reaches people by its kind alone: what they read of it, and what they are told to do, stands in `protocol/alarms`. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { enAlarmWords } from "@karibu/protocol/alarms/alarm-words-en";
import { swAlarmWords } from "@karibu/protocol/alarms/alarm-words-sw";
import { expect, test } from "vitest";

/** As the agent's code names them: at the call that raises one, or in the record itself. */
const naming = /\braiseAlarm\(\s*"([a-z-]+)"|kind: "alarm",\s*name: "([a-z-]+)"/g;

test("each alarm that the agent's code names has a sentence and an advice, in both languages", () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const files = globSync("**/*.ts", { cwd: root }).filter((path) => !/(\.test|\/test-[^/]*)\.ts$/.test(path));
  const names = files.flatMap((path) =>
    [...readFileSync(`${root}${path}`, "utf8").matchAll(naming)].map(
      ([, raised, recorded]) => raised ?? recorded ?? "",
    ),
  );
  expect(new Set(names).size).toBeGreaterThan(12);

  const speechless = [...new Set(names)].filter((name) =>
    ["alarm", "advice"].some((what) =>
      [enAlarmWords, swAlarmWords].some((words) => !(`${what}_${name.replaceAll("-", "_")}` in words)),
    ),
  );
  expect(speechless).toEqual([]);
});
