/**
 * Node carries the words, calendars and sort orders of some 700 locales (ICU's data, 33 MB of the 103 MB that the program has): a router needs four. The
 * rest is cut out of the file. Source of the format: ICU, `ucmndata.h` and `udata.h`.
 */
import type { Cut } from "./elf-file.ts";

interface Item {
  /** Without the folder of the ICU version: `zone/sw.res`. */
  readonly name: string;
  readonly fullName: string;
  /** Octets of the program. */
  readonly from: number;
  readonly to: number;
}

/** The locales of agent and portal, what ICU falls back to, and its resources about all locales, which are named like one. */
const keptLocales = new Set([
  "root",
  "en",
  "en_001",
  "en_GB",
  "en_KE",
  "en_US",
  "en_US_POSIX",
  "sw",
  "sw_KE",
  "fr",
  "fr_FR",
  "pool",
  "res_index",
]);
const boundaries = new Set(["char.brk", "word.brk", "sent.brk", "line.brk"]);

/** Is it one of the some 120 of 4,305 items that stay? Time zones, normalisation, host names and numbers do. */
export function isNeeded(name: string): boolean {
  const [file = "", folder] = name.split("/").reverse();
  if (folder === "translit" || folder === "rbnf") return false; // other scripts; numbers in words
  if (/\.(cnv|cfu)$/.test(file) || file === "unames.icu") return false; // old encodings; look-alikes; names of characters
  if (folder === "brkitr" && !file.endsWith(".res")) return boundaries.has(file);
  const [, locale] = /^(pool|res_index|root|[a-z]{2,3}(?:_[A-Za-z0-9_]+)?)\.res$/.exec(file) ?? [];
  return locale === undefined || keptLocales.has(locale);
}

/**
 * Packs what is needed, in place, and says what is free then.
 * @throws Error where no ICU data are found: a Node that was built otherwise
 */
export function packLanguages(program: Buffer): Cut {
  const { tocAt, items } = findData(program);
  const kept = items.filter(({ name }) => isNeeded(name));
  const last = items.at(-1) as Item;
  // Nobody says how long the last one is: it and what follows stay where they are, and only its name goes.
  if (kept.at(-1) === last) throw new Error(`${last.fullName} is the last of ICU's data: its length is not known`);
  const data = encodeData(program, kept);
  if (tocAt + data.length > last.from) throw new Error("what stays of ICU's data is larger than it was");
  data.copy(program, tocAt);
  return { fromByte: tocAt + data.length, toByte: last.from, isReadable: false };
}

/** The data's table of contents: how many, and for each the places of its name and of its content, from the table on. */
function encodeData(program: Buffer, kept: readonly Item[]): Buffer {
  const names = kept.map(({ fullName }) => Buffer.from(`${fullName}\0`));
  const table = Buffer.alloc(4 + 8 * kept.length);
  table.writeUInt32LE(kept.length, 0);
  const parts: Buffer[] = [table, ...names];
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  let nameAt = table.length;
  kept.forEach(({ from, to }, index) => {
    const gap = -length & 15; // each begins at 16
    parts.push(Buffer.alloc(gap), program.subarray(from, to));
    table.writeUInt32LE(nameAt, 4 + 8 * index);
    table.writeUInt32LE(length + gap, 8 + 8 * index);
    nameAt += (names[index] as Buffer).length;
    length += gap + to - from;
  });
  return Buffer.concat(parts);
}

/** The header is `uint16 size, 0xda 0x27, UDataInfo` with the format `CmnD` at its twelfth octet. */
function findData(program: Buffer): { tocAt: number; items: Item[] } {
  for (let at = program.indexOf("CmnD"); at >= 0; at = program.indexOf("CmnD", at + 1)) {
    const from = at - 12;
    if (from < 0 || program.readUInt16BE(from + 2) !== 0xda27) continue;
    const tocAt = from + program.readUInt16LE(from);
    const starts = Array.from({ length: program.readUInt32LE(tocAt) }, (_, index) => {
      const nameAt = tocAt + program.readUInt32LE(tocAt + 4 + 8 * index);
      const fullName = program.toString("latin1", nameAt, program.indexOf(0, nameAt));
      return { fullName, from: tocAt + program.readUInt32LE(tocAt + 8 + 8 * index) };
    });
    const items = starts.map(({ fullName, from: begins }, index) => ({
      name: fullName.slice(fullName.indexOf("/") + 1),
      fullName,
      from: begins,
      to: starts[index + 1]?.from ?? begins,
    }));
    return { tocAt, items };
  }
  throw new Error("this Node carries no ICU data");
}
