/** Who holds a data folder, where the disk refuses the mark at the start: two faults at once. The journal over it is the real one. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { event, names, open } from "../../journal/test-journal.ts";
import { holdFolder } from "./held-folder.ts";

test("a disk that refused the mark and takes writes again: the agent stops when another one opens the folder, and what it acknowledged stays", async () => {
  const disk = createFaultyFolder(createSimulatedWorld());
  const started = async (seed: number) => {
    const world = createSimulatedWorld(seed);
    const held = await holdFolder(world, disk);
    return { held, ...(await open(world, held.folder, { holder: held })) };
  };
  const before = await started(1);
  await before.journal.append(event("before")).durable;
  await before.journal.close();
  disk.readOnly(true);
  const first = await started(2);
  disk.readOnly(false);
  await first.journal.append(event("first")).durable;
  const second = await started(3);
  const isLateAcknowledged = await first.journal.append(event("late")).durable.then(
    () => true,
    () => false,
  );
  await second.journal.append(event("second")).durable;
  await Promise.all([first.journal.close(), second.journal.close()]);
  expect(names((await started(4)).replayed)).toEqual([
    "before",
    "first",
    ...(isLateAcknowledged ? ["late"] : []),
    "second",
  ]);
  expect(first.held.shared).toMatch(/another agent/);
});

test("what an agent writes while another one opens the folder is not acknowledged", async () => {
  const disk = createFaultyFolder(createSimulatedWorld());
  const first = await holdFolder(createSimulatedWorld(1), disk);
  const file = await first.folder.append("log");
  await file.write(new Uint8Array(10));
  await holdFolder(createSimulatedWorld(2), disk);
  await expect(file.sync()).rejects.toMatchObject({ code: "folder/taken" });
  expect(first.shared).toMatch(/another agent/);
});
