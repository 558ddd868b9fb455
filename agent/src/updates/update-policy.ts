/** Decides the next step of an update. Pure; `updates.ts` carries out one step after the other. */

import { compareVersions } from "@karibu/protocol/bundle/version-order";
import type { ReleaseBody } from "@karibu/protocol/feed";
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";

export interface UpdateSituation {
  /** The release that the hub asks for; null: none. */
  readonly target: ReleaseBody | null;
  /** The release that runs, as the launcher names it. */
  readonly runningId: string;
  /** The release inside the image. */
  readonly image: { readonly id: string; readonly agentVersion: string };
  /** The version that the launcher prefers. */
  readonly wanted: string | null;
  /** Is the target's complete bundle in the launcher's folder? */
  readonly isStored: boolean;
  /** Why the target failed; null: it did not. The launcher does not start it again. */
  readonly failure: string | null;
  /** An operator chose this release after another target or none. */
  readonly isChosenAgain: boolean;
}

export type UpdateStep =
  /** Nothing to do. */
  | { readonly kind: "settled" }
  /** Set the version that the launcher prefers; null: the newest that it has. */
  | { readonly kind: "want"; readonly version: string | null }
  | { readonly kind: "fetch"; readonly target: ReleaseBody }
  /** The bundle is stored: the launcher must start it. */
  | { readonly kind: "hand-over"; readonly target: ReleaseBody }
  /** It failed and gets one more attempt: the launcher must forget the failure. */
  | { readonly kind: "pardon"; readonly target: ReleaseBody }
  | { readonly kind: "failed"; readonly target: ReleaseBody; readonly why: string };

export function decideUpdate(situation: UpdateSituation): UpdateStep {
  const { target, image, runningId, wanted } = situation;
  // Somebody installed a newer image: it takes precedence over the hub's channel, but not over a pinned release.
  const isOlderThanImage = target !== null && compareVersions(target.version, image.agentVersion) < 0;
  const prefers = target === null || (isOlderThanImage && !target.exact) ? null : target.version;
  if (target === null || prefers === null)
    return wanted === null ? { kind: "settled" } : { kind: "want", version: null };
  if (situation.failure !== null && target.exact && situation.isChosenAgain) return { kind: "pardon", target };
  if (situation.failure !== null) return { kind: "failed", target, why: situation.failure };
  const isRunning = runningId === target.releaseId || (runningId === image.id && image.agentVersion === target.version);
  const isHere = situation.isStored || isRunning || target.version === image.agentVersion;
  if (!isHere) return { kind: "fetch", target };
  if (wanted !== target.version) return { kind: "want", version: target.version };
  return isRunning ? { kind: "settled" } : { kind: "hand-over", target };
}

/** The part of the launcher's memory that matters here. */
export interface LauncherMemory {
  readonly bad: Readonly<Record<string, string>>;
  readonly trials: Readonly<Record<string, number>>;
  readonly proven: readonly string[];
}

/** Unknown or damaged text counts as an empty memory, as for the launcher. A memory of another image than `imageId` is empty too. */
export function readLauncherMemory(text: string | null, imageId: string): LauncherMemory {
  const empty: LauncherMemory = { bad: {}, trials: {}, proven: [] };
  const value = readJsonObject(text ?? "");
  if (value?.format !== 1 || value.image !== imageId) return empty;
  const { bad, trials, proven } = value as Partial<LauncherMemory>;
  return { bad: { ...bad }, trials: { ...trials }, proven: Array.isArray(proven) ? proven : [] };
}

/** Starts without a known result. The launcher does not try a fourth time. */
const trialsMax = 3;

export function failureOf(memory: LauncherMemory, releaseId: string): string | null {
  const failure = Object.hasOwn(memory.bad, releaseId) ? memory.bad[releaseId] : undefined;
  if (failure !== undefined) return cutText(String(failure), 40);
  const trials = Object.hasOwn(memory.trials, releaseId) ? memory.trials[releaseId] : 0;
  return Number(trials) >= trialsMax ? "power-cuts" : null;
}
