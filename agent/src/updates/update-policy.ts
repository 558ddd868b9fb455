/** What a site does about the release that the hub wants here. Pure; `updates.ts` carries it out, one step after the other. */
import { compareVersions } from "@karibu/protocol/bundle/version-order";
import type { ReleaseBody } from "@karibu/protocol/feed";

export interface UpdateSituation {
  /** Null: the hub wants nothing in particular. */
  readonly target: ReleaseBody | null;
  /** The release that runs, as the launcher names it. */
  readonly runningId: string;
  /** The release inside the image. */
  readonly image: { readonly id: string; readonly agentVersion: string };
  /** The version that the launcher was told to prefer. */
  readonly wanted: string | null;
  /** Is the target's bundle where the launcher looks, whole? */
  readonly isStored: boolean;
  /** Why the launcher will not start the target again; null: it has not failed. */
  readonly failure: string | null;
  /** An operator has just chosen this very release, after another target or none. */
  readonly isChosenAnew: boolean;
}

export type UpdateStep =
  /** Nothing to do. */
  | { readonly kind: "settled" }
  /** Tell the launcher which version to prefer; null: the newest that it has. */
  | { readonly kind: "want"; readonly version: string | null }
  | { readonly kind: "fetch"; readonly target: ReleaseBody }
  /** All is in place: the launcher must look. */
  | { readonly kind: "hand-over"; readonly target: ReleaseBody }
  /** It failed, and is to be tried once more all the same: the launcher must forget it. */
  | { readonly kind: "pardon"; readonly target: ReleaseBody }
  | { readonly kind: "failed"; readonly target: ReleaseBody; readonly why: string };

export function decideUpdate(situation: UpdateSituation): UpdateStep {
  const { target, image, runningId, wanted } = situation;
  // A newer image was put in by hand: it goes before what the hub's channel carries, unless this site was pinned.
  const isOlderThanImage = target !== null && compareVersions(target.version, image.agentVersion) < 0;
  const prefers = target === null || (isOlderThanImage && !target.exact) ? null : target.version;
  if (target === null || prefers === null)
    return wanted === null ? { kind: "settled" } : { kind: "want", version: null };
  if (situation.failure !== null && target.exact && situation.isChosenAnew) return { kind: "pardon", target };
  if (situation.failure !== null) return { kind: "failed", target, why: situation.failure };
  const isRunning = runningId === target.releaseId || (runningId === image.id && image.agentVersion === target.version);
  const isHere = situation.isStored || isRunning || target.version === image.agentVersion;
  if (!isHere) return { kind: "fetch", target };
  if (wanted !== target.version) return { kind: "want", version: target.version };
  return isRunning ? { kind: "settled" } : { kind: "hand-over", target };
}

/** What the launcher keeps in its memory, as far as it matters here. */
export interface LauncherMemory {
  readonly bad: Readonly<Record<string, string>>;
  readonly trials: Readonly<Record<string, number>>;
  readonly proven: readonly string[];
}

/** Foreign or damaged text counts as an empty memory, as it does for the launcher. `imageId`: learnt with another image, it is void. */
export function readLauncherMemory(text: string | null, imageId: string): LauncherMemory {
  const empty: LauncherMemory = { bad: {}, trials: {}, proven: [] };
  try {
    const value = JSON.parse(text ?? "null");
    if (value?.format !== 1 || value.image !== imageId) return empty;
    const { bad, trials, proven } = value;
    return { bad: { ...bad }, trials: { ...trials }, proven: Array.isArray(proven) ? proven : [] };
  } catch {
    return empty;
  }
}

/** Starts that nobody saw the end of; the launcher gives no fourth one. */
const trialsMax = 3;

export function failureOf(memory: LauncherMemory, releaseId: string): string | null {
  const failure = Object.hasOwn(memory.bad, releaseId) ? memory.bad[releaseId] : undefined;
  if (failure !== undefined) return String(failure).slice(0, 40);
  const trials = Object.hasOwn(memory.trials, releaseId) ? memory.trials[releaseId] : 0;
  return Number(trials) >= trialsMax ? "power-cuts" : null;
}
