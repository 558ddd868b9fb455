/**
 * The last good addresses, on disk: a site finds its hub after a power cut although its DNS server is silent. The file
 * is written when an address changes, at most once an hour, to spare the flash.
 */
import type { World } from "@karibu/protocol/world";
import * as z from "zod/mini";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";
import { type FoundAddress, literalAddress } from "../ground/lookup.ts";

export interface SavedAddresses {
  /** The content at the start, by name. */
  readonly loaded: ReadonlyMap<string, readonly FoundAddress[]>;
  /** Never rejects. A disk that refuses loses the addresses. */
  save(name: string, addresses: readonly FoundAddress[]): Promise<void>;
}

const fileName = "names.json";
const writeEveryMs = 3_600_000;
/** The names come from the settings; there are three. */
const namesMax = 16;
const shape = z.record(z.string(), z.array(z.string()));

/** Without the file, or with a damaged one, no address is known. */
export async function openSavedAddresses(
  { clock, log }: Pick<World, "clock" | "log">,
  folder: Pick<Folder, "read" | "rename" | "replace">,
): Promise<SavedAddresses> {
  const all = new Map<string, readonly FoundAddress[]>();
  try {
    const names = shape.parse((await readJsonFile(folder, fileName)) ?? {});
    for (const [name, addresses] of Object.entries(names)) {
      const good = addresses.flatMap((each) => literalAddress(each) ?? []);
      if (good.length > 0) all.set(name, good);
    }
  } catch (error) {
    log.warn("names-not-read", { error: (error as Error).message });
  }
  let writtenAtMs = Number.NEGATIVE_INFINITY;

  return {
    loaded: new Map(all),
    async save(name, addresses) {
      const before = all.get(name);
      if (before !== undefined && textOf(before) === textOf(addresses)) return;
      const nowMs = clock.monotonicMs();
      if (before !== undefined && nowMs - writtenAtMs < writeEveryMs) return;
      all.delete(name);
      all.set(name, addresses);
      for (const oldest of [...all.keys()].slice(0, -namesMax)) all.delete(oldest);
      writtenAtMs = nowMs;
      const names = Object.fromEntries([...all].map(([each, found]) => [each, found.map(({ address }) => address)]));
      try {
        await writeJsonFile(folder, fileName, names);
      } catch (error) {
        log.warn("names-not-kept", { error: (error as Error).message });
      }
    },
  };
}

/** Sorted, so that the order of the addresses does not matter. */
const textOf = (addresses: readonly FoundAddress[]): string =>
  addresses
    .map(({ address }) => address)
    .toSorted()
    .join(" ");
