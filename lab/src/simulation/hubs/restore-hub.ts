/** The hub is put back to what it was at a back-up, by the bytes that the product writes and reads. */
import { Readable, Writable } from "node:stream";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { readNothing } from "@karibu/cloud/operations/back-ups/repeat-revocations";
import { replaceByBackup } from "@karibu/cloud/operations/back-ups/restore";
import { begin } from "../sites/asks.ts";
import type { HubCommandKind } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { pause } from "./order.ts";

export type RestoreKind = Extract<HubCommandKind, "back-up" | "restore">;

export const restorePlayers: { readonly [Kind in RestoreKind]: Player<Kind> } = {
  "back-up": (day) => begin(day, backUp(day)),
  restore: (day, { offSeconds }) => begin(day, restore(day, offSeconds * 1000)),
};

const againMs = 5000;

async function backUp(day: HubDay): Promise<void> {
  const { side, town } = day;
  const chunks: Uint8Array[] = [];
  const file = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const atMs = town.time.nowMs();
  await town.time.track(writeBackup(side.database, town.time.trueMs(), file));
  day.backUp = { bytes: Buffer.concat(chunks), atMs };
}

/** Ordered at a hub that runs, or once it does again. */
async function restore(day: HubDay, offMs: number): Promise<void> {
  const { side, town, backUp } = day;
  if (backUp === null) return;
  const bring = async () => {
    const backup = await proveBackup(() => Readable.from([backUp.bytes]));
    const meant = { backup, sha256: backup.end.sha256 };
    await replaceByBackup(side.restoreWorld, side.database, meant, readNothing, async () => {});
    town.note({ kind: "restored", backUpMs: backUp.atMs });
  };
  while (!(await side.hub.replace(bring, offMs))) await pause(day, againMs);
}
