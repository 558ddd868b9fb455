import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** They make routes of others' declarations, or of none. */
const notDeclaring = [
  "ground/http/route.ts",
  "ground/lists/export.ts",
  "ground/lists/list.ts",
  "ground/events/streams.ts",
];

test("every file that declares routes is in the API's types: the console's requests are held to them", () => {
  const folder = new URL(".", import.meta.url);
  const read = (path: string) => readFileSync(new URL(path, folder), "utf8");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !/(^|\/)test-/.test(path),
  );
  const declaring = files.filter((path) => /\b(route|rawRoute|exportRoute)\(\{/.test(read(path)));
  const typedIn = (list: string, folder: string) =>
    [...read(list).matchAll(/typeof import\("\.\/(.+)"\)/g)].map(([, path]) => `${folder}${path}`);
  const typed = [...typedIn("api.ts", ""), ...typedIn("modules/all-modules.ts", "modules/")].sort();
  expect(typed).toEqual(declaring.filter((path) => !notDeclaring.includes(path)).sort());
});
