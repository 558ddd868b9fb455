/**
 * A router's figures, as its agent samples them: packed by the hour, because every byte of the link is paid for. Pure but for deflate.
 *
 * Shape   base 64 of one byte (0: as it is, 1: deflated) and of the numbers, column by column: how many samples, the columns of
 *         `columns`, how many interfaces, and of each its name and its columns. A column is a form, where needed a mask of the samples
 *         that have a value, and its values as varints: one for all, each in turn, as differences, or rough. Whichever is shortest.
 */

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { cutText } from "@karibu/protocol/whole-text";
import type { Seconds, UnixMs } from "../quantities.ts";
import { createNumberReader, createNumberWriter, roughly } from "./packed-numbers.ts";

/** Null: the router does not show it, or did not answer. */
export interface RouterSample {
  /** To the second. */
  readonly atMs: UnixMs;
  readonly cpuPercent: number | null;
  readonly freeMemoryMib: number | null;
  readonly totalMemoryMib: number | null;
  readonly freeDiskMib: number | null;
  readonly uptimeSeconds: Seconds | null;
  /** Open sessions, hotspot and PPP. */
  readonly sessions: number | null;
  /** Tenths of a degree Celsius, and of a volt. */
  readonly temperatureTenths: number | null;
  readonly voltageTenths: number | null;
  readonly interfaces: readonly InterfaceSample[];
}

/** Counted since the sample before; null: there was none, or the router counts anew since. */
export interface InterfaceSample {
  readonly name: string;
  readonly isRunning: boolean;
  /** Packed, they keep their first nine bits: for drawing, not for accounts. */
  readonly receivedKib: number | null;
  readonly sentKib: number | null;
  readonly receiveErrors: number | null;
  readonly sendErrors: number | null;
}

export const packedFiguresMax = { samples: 64, interfaces: 32, nameCharacters: 64, characters: 16_000 } as const;
const unpackedBytesMax = 64 * 1024;

const columns = [
  "cpuPercent",
  "freeMemoryMib",
  "totalMemoryMib",
  "freeDiskMib",
  "uptimeSeconds",
  "sessions",
  "temperatureTenths",
  "voltageTenths",
] as const;
const interfaceColumns = ["receivedKib", "sentKib", "receiveErrors", "sendErrors"] as const;

/** Samples and interfaces beyond `packedFiguresMax` are left out. Throws a RangeError on a number that is not whole. */
export function packFigures(given: readonly RouterSample[]): string {
  const samples = given.slice(-packedFiguresMax.samples);
  const out = createNumberWriter();
  out.number(samples.length);
  out.column(samples.map(({ atMs }) => Math.floor(atMs / 1000)));
  for (const column of columns) out.column(samples.map((sample) => sample[column]));
  const names = [...new Set(samples.flatMap(({ interfaces }) => interfaces.map(({ name }) => name)))];
  const named = names.slice(0, packedFiguresMax.interfaces);
  out.number(named.length);
  for (const name of named) {
    const rows = samples.map(({ interfaces }) => interfaces.find((each) => each.name === name));
    out.text(cutText(name, packedFiguresMax.nameCharacters));
    out.column(rows.map((row) => (row === undefined ? null : Number(row.isRunning))));
    for (const column of interfaceColumns) out.column(rows.map((row) => rounded(column, row?.[column] ?? null)));
  }
  const plain = out.bytes();
  const deflated = deflateRawSync(plain, { level: 9 });
  const isDeflated = deflated.length < plain.length;
  return Buffer.concat([Uint8Array.of(isDeflated ? 1 : 0), isDeflated ? deflated : plain]).toString("base64");
}

const rounded = (column: (typeof interfaceColumns)[number], value: number | null): number | null =>
  value === null || column === "receiveErrors" || column === "sendErrors" ? value : roughly(value);

/** Oldest first. Never throws: a site's text may be anything. */
export function unpackFigures(packed: string): { readonly samples: readonly RouterSample[] } | { refused: string } {
  try {
    const bytes = Buffer.from(packed, "base64");
    const rest = bytes.subarray(1);
    return read(bytes[0] === 1 ? inflateRawSync(rest, { maxOutputLength: unpackedBytesMax }) : rest);
  } catch {
    return { refused: "packed: not packed figures" };
  }
}

function read(bytes: Uint8Array): { readonly samples: readonly RouterSample[] } {
  const input = createNumberReader(bytes);
  const count = input.number(packedFiguresMax.samples);
  const column = () => input.column(count);
  const times = column();
  const values = Object.fromEntries(columns.map((name) => [name, column()])) as Record<
    (typeof columns)[number],
    readonly (number | null)[]
  >;
  const interfaces = Array.from({ length: input.number(packedFiguresMax.interfaces) }, () => {
    const name = input.text(packedFiguresMax.nameCharacters);
    const running = column();
    const counted = Object.fromEntries(interfaceColumns.map((each) => [each, column()])) as Record<
      (typeof interfaceColumns)[number],
      readonly (number | null)[]
    >;
    return { name, running, counted };
  });
  const samples = times.map((seconds, at): RouterSample => {
    const value = (name: (typeof columns)[number]) => values[name][at] ?? null;
    return {
      atMs: ((seconds ?? 0) * 1000) as UnixMs,
      cpuPercent: value("cpuPercent"),
      freeMemoryMib: value("freeMemoryMib"),
      totalMemoryMib: value("totalMemoryMib"),
      freeDiskMib: value("freeDiskMib"),
      uptimeSeconds: value("uptimeSeconds") as Seconds | null,
      sessions: value("sessions"),
      temperatureTenths: value("temperatureTenths"),
      voltageTenths: value("voltageTenths"),
      interfaces: interfaces.flatMap(({ name, running, counted }): InterfaceSample[] => {
        const isRunning = running[at] ?? null;
        if (isRunning === null) return [];
        const numbers = Object.fromEntries(interfaceColumns.map((each) => [each, counted[each][at] ?? null]));
        return [{ name, isRunning: isRunning !== 0, ...(numbers as Record<(typeof interfaceColumns)[number], null>) }];
      }),
    };
  });
  return { samples };
}
