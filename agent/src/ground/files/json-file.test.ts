/** Files that are kept twice. The folder keeps bytes. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { readTwin, removeTwin, writeTwin } from "./json-file.ts";

const name = "identity.json";
const content = { key: "secret" };
async function written() {
  const folder = createFaultyFolder(createSimulatedWorld());
  await writeTwin(folder, name, content);
  return folder;
}

test.each([name, "identity.twin.json"])(
  "a file that is kept twice is read where %s is damaged, and is whole again",
  async (damaged) => {
    const folder = await written();
    await folder.replace(damaged, Buffer.from("x"));
    expect(await readTwin(folder, name)).toEqual(content);
    expect((await folder.list("")).sort()).toEqual([`${damaged}.damaged`, name, "identity.twin.json"].sort());
    for (const copy of [name, "identity.twin.json"]) {
      await folder.remove(copy);
      expect(await readTwin(folder, name)).toEqual(content);
    }
  },
);

test("a file that is kept twice and was removed is gone", async () => {
  const folder = await written();
  await removeTwin(folder, name);
  expect(await readTwin(folder, name)).toBeNull();
});
