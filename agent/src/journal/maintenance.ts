/** Every hour: saves how far the hub has the journal, and removes files that nothing needs. */
import type { Timer, World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { epochNumber, journalRoot } from "./epochs.ts";
import type { RecordLog } from "./log.ts";
import type { Position } from "./position.ts";
import type { JournalPoint } from "./replay.ts";
import { decideRetention, type JournalFile } from "./retention-policy.ts";

export interface Maintenance {
  covered(point: JournalPoint): void;
  /** Runs now instead of within an hour. */
  runNow(): void;
  /** For a full disk: removes the oldest file that is kept only for a restored hub, however young it is. */
  makeRoom(): Promise<void>;
  close(): Promise<void>;
}

const periodMs = 3600 * 1000;

export function createMaintenance(
  world: World,
  folder: Folder,
  options: {
    readonly retainMs: number;
    readonly log: () => RecordLog;
    readonly position: () => Position;
    readonly savePosition: (position: Position) => Promise<void>;
    readonly covered: JournalPoint | null;
  },
): Maintenance {
  let covered = options.covered;
  let lastRunMs = world.clock.monotonicMs();
  let running: Promise<void> | null = null;
  let closed = false;
  let timer: Timer = world.clock.after(periodMs, runNow);

  /** All files of the journal, oldest first, and whether they are needed. */
  async function files(): Promise<JournalFile[]> {
    const { epoch, ackedSeq } = options.position();
    const all = await folder.list(`${journalRoot}/`);
    const kept: JournalFile[] = [];
    for (const name of all) {
      const [, owner, file] = name.split("/");
      if (owner === undefined || file === undefined) continue;
      if (/\.(damaged|torn)$/.test(file)) kept.push({ name, acked: true, covered: true });
      else if (owner !== epoch && epochNumber(owner) < epochNumber(epoch)) {
        const isCovered = covered !== null && epochNumber(covered.epoch) > epochNumber(owner);
        kept.push({ name, acked: true, covered: isCovered });
      }
    }
    for (const segment of options.log().segments.slice(0, -1)) {
      const isCovered = covered?.epoch === epoch && covered.seq >= segment.lastSeq;
      kept.push({ name: segment.name, acked: segment.lastSeq <= ackedSeq, covered: isCovered });
    }
    return kept;
  }

  async function remove(name: string): Promise<void> {
    const log = options.log();
    const segment = log.segments.find((candidate) => candidate.name === name);
    if (segment === undefined) return folder.remove(name);
    // Only the oldest: a journal must have no hole in the middle.
    if (segment === log.segments[0]) await log.drop(segment);
  }

  async function run(): Promise<void> {
    const nowMs = world.clock.monotonicMs();
    const time = { elapsedMs: nowMs - lastRunMs, wall: world.clock.wall(), retainMs: options.retainMs };
    lastRunMs = nowMs;
    const { idle, expired } = decideRetention(await files(), options.position().idle, time);
    for (const name of expired) {
      await remove(name);
      delete idle[name];
    }
    if (expired.length > 0) world.log.info("journal-segments-removed", { count: expired.length });
    await options.savePosition({ ...options.position(), idle });
  }

  function runNow(): void {
    if (closed) return;
    timer.cancel();
    timer = world.clock.after(periodMs, runNow);
    if (running !== null) return;
    running = run()
      .catch((error: unknown) => world.log.warn("journal-maintenance-failed", { message: String(error) }))
      .finally(() => {
        running = null;
      });
  }

  return {
    covered(point) {
      covered = point;
    },
    runNow,
    async makeRoom() {
      const candidate = (await files()).find((file) => file.acked && file.covered);
      if (candidate === undefined) return;
      world.log.warn("journal-room-made", { file: candidate.name });
      await remove(candidate.name);
    },
    async close() {
      timer.cancel();
      await running;
      closed = true;
      await run().catch((error: unknown) => world.log.warn("journal-maintenance-failed", { message: String(error) }));
    },
  };
}
