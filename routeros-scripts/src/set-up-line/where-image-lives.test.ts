import { expect, test } from "vitest";
import { flashBytesMin } from "../values/agent-storage.ts";
import { whereImageLives } from "./where-image-lives.ts";

const gigabyte = 1_073_741_824;
const disk = (sizeBytes: number) => ({ slot: "usb1", sizeBytes, freeBytes: 0, fileSystem: "" });

const table: [string, Parameters<typeof whereImageLives>[0], string, RegExp?][] = [
  ["a stick", { disks: [disk(8_000_000_000)], freeDiskBytes: 0, totalMemoryBytes: gigabyte }, "disk"],
  ["a stick, and 512 MB", { disks: [disk(400_000_000)], freeDiskBytes: 0, totalMemoryBytes: 469_762_048 }, "disk"],
  // As a public listing of this board shows it: 91.9 of 128 MiB free, 1024 MiB of memory.
  ["hAP ax² out of its box", { disks: [], freeDiskBytes: 96_363_150, totalMemoryBytes: gigabyte }, "flash"],
  ["exactly enough flash", { disks: [], freeDiskBytes: flashBytesMin, totalMemoryBytes: 900_000_000 }, "flash"],
  [
    "a stick that is too small, and room on the flash",
    { disks: [disk(256_000_000)], freeDiskBytes: 900_000_000, totalMemoryBytes: gigabyte },
    "flash",
  ],
  [
    "one byte too little flash",
    { disks: [], freeDiskBytes: flashBytesMin - 1, totalMemoryBytes: gigabyte },
    "no-disk",
    /no disk; the router's own flash has \d+ MB free, and the packed image with its records needs \d+ MB/,
  ],
  [
    "too little memory for a RAM disk",
    { disks: [], freeDiskBytes: 900_000_000, totalMemoryBytes: 536_870_912 },
    "no-disk",
    /needs 1 GB of memory, and it has 536 MB/,
  ],
  [
    "a small stick and a full flash",
    { disks: [disk(256_000_000)], freeDiskBytes: 4_000_000, totalMemoryBytes: gigabyte },
    "disk-too-small",
    /largest disk has 256 MB; the agent needs 400 MB; the router's own flash has 4 MB free/,
  ],
];

test.each(table)("[BEY-35] where the image lives: %s", (_what, facts, wanted, why) => {
  const place = whereImageLives(facts);
  expect(place.kind === "nowhere" ? place.problem : place.kind).toBe(wanted);
  if (why !== undefined) expect(place).toMatchObject({ detail: expect.stringMatching(why) });
});
