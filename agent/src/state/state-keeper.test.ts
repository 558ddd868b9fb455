import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createRecordStamps } from "../start/record-stamps.ts";
import { migrateState } from "../store/state-format.ts";
import { applyRecord } from "./apply-record.ts";
import { spentReasonOf } from "./spent-grants.ts";
import { openState } from "./state-keeper.ts";

test("[BEY-20] used codes are written as the release before reads them, until this release may stay; then as bits", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const open = () => openState(world, folder, createRecordStamps(world.clock).next);
  let keeper = await open();
  const use = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };

  /** Lets go of a code and of the journal that a snapshot needs to be due. Returns what is in the newest snapshots. */
  async function snapshotWith(serial: number): Promise<string> {
    const append = (event: Parameters<typeof keeper.journal.append>[0]) =>
      applyRecord(keeper.state, keeper.journal.append(event).record);
    append({ kind: "lease-released", grantId: `v.b1.${serial}`, use });
    for (let count = 0; count < 2500; count++)
      append({ kind: "alarm", name: "load", fields: { filler: "x".repeat(1000) } });
    await keeper.journal.flush();
    await keeper.saveIfDue();
    const names = await folder.list("state/");
    const contents = await Promise.all(names.map((name) => folder.read(name)));
    return contents.map((content) => Buffer.from(content ?? []).toString()).join("\n");
  }

  const before = await snapshotWith(7);
  expect(before).toContain('["7","elsewhere"]');
  expect(before).not.toContain("spentBits");
  await migrateState(folder); // the launcher accepted the release
  expect(await snapshotWith(8)).toContain("spentBits");
  await keeper.journal.close();
  keeper = await open();
  for (const serial of [7, 8]) expect(spentReasonOf(keeper.state.spent, `v.b1.${serial}`)).toBe("elsewhere");
  expect(spentReasonOf(keeper.state.spent, "v.b1.9")).toBeNull();
  await keeper.journal.close();
});
