/**
 * Keeps what shows the stick's wear, in a file on that stick, so that a new stick begins with none. Four small writes a day. Tells the operator when the stick is
 * likely to fail, and again each week while it stays so.
 */
import type { Timer, World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import type { SyncFigures } from "../ground/files/metered-folder.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import { forecastOf, type StickForecast, type StickHistory, withDay } from "./stick-forecast.ts";

export interface StickWatch {
  forecast(): StickForecast;
  /** Reads the file, and notes the damage that this start found. */
  start(): Promise<void>;
  stop(): void;
}

export interface StickWatchParts {
  readonly folder: Pick<Folder, "read" | "rename" | "replace">;
  readonly syncs: () => SyncFigures;
  readonly bytesWritten: () => number;
  /** Did this start find damage that no power cut explains? */
  readonly foundDamage: boolean;
  readonly raiseAlarm: RaiseAlarm;
  /** So many bytes wear it out. Absent: a cheap stick. */
  readonly enduranceBytes?: number;
}

const fileName = "stick.json";
const noteEveryMs = 6 * 3_600_000;
const dayMs = 86_400_000;
const sayAgainDays = 7;

interface StickFile {
  readonly history: StickHistory;
  /** The last alarm; null: none. */
  readonly told: { readonly day: number; readonly because: string } | null;
}

const newStick: StickFile = { history: { baselineMs: null, writtenBytes: 0, days: [] }, told: null };

export function createStickWatch(world: World, parts: StickWatchParts): StickWatch {
  let file = newStick;
  let noted = { syncs: 0, syncMs: 0, writtenBytes: 0 };
  let timer: Timer | null = null;
  let stopped = false;

  /** What came since the last note. */
  async function note(damaged: number): Promise<void> {
    const day = Math.floor(world.clock.wall().atMs / dayMs);
    const { count, totalMs } = parts.syncs();
    const now = { syncs: count, syncMs: totalMs, writtenBytes: parts.bytesWritten() };
    const more = {
      day,
      syncs: now.syncs - noted.syncs,
      syncMs: now.syncMs - noted.syncMs,
      writtenBytes: now.writtenBytes - noted.writtenBytes,
      damaged,
    };
    noted = now;
    file = { ...file, history: withDay(file.history, more) };
    tell(day);
    await writeJsonFile(parts.folder, fileName, file).catch(() => {}); // the next one may succeed
  }

  function tell(day: number): void {
    const { health, weeks, because } = forecastOf(file.history, parts.enduranceBytes);
    // One damage has its own alarm (`journal-damaged`).
    const isTold = because === "damage" && health !== "wrong";
    if (because === null || weeks === null || isTold) {
      file = { ...file, told: null };
      return;
    }
    if (file.told?.because === because && Math.abs(day - file.told.day) < sayAgainDays) return;
    file = { ...file, told: { day, because } };
    parts.raiseAlarm("stick-wears", { weeks, because });
  }

  function next(): void {
    timer = world.clock.after(noteEveryMs, () => {
      void note(0).finally(() => {
        if (!stopped) next();
      });
    });
  }

  return {
    forecast: () => forecastOf(file.history, parts.enduranceBytes),
    async start() {
      file = await readStick(parts.folder);
      if (parts.foundDamage) await note(1);
      if (!stopped) next();
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** A file that can't be read counts as a new stick. */
async function readStick(folder: Pick<Folder, "read" | "rename">): Promise<StickFile> {
  const file = await readJsonFile<StickFile>(folder, fileName).catch(() => null);
  const history = file?.history;
  const isWhole = typeof history === "object" && history !== null && Array.isArray(history.days);
  return isWhole ? { history, told: file?.told ?? null } : newStick;
}
