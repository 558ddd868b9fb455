/**
 * A data folder in memory that fails like flash. It counts its operations, and power can be cut at any of them; then nothing works
 * until `reboot`. Synced bytes survive. Of unsynced bytes a random prefix survives, in which whole sectors may be missing.
 */
import { type AppendFile, type Folder, pageBytes, refusedByte } from "@karibu/agent/ground/files/folder";
import { type Clock, type Random, sleep } from "@karibu/protocol/world";

export interface FaultyFolder extends Folder {
  /** Changing operations so far. Power can be cut at each. */
  readonly operations: number;
  /** Cuts power during this operation (counted from 0). The operation happens fully, in part or not at all. */
  cutPowerAt(operation: number | null): void;
  /** Power is back: the folder holds what survived. Operations count from 0 again. */
  reboot(): void;
  /** The process alone died in the middle of an operation: what it wrote is in the page cache still. Operations count from 0 again. */
  startAgain(): void;
  /** Limits the total size of all files, as a full disk does. Null: no limit. */
  limitBytes(capacityBytes: number | null): void;
  /** Refuses every change with EROFS. */
  readOnly(on: boolean): void;
  /** Makes every operation take this long. */
  slow(delayMs: number): void;
  /** Overwrites bytes of a file in place, as bit rot does. */
  damage(name: string, offsetBytes: number, content: Uint8Array): void;
  /** The names of all files, sorted. */
  names(): readonly string[];
  /** Of all files. */
  readonly sizeBytes: number;
  /** Turns one bit of a file over, so far into it. False: the file is empty. */
  flipBit(name: string, permille: number, bit: number): boolean;
  /**
   * Makes reads of this file fail: with EIO, as a bad sector does (it can be replaced and renamed), or as a broken inode of ext4 does, whose
   * name can't be changed either.
   */
  unreadable(name: string, code?: "EIO" | "EUCLEAN" | "EBADMSG"): void;
  /** A bad sector so far into the file: a read of its page fails with EIO, and so does a read of the whole. */
  badPage(name: string, permille: number): void;
  /**
   * A bad sector under its end: what is written there never reaches the flash, also under another name. One that is not there yet: under its
   * beginning. `last-block`: under its last good bytes too, so that nothing behind them can be cut off. `further`: so many files after it, under its
   * name, have it under their beginning.
   */
  unwritable(name: string, of?: { readonly where?: "end" | "last-block"; readonly further?: number }): void;
  /** The file is not there any more. */
  lose(name: string): void;
  /** The sector there reads as zeros. */
  zero(name: string, permille: number): void;
  /** Only this part of the file is left. */
  cutShort(name: string, permille: number): void;
  /** Pulled out: everything fails with EIO. */
  pulledOut(on: boolean): void;
  /** The same files for a program that does one step after the other. */
  readonly inTurn: FolderInTurn;
  /** What another stick would hold that was copied from this one now. */
  copy(): FolderCopy;
  /** The stick is changed for a copy, or for a new one (null). Call it while nobody uses the folder. */
  change(to: FolderCopy | null): void;
}

/** Its changes count as operations, too, and power can be cut at each. */
export interface FolderInTurn {
  read(name: string): Uint8Array | null;
  /** Old content or new content, never a mixture. */
  replace(name: string, content: Uint8Array): void;
  remove(name: string): void;
}

