/** What a site knows of its own loss of memory, as JSON and back. */
import type { LostMemory, SiteMemory } from "./site-state.ts";

export interface SavedMemory extends Omit<SiteMemory, "lost"> {
  readonly lost: SavedLoss | null;
}

interface SavedLoss extends Pick<LostMemory, "cause" | "atMs" | "boot" | "lacks"> {
  readonly usage: readonly (readonly [string, { readonly bytes: number; readonly onlineSeconds: number }])[];
  readonly counters: SavedLoss["usage"];
  readonly soldCents: readonly (readonly [string, number])[];
  readonly told: readonly string[];
}

export function savedMemory({ lost, ...rest }: SiteMemory): SavedMemory {
  if (lost === null) return { lost: null, ...rest };
  const { usage, counters, soldCents, told } = lost;
  return {
    lost: { ...lost, usage: [...usage], counters: [...counters], soldCents: [...soldCents], told: [...told] },
    ...rest,
  };
}

export function restoredMemory(saved: SavedMemory): SiteMemory {
  if (saved.lost === null) return { ...saved, lost: null };
  const { usage, counters, soldCents, told } = saved.lost;
  return {
    ...saved,
    lost: {
      ...saved.lost,
      usage: new Map(usage),
      counters: new Map(counters),
      soldCents: new Map(soldCents),
      told: new Set(told),
    },
  };
}
