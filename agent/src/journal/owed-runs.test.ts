import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { openJournal } from "./open-journal.ts";
import { type KnownEpoch, readOwed } from "./owed-runs.ts";

/** Two epochs that are over, and the present one: `abcd` (of which `cd` was carried over), `cde`, `f`. */
async function threeEpochs() {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
  const epochs = [journal.epoch];
  const append = async (names: string) => {
    for (const name of names) await journal.append({ kind: "alarm", name, fields: {} }).durable;
  };
  const begin = async () => {
    await journal.startEpoch();
    epochs.push(journal.epoch);
  };
  await append("abcd");
  journal.acknowledge(2);
  await begin();
  await append("e");
  journal.acknowledge(3);
  await begin();
  await append("f");
  await journal.flush();
  const owed = async (known: readonly KnownEpoch[]) => {
    const runs: [number, string, boolean][] = [];
    for await (const { epoch, records, lostBefore } of readOwed(folder, journal.epoch, known)) {
      const names = records.map((record) => (record.kind === "alarm" ? record.name : ""));
      runs.push([epochs.indexOf(epoch), names.join(""), lostBefore]);
    }
    return runs;
  };
  return { folder, epochs, owed, close: () => journal.close() };
}

test("[SYS-09] a hub that knows none of the older epochs is owed each record once, in order", async () => {
  const { owed, close } = await threeEpochs();
  expect(await owed([])).toEqual([
    [0, "ab", false],
    [1, "cde", false],
  ]);
  await close();
});

test("[SYS-09] it is owed what follows the records that it has, and nothing of an epoch that it takes no more of", async () => {
  const { owed, epochs, close } = await threeEpochs();
  const [first, second] = epochs as [string, string];
  const know = (one: number | null, two: number | null) =>
    owed([
      { epoch: first, seq: one },
      { epoch: second, seq: two },
    ]);
  expect(await know(1, 2)).toEqual([
    [0, "b", false],
    [1, "e", false],
  ]);
  expect(await know(4, 3)).toEqual([]);
  expect(await know(null, 1)).toEqual([[1, "de", false]]);
  await close();
});

test("[SYS-09] what can't be read any more is left out, and said", async () => {
  const { folder, owed, epochs, close } = await threeEpochs();
  const name = `journal/${epochs[1]}/000000000001.log`;
  const content = Buffer.from((await folder.read(name)) ?? []);
  folder.damage(name, content.indexOf('"d"'), Buffer.from("XXX"));
  expect(await owed([{ epoch: epochs[0] as string, seq: 2 }])).toEqual([
    [1, "c", false],
    [1, "e", true],
  ]);
  await close();
});