export interface FolderCopy {
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export class PowerCut extends Error {
  constructor() {
    super("the power is off");
    this.name = "PowerCut";
  }
}

interface StoredFile {
  readonly id: string;
  /** The content in the page cache. */
  content: Uint8Array;
  /** How many bytes of it are on flash. */
  syncedBytes: number;
  isUnwritable?: boolean;
  isUncuttable?: boolean;
  /** Numbers of pages that can't be read. */
  badPages?: ReadonlySet<number>;
}

const sectorBytes = 512;

/** `random` decides what survives of an interrupted operation, so a seed repeats it. */
export function createFaultyFolder(world: { readonly random: Random; readonly clock?: Clock }): FaultyFolder {
  const files = new Map<string, StoredFile>();
  /** With the code of what fails. */
  const badNames = new Map<string, string>();
  /** Names under which the next files, so many, will take nothing. */
  const badBeginnings = new Map<string, number>();
  let operations = 0;
  let cutAt: number | null = null;
  let powered = true;
  let life = 0;
  let capacityBytes: number | null = null;
  let refuseChanges = false;
  let isPulledOut = false;
  let delayMs = 0;
  let made = 0;

  const upTo = (max: number): number => {
    const raw = world.random.bytes(4);
    return (((raw[0] as number) | ((raw[1] as number) << 8) | ((raw[2] as number) << 16)) >>> 0) % (max + 1);
  };
  const stored = (name: string): StoredFile => {
    const file = files.get(name);
    if (file === undefined) throw failure("ENOENT", `no such file: ${name}`);
    return file;
  };

  /** One operation: waits, counts, and does the change, or loses power before, during or after it. */
  async function change(doIt: () => void, doPart?: () => void): Promise<void> {
    if (delayMs > 0 && world.clock) await sleep(world.clock, delayMs);
    else await Promise.resolve();
    changeNow(doIt, doPart);
  }

  function changeNow(doIt: () => void, doPart?: () => void): void {
    reach();
    if (refuseChanges) throw failure("EROFS", "read-only file system");
    if (operations++ !== cutAt) {
      doIt();
      return;
    }
    const moment = upTo(2);
    if (moment === 1) doPart?.();
    if (moment === 2) doIt();
    powered = false;
    throw new PowerCut();
  }

  function reach(): void {
    if (!powered) throw new PowerCut();
    if (isPulledOut) throw failure("EIO", "input/output error");
  }

  function refuseBrokenInode(...names: readonly string[]): void {
    for (const name of names) {
      const code = badNames.get(name);
      if (code !== undefined && code !== "EIO") throw failure(code, `the file system is broken at ${name}`);
    }
  }

  function room(moreBytes: number): number {
    if (capacityBytes === null) return moreBytes;
    return Math.max(0, Math.min(moreBytes, capacityBytes - usedBytes()));
  }

  function usedBytes(): number {
    let sum = 0;
    for (const file of files.values()) sum += file.content.length;
    return sum;
  }

  function extend(file: StoredFile, chunk: Uint8Array): void {
    const content = new Uint8Array(file.content.length + chunk.length);
    content.set(file.content);
    content.set(chunk, file.content.length);
    file.content = content;
  }

  /** After a power cut a random part of the unsynced bytes survives, and some of its sectors are zero. */
  function settle(file: StoredFile): void {
    const length = file.syncedBytes + upTo(file.content.length - file.syncedBytes);
    const content = file.content.slice(0, length);
    for (let start = file.syncedBytes; start < length; ) {
      const end = Math.min(length, start - (start % sectorBytes) + sectorBytes);
      if (upTo(3) === 0) content.fill(0, start, end);
      start = end;
    }
    file.content = content;
    file.syncedBytes = length;
  }

  function openFile(name: string): AppendFile {
    const file = stored(name);
    const openedIn = life;
    const alive = (): void => {
      if (openedIn !== life) throw new PowerCut();
    };
    return {
      file: file.id,
      async write(chunk) {
        const copy = new Uint8Array(chunk); // not `slice`: of a Buffer that is the same memory
        await change(
          () => {
            alive();
            const fits = room(copy.length);
            extend(file, copy.subarray(0, fits));
            if (fits < copy.length) throw failure("ENOSPC", "no space left on device");
          },
          () => extend(file, copy.subarray(0, upTo(room(copy.length)))),
        );
      },
      async sync() {
        await change(
          () => {
            alive();
            if (file.isUnwritable === true) throw failure("EIO", "input/output error");
            file.syncedBytes = file.content.length;
          },
          () => {
            file.syncedBytes += upTo(file.content.length - file.syncedBytes);
          },
        );
      },
      async close() {
        // Closing changes nothing on flash.
      },
    };
  }

  function read(name: string): Uint8Array | null {
    reach();
    const code = badNames.get(name);
    const file = files.get(name);
    if (code !== undefined || file?.badPages !== undefined) throw failure(code ?? "EIO", `can't read ${name}`);
    return file === undefined ? null : new Uint8Array(file.content);
  }

  function replacing(name: string, content: Uint8Array): () => void {
    const copy = new Uint8Array(content);
    return () => {
      refuseBrokenInode(name);
      // The old and the new file exist side by side until the rename.
      if (room(copy.length) < copy.length) throw failure("ENOSPC", "no space left on device");
      files.set(name, { id: String(made++), content: copy, syncedBytes: copy.length });
      badNames.delete(name);
    };
  }

  const removing = (name: string) => (): void => {
    refuseBrokenInode(name);
    files.delete(name);
    badNames.delete(name);
  };

  function startAgain(): void {
    life++;
    powered = true;
    operations = 0;
    cutAt = null;
  }

  return {
    get operations() {
      return operations;
    },
    async list(prefix) {
      reach();
      return [...files.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    async read(name) {
      return read(name);
    },
    async readAround(name) {
      reach();
      const code = badNames.get(name);
      if (code !== undefined) throw failure(code, `can't read ${name}`);
      const file = files.get(name);
      if (file === undefined) return null;
      const content = new Uint8Array(file.content);
      const bad = [...(file.badPages ?? [])].filter((page) => page * pageBytes < content.length);
      if (bad.length > 0 && content.length <= bad.length * pageBytes) throw failure("EIO", `can't read ${name}`);
      for (const page of bad) content.fill(refusedByte, page * pageBytes, (page + 1) * pageBytes);
      return content;
    },
    async stat(name) {
      reach();
      refuseBrokenInode(name);
      const file = files.get(name);
      return file === undefined ? null : { file: file.id, sizeBytes: file.content.length, changedMs: 0 };
    },
    async append(name) {
      const make = (): void => {
        refuseBrokenInode(name);
        if (files.has(name)) return;
        if (capacityBytes !== null && room(1) === 0) throw failure("ENOSPC", "no space left on device");
        const bad = badBeginnings.get(name) ?? 0;
        if (bad > 0) badBeginnings.set(name, bad - 1);
        const isUnwritable = bad > 0;
        files.set(name, { id: String(made++), content: new Uint8Array(), syncedBytes: 0, isUnwritable });
      };
      await change(make);
      return openFile(name);
    },
    async replace(name, content) {
      await change(replacing(name, content));
    },
    async rename(from, to) {
      await change(() => {
        refuseBrokenInode(from, to);
        const file = stored(from);
        files.delete(from);
        files.set(to, file);
        const code = badNames.get(from);
        badNames.delete(from);
        if (code !== undefined) badNames.set(to, code);
      });
    },
    async truncate(name, sizeBytes) {
      await change(() => {
        const file = stored(name);
        if (file.isUncuttable === true) throw failure("EIO", "input/output error");
        file.content = file.content.slice(0, sizeBytes);
        file.syncedBytes = file.content.length;
      });
    },
    async remove(name) {
      await change(removing(name));
    },
    inTurn: {
      read,
      replace: (name, content) => changeNow(replacing(name, content)),
      remove: (name) => changeNow(removing(name)),
    },
    cutPowerAt(operation) {
      cutAt = operation;
    },
    reboot() {
      for (const file of files.values()) settle(file);
      startAgain();
    },
    startAgain,
    limitBytes(bytes) {
      capacityBytes = bytes;
    },
    readOnly(on) {
      refuseChanges = on;
    },
    slow(ms) {
      delayMs = ms;
    },
    damage(name, offsetBytes, content) {
      stored(name).content.set(content, offsetBytes);
    },
    names: () => [...files.keys()].sort(),
    get sizeBytes() {
      return usedBytes();
    },
    flipBit(name, permille, bit) {
      const { content } = stored(name);
      const at = Math.floor((content.length * permille) / 1000);
      if (at >= content.length) return false;
      content[at] = (content[at] as number) ^ (1 << bit);
      return true;
    },
    unreadable(name, code = "EIO") {
      badNames.set(name, code);
    },
    badPage(name, permille) {
      const file = stored(name);
      const page = Math.floor((file.content.length * permille) / 1000 / pageBytes);
      file.badPages = new Set([...(file.badPages ?? []), page]);
    },
    unwritable(name, { where = "end", further = 0 } = {}) {
      const file = files.get(name);
      badBeginnings.set(name, further + (file === undefined ? 1 : 0));
      if (file !== undefined) Object.assign(file, { isUnwritable: true, isUncuttable: where === "last-block" });
    },
    lose(name) {
      files.delete(name);
    },
    zero(name, permille) {
      const { content } = stored(name);
      const at = Math.floor((content.length * permille) / 1000);
      content.fill(0, at - (at % sectorBytes), at - (at % sectorBytes) + sectorBytes);
    },
    cutShort(name, permille) {
      const file = stored(name);
      file.content = file.content.slice(0, Math.floor((file.content.length * permille) / 1000));
      file.syncedBytes = Math.min(file.syncedBytes, file.content.length);
    },
    pulledOut(on) {
      isPulledOut = on;
    },
    copy: () => ({ files: new Map([...files].map(([name, { content }]) => [name, content.slice()])) }),
    change(to) {
      files.clear();
      badNames.clear();
      for (const [name, content] of to?.files ?? [])
        files.set(name, { id: String(made++), content: content.slice(), syncedBytes: content.length });
    },
  };
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
