/** `en.ts` and `sw.ts` spread their files into one object: of a key that two files have, the later file's words stand everywhere. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

test.each(["en", "sw"])("[UIX-10] each key of the words stands in one file of %s", async (language) => {
  const folder = join(import.meta.dirname, language);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(40);
  const places = new Map<string, string[]>();
  for (const file of files) {
    const words = (await import(join(folder, file))) as Record<string, Record<string, string>>;
    for (const key of Object.values(words).flatMap((some) => Object.keys(some)))
      places.set(key, [...(places.get(key) ?? []), file]);
  }
  expect([...places].filter(([, at]) => at.length > 1)).toEqual([]);
});
