/** Pages wait for live events by topic: each topic that the hub can say has somebody who says it, and pages wait for no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

function textsOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("node_modules"))
    .map((path) => readFileSync(join(root, folder, path), "utf8"));
}

test("[UIX-03] the topics that pages listen to are topics that the hub says, and Home and Messages hear theirs", () => {
  const hub = textsOf("cloud/src").join("\n");
  const known = /readonly topic:([\s\S]*?);\n/.exec(
    readFileSync(join(root, "cloud/src/ground/events/emit.ts"), "utf8"),
  )?.[1];
  const topics = [...(known ?? "").matchAll(/\| "([a-z-]+)"/g)].map(([, topic]) => topic as string);
  expect(topics.length).toBeGreaterThan(10);
  // Most say it as a field; the journal's intake names the topic of each kind of record.
  const isSaid = (topic: string) => hub.includes(`topic: "${topic}"`) || hub.includes(`": "${topic}",`);
  expect(topics.filter((topic) => !isSaid(topic))).toEqual([]);
  const heard = textsOf("cloud/console/src").flatMap((text) =>
    [...text.matchAll(/topics: \[([^\]]*)\]/g)].flatMap(([, list = ""]) =>
      [...list.matchAll(/"([a-z-]+)"/g)].map(([, topic]) => topic as string),
    ),
  );
  expect([...new Set(heard)].filter((topic) => !topics.includes(topic))).toEqual([]);
  for (const topic of ["ticket", "message", "payment", "session", "site"]) expect(heard).toContain(topic);
});
