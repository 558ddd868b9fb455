/**
 * Where a router can keep the agent's image, from what its first report says of disks, flash and memory. A disk is best. A board without one
 * keeps the packed image and the records on its own flash, and unpacks the image into memory after each boot.
 */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { flashBytesMin } from "../values/agent-storage.ts";

export type ImagePlace =
  | { readonly kind: "disk" }
  | { readonly kind: "flash" }
  /** `detail`: one English sentence with what there is and what it needs. */
  | { readonly kind: "nowhere"; readonly problem: "no-disk" | "disk-too-small"; readonly detail: string };

/** Image, root and records. */
const diskBytesMin = 400_000_000;
/** RouterOS, the RAM disk and the agent. Boards with 1 GB show a little less. */
const memoryBytesMin = 900_000_000;

export function whereImageLives({
  disks,
  freeDiskBytes,
  totalMemoryBytes,
}: Pick<RouterFacts, "disks" | "freeDiskBytes" | "totalMemoryBytes">): ImagePlace {
  const largest = Math.max(0, ...disks.map(({ sizeBytes }) => sizeBytes));
  if (largest >= diskBytesMin) return { kind: "disk" };
  const hasMemory = totalMemoryBytes >= memoryBytesMin;
  if (hasMemory && freeDiskBytes >= flashBytesMin) return { kind: "flash" };
  const found =
    disks.length === 0 ? "There is no disk" : `The largest disk has ${megabytes(largest)} MB; the agent needs 400 MB`;
  const flash = hasMemory
    ? `the router's own flash has ${megabytes(freeDiskBytes)} MB free, and the packed image with its records needs ${megabytes(flashBytesMin)} MB`
    : `without one the router needs 1 GB of memory, and it has ${megabytes(totalMemoryBytes)} MB`;
  return {
    kind: "nowhere",
    problem: disks.length === 0 ? "no-disk" : "disk-too-small",
    detail: `${found}; ${flash}`,
  };
}

const megabytes = (bytes: number) => Math.floor(bytes / 1_000_000);
