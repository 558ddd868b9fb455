/** The figures of a router: what `/system/resource` and `/system/health` say of it. Pure. */
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { z } from "zod";
import { readDuration, readNumber } from "./row-texts.ts";

export const figuresShape = {
  identity: z.string().nullable(),
  board: z.string().nullable(),
  version: z.string().nullable(),
  architecture: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
  cpuLoadPercent: z.number().nullable(),
  cpuCount: z.number().nullable(),
  totalMemoryBytes: z.number().nullable(),
  freeMemoryBytes: z.number().nullable(),
  totalDiskBytes: z.number().nullable(),
  freeDiskBytes: z.number().nullable(),
  badBlocksPercent: z.number().nullable(),
  writtenSectors: z.number().nullable(),
  /** Temperatures, voltages, fans, as the board names them. */
  health: z.array(z.object({ name: z.string(), value: z.string(), type: z.string() })),
};
const figuresSchema = z.object(figuresShape);
export type Figures = z.input<typeof figuresSchema>;

const healthRowsMax = 32;

export function figuresOf(system: readonly RouterRow[], health: readonly RouterRow[]): Figures {
  const all: RouterRow = Object.assign({}, ...system);
  const said = (name: string) => all[name] ?? null;
  return {
    identity: said("identity") ?? said("name"),
    board: said("board-name"),
    version: said("version"),
    architecture: said("architecture-name"),
    uptimeSeconds: readDuration(all.uptime),
    cpuLoadPercent: readNumber(all["cpu-load"]),
    cpuCount: readNumber(all["cpu-count"]),
    totalMemoryBytes: readNumber(all["total-memory"]),
    freeMemoryBytes: readNumber(all["free-memory"]),
    totalDiskBytes: readNumber(all["total-hdd-space"]),
    freeDiskBytes: readNumber(all["free-hdd-space"]),
    badBlocksPercent: readNumber(all["bad-blocks"]),
    writtenSectors: readNumber(all["write-sect-total"]),
    health: health
      .slice(0, healthRowsMax)
      .flatMap(({ name, value, type = "" }) =>
        name === undefined || value === undefined ? [] : [{ name, value, type }],
      ),
  };
}
