/**
 * One agent writes to a data folder: the one that opened it last. It leaves its mark in `holder.json` before it reads anything else; who finds another mark there writes
 * nothing more, in no file. The mark is compared before each change, and after each sync before anybody hears of it: so what an agent acknowledged was on
 * disk before the next one began to read. This needs no process table, no clock and no network: it holds between containers, and on any disk.
 */
import { Fault } from "@karibu/protocol/fault";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { FileStat, Folder } from "./folder.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

export interface HeldFolder {
  readonly folder: Folder;
  /** What was found of something else that writes here; null: nothing. */
  readonly shared: string | null;
  /** Does this agent's mark still stand? False where the disk took none. */
  isHeld(): Promise<boolean>;
  /** Something else was found. Leaves a note for the agent that goes on, or for the next start. */
  noteShared(what: string): void;
  /** What an agent that stopped writing here left; the note is removed. Null: there is none. */
  takeNote(): Promise<string | null>;
}

interface Holder {
  readonly holder: string;
}

interface Note {
  readonly what: string;
}

const holderName = "holder.json";
const noteName = "shared.json";

/** Never rejects. A disk that refuses the mark may take writes later: then another agent is known by its mark, in the place of the one that stands there now. */
export async function holdFolder({ random, log }: Pick<World, "random" | "log">, inner: Folder): Promise<HeldFolder> {
  const holder = newSecret({ random }, 12);
  /** What stands under the mark's name while nobody else has opened the folder; null: no file. Absent: the disk could not say. */
  let mark: FileStat | null | undefined;
  let isOwn = false;
  let shared: string | null = null;
  try {
    mark = await inner.stat(holderName);
    await writeJsonFile(inner, holderName, { holder } satisfies Holder);
    mark = await inner.stat(holderName);
    isOwn = true;
  } catch (error) {
    log.warn("data-folder-not-held", { error: String(error) });
  }

  function noteShared(what: string): void {
    if (shared !== null) return;
    shared = what;
    log.error("folder-shared", { what });
    writeJsonFile(inner, noteName, { what } satisfies Note).catch(() => {});
  }

  async function expectHeld(): Promise<void> {
    if (mark === undefined) return;
    const found = await inner.stat(holderName);
    if (found?.file === mark?.file && found?.changedMs === mark?.changedMs) return;
    if (found === null)
      throw new Fault("folder/taken", `${holderName} is gone`, { retry: "later", hint: "is the stick in its place?" });
    // A stick that was put back has the same files under other numbers.
    const is = await readJsonFile<Holder>(inner, holderName);
    if (is?.holder !== holder) {
      const what = "another agent has opened this data folder";
      noteShared(what);
      throw new Fault("folder/taken", what, {
        retry: "never",
        hint: "stop one of the two agents, restart the other",
      });
    }
    mark = found;
    isOwn = true;
  }

  const folder: Folder = {
    list: (prefix) => inner.list(prefix),
    read: (name) => inner.read(name),
    readAround: (name) => inner.readAround(name),
    stat: (name) => inner.stat(name),
    async append(name) {
      await expectHeld();
      const file = await inner.append(name);
      return {
        file: file.file,
        async write(chunk) {
          await expectHeld();
          await file.write(chunk);
        },
        async sync() {
          await file.sync();
          await expectHeld();
        },
        close: () => file.close(),
      };
    },
    async replace(name, content) {
      await expectHeld();
      await inner.replace(name, content);
    },
    async rename(from, to) {
      await expectHeld();
      await inner.rename(from, to);
    },
    async truncate(name, sizeBytes) {
      await expectHeld();
      await inner.truncate(name, sizeBytes);
    },
    async remove(name) {
      await expectHeld();
      await inner.remove(name);
    },
  };

  return {
    folder,
    get shared() {
      return shared;
    },
    noteShared,
    async isHeld() {
      await expectHeld();
      return isOwn;
    },
    async takeNote() {
      if (shared !== null) return null;
      const note = await readJsonFile<Note>(inner, noteName).catch(() => null);
      if (typeof note?.what !== "string") return null;
      await inner.remove(noteName).catch(() => {});
      return note.what;
    },
  };
}
