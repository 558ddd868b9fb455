/**
 * A document that is saved from time to time beside a log. Two copies are kept: when the newest one is damaged, the older one is
 * used. So the log must keep everything after the older copy.
 */
import { Fault } from "@karibu/protocol/fault";
import { Low } from "lowdb";
import { decodeLine } from "../ground/files/checked-line.ts";
import type { Folder } from "../ground/files/folder.ts";
import { createFolderAdapter } from "./lowdb-adapter.ts";

export interface KeptDocument<Point, Body> {
  /**
   * The newest good copy at opening; null: there was none. Handed over once, and null from then on: what was restored from it is there twice
   * as long as anybody keeps it.
   */
  takeLoaded(): Saved<Point, Body> | null;
  /** Damaged copies, by the names that they have now. */
  readonly setAside: readonly string[];
  /** The log may be removed up to here; null: not at all. */
  readonly coveredPoint: Point | null;
  /** Length of the newest copy; 0 when there is none. */
  readonly fileBytes: number;
  /** One at a time. After a power cut in the middle the old copy or the new one is there. */
  save(point: Point, body: Body): Promise<void>;
}

export interface Saved<Point, Body> {
  /** Where in the log the body stood. */
  readonly point: Point;
  readonly body: Body;
}

/** `isOurs`: can this release read the body? One that it can't is set aside like a damaged one, and the older copy is used. */
export async function openDocument<Point, Body>(
  folder: Folder,
  name: string,
  isOurs: (body: Body) => boolean = () => true,
): Promise<KeptDocument<Point, Body>> {
  const previousName = name.replace(/(\.json)?$/, ".previous$1");
  const setAside: string[] = [];
  let fileBytes = 0;
  const newest = database<Saved<Point, Body>>(folder, name, (bytes) => {
    fileBytes = bytes;
  });
  const previous = database<Saved<Point, Body>>(folder, previousName);

  let loaded = await load(folder, newest, name, { isOurs, setAside });
  let newestPoint: Point | null = loaded?.point ?? null;
  let previousPoint: Point | null = null;
  if (loaded === null) {
    loaded = await load(folder, previous, previousName, { isOurs, setAside });
    previousPoint = loaded?.point ?? null;
  } else previousPoint = await pointOf<Point>(folder, previousName, setAside);

  return {
    takeLoaded() {
      const taken = loaded;
      loaded = null;
      return taken;
    },
    setAside,
    get coveredPoint() {
      return previousPoint;
    },
    get fileBytes() {
      return fileBytes;
    },
    async save(point, body) {
      if (newestPoint !== null) {
        await folder.rename(name, previousName);
        previousPoint = newestPoint;
        newestPoint = null;
      }
      newest.data = { point, body };
      try {
        await newest.write();
      } finally {
        newest.data = null; // the body is the caller's; a second copy of it is not worth its memory
      }
      newestPoint = point;
    },
  };
}

function database<T>(folder: Folder, name: string, onSize?: (bytes: number) => void): Low<T | null> {
  return new Low<T | null>(createFolderAdapter(folder, name, onSize), null);
}

async function load<T extends { readonly body: Body }, Body>(
  folder: Folder,
  file: Low<T | null>,
  name: string,
  { isOurs, setAside }: { readonly isOurs: (body: Body) => boolean; readonly setAside: string[] },
): Promise<T | null> {
  const putAside = async () => {
    const aside = `${name}.damaged`;
    setAside.push(aside);
    await folder.rename(name, aside).catch(() => {}); // a read-only disk keeps it where it is: it is found again
    return null;
  };
  try {
    await file.read();
  } catch (error) {
    if (!(error instanceof Fault && error.code === "store/damaged")) throw error;
    return await putAside();
  }
  const { data } = file;
  file.data = null;
  return data === null || isOurs(data.body) ? data : await putAside();
}

/** The point of a copy that is not loaded; null: it is not there, or not whole and set aside. Its body may be big and is not parsed. */
async function pointOf<Point>(folder: Folder, name: string, setAside: string[]): Promise<Point | null> {
  const content = await folder.read(name).catch(() => new Uint8Array());
  if (content === null) return null;
  const line = content.at(-1) === 0x0a ? decodeLine(content.subarray(0, -1)) : null;
  const point = line === null ? null : /^\{"point":(\{[^{}]*\}|\d+),/.exec(line.json)?.[1];
  if (point != null) return JSON.parse(point) as Point;
  const aside = `${name}.damaged`;
  setAside.push(aside);
  await folder.rename(name, aside).catch(() => {}); // a read-only disk keeps it where it is: it is found again
  return null;
}
