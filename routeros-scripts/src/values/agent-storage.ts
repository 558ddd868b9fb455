/**
 * Where the image, what RouterOS unpacks of it, and the site's records lie on the router: all on a disk; or, on a board without one, the
 * packed image and the records on its own flash, and what is unpacked in a RAM disk, which is empty after each boot.
 */
import { find } from "../language/rsc-text.ts";
import type { ContainerValues } from "./agent-endpoint.ts";

/** Slot of the RAM disk, and so the folder that it is. */
export const ramDiskSlot = "karibu-ram";
/**
 * How far the RAM disk may grow: the archive while RouterOS reads it (twice, at worst) and the roots of two images, of 74 MB each. It takes
 * memory only for what lies in it.
 */
export const ramDiskMiB = 320;

/** A packed image has 28 MB (docs/performance.md). */
const packedImageBytes = 32_000_000;
/** Records of the busiest site, with the limits of a flash (docs/performance.md). */
const recordsBytes = 38_000_000;
/** Free on a board's own flash before the set-up. */
export const flashBytesMin = packedImageBytes + recordsBytes;

interface AgentStorage {
  /** The container sees it as `/data`. */
  readonly data: string;
  /** Folder of what RouterOS unpacked. */
  readonly root: string;
  readonly tmp: string;
  /** A script's number: bytes that are free where the image's file lies. */
  readonly freeBytes: string;
  /** The place in a sentence: `usb1`, `the router's own flash`. */
  readonly name: string;
}

export function storageOf({ disk, flashFolder }: Pick<ContainerValues, "disk" | "flashFolder">): AgentStorage {
  if (disk === null) {
    const kept = flashFolder === undefined ? "karibu" : `${flashFolder}/karibu`;
    return {
      data: `${kept}/data`,
      root: `${ramDiskSlot}/root`,
      tmp: `${ramDiskSlot}/tmp`,
      freeBytes: "[:tonum [:tostr [/system/resource/get free-hdd-space]]]",
      name: "the router's own flash",
    };
  }
  return {
    data: `${disk}/karibu/data`,
    root: `${disk}/karibu/root`,
    tmp: `${disk}/karibu/tmp`,
    freeBytes: `[:tonum [:tostr [/disk/get ${find("/disk", "slot", disk)} free]]]`,
    name: disk,
  };
}

/** The file that the router keeps of the image. RouterOS takes a packed one by its name. */
export function imageFileOf({ disk, flashFolder }: Pick<ContainerValues, "disk" | "flashFolder">): string {
  if (disk !== null) return `${disk}/karibu-agent.tar`;
  return flashFolder === undefined ? "karibu-agent.tar.gz" : `${flashFolder}/karibu-agent.tar.gz`;
}
