/**
 * Decides which release runs. Pure: memory and events go in; the release to start and the new memory come out.
 *
 * A new bundle is on trial until it passes the health checks (see `life-probe.ts`). A bundle that fails is replaced by the newest
 * one that ever passed, and at last by the release inside the image. A failure counts against a release only when another one
 * passes in its place: a wrong setting makes all fail, and then none counts as bad. A failure while the disk has no space does
 * not count: the bundle is passed over until there is space. A bad release stays bad until an operator requests one more trial.
 */
import { compareVersions } from "@karibu/protocol/bundle/version-order";

/** A release that could be started: its signature is right, and this image can run it. */
export interface Candidate {
  readonly id: string;
  readonly version: string;
  readonly kind: "bundle" | "image";
}

/** What survives a power cut. */
export interface LaunchMemory {
  readonly format: 1;
  /** The image all of this was learnt with: another Node is another story. */
  readonly image: string;
  /** Starts of each unproven bundle, counted before it ran, whose end was not recorded: the power failed, or it still runs. */
  readonly trials: Readonly<Record<string, number>>;
  /** Releases that passed the health checks, the oldest pass first. */
  readonly proven: readonly string[];
  readonly bad: Readonly<Record<string, Failure>>;
}

/** `silent`: it ran, and did not pass the health checks in time. `hung`: it had passed, and no longer answers. */
export type Failure = "crashed" | "silent" | "hung";

export interface LaunchState {
  readonly memory: LaunchMemory;
  /** Failed since a release last passed, in this run of the launcher. */
  readonly failedNow: Readonly<Record<string, Failure>>;
  /** Failed without space on the disk, in this run of the launcher. */
  readonly withoutRoom: readonly string[];
  /** The recent failures of the running or last release, oldest first. */
  readonly failures: readonly { readonly id: string; readonly atMs: number }[];
}

/** The most starts that power cuts may end before there is a result. */
export const trialsMax = 3;
/** A release that had passed is started again this often within ten minutes before another one is tried. */
const restartsMax = 3;
const restartWindowMs = 600_000;
const restartDelayMsMax = 30_000;
const provenKept = 8;
const badKept = 32;

export function emptyMemory(image: string): LaunchMemory {
  return { format: 1, image, trials: {}, proven: [], bad: {} };
}

export function startState(memory: LaunchMemory): LaunchState {
  return { memory, failedNow: {}, withoutRoom: [], failures: [] };
}

/**
 * The release to start. `wanted` is a version that an operator chose: it goes before newer ones. The image's own release is
 * always there; when even it has failed, all get another turn.
 */
export function chooseRelease(
  state: LaunchState,
  candidates: readonly Candidate[],
  wanted: string | null,
): { candidate: Candidate; state: LaunchState } {
  const ranked = rank(state.memory, candidates, wanted).filter(
    ({ id }) => !isBad(state.memory, id) && !state.withoutRoom.includes(id),
  );
  const untried = ranked.find(({ id }) => state.failedNow[id] === undefined);
  if (untried !== undefined) return { candidate: untried, state };
  const first = ranked.find(({ id }) => isProven(state.memory, id)) ?? ranked.find(({ kind }) => kind === "image");
  if (first === undefined) throw new Error("the image's own release must be among the candidates");
  return { candidate: first, state: { ...state, failedNow: {}, withoutRoom: [], failures: [] } };
}

/** The disk accepts writes again: releases that were passed over may be chosen again. */
export function noteRoom(state: LaunchState): LaunchState {
  return { ...state, withoutRoom: [] };
}

/** Counted before the start, so that a bundle which takes the power down with it is not tried for ever. */
export function noteStart(state: LaunchState, candidate: Candidate): LaunchState {
  const { memory } = state;
  if (candidate.kind === "image" || isProven(memory, candidate.id)) return state;
  const trials = { ...memory.trials, [candidate.id]: (memory.trials[candidate.id] ?? 0) + 1 };
  return { ...state, memory: { ...memory, trials } };
}

/** It answered RADIUS, opened its state and served the portal. Who failed before it is bad. */
export function noteProof(state: LaunchState, candidate: Candidate): LaunchState {
  const { memory } = state;
  const { [candidate.id]: _, ...trials } = memory.trials;
  const { [candidate.id]: __, ...failed } = state.failedNow;
  const proven = memory.proven.filter((id) => id !== candidate.id && failed[id] === undefined);
  const bad = Object.fromEntries(
    Object.entries({ ...memory.bad, ...failed })
      .filter(([id]) => id !== memory.image)
      .slice(-badKept),
  );
  const learnt = { trials, proven: [...proven, candidate.id].slice(-provenKept), bad };
  return { ...state, memory: { ...memory, ...learnt }, failedNow: {} };
}

/** It ended, or was ended. `lacksRoom`: the disk is full or refuses. `delayMs`: how long to wait before the next start. */
export function noteFailure(
  state: LaunchState,
  candidate: Candidate,
  failure: Failure,
  atMs: number,
  lacksRoom = false,
): { state: LaunchState; delayMs: number } {
  const recent = state.failures.filter((one) => one.id === candidate.id && atMs - one.atMs < restartWindowMs);
  const failures = [...recent, { id: candidate.id, atMs }];
  const trusted = candidate.kind === "image" || isProven(state.memory, candidate.id);
  const isOver = !trusted || failures.length >= restartsMax;
  const isExcused = isOver && lacksRoom && candidate.kind === "bundle";
  const failedNow = isOver && !isExcused ? { ...state.failedNow, [candidate.id]: failure } : state.failedNow;
  const withoutRoom = isExcused ? [...state.withoutRoom, candidate.id] : state.withoutRoom;
  const delayMs = isOver && candidate.kind === "bundle" ? 0 : restartDelay(failures.length);
  // The next release decides about a recorded failure. The count is only for starts without a recorded end.
  const { [candidate.id]: _, ...trials } = state.memory.trials;
  return { state: { memory: { ...state.memory, trials }, failures, failedNow, withoutRoom }, delayMs };
}

/** An operator requests one more trial of this release: it counts as new. */
export function notePardon(state: LaunchState, id: string): LaunchState {
  const { memory } = state;
  const { [id]: _, ...bad } = memory.bad;
  const { [id]: __, ...trials } = memory.trials;
  const { [id]: ___, ...failedNow } = state.failedNow;
  return { ...state, memory: { ...memory, bad, trials }, failedNow };
}

/** Bundles that are not needed for a step back: flash is small. Kept: the running one, the one before it, newer ones, the wanted one. */
export function bundlesToRemove(
  memory: LaunchMemory,
  candidates: readonly Candidate[],
  running: Candidate,
  wanted: string | null,
): Candidate[] {
  const others = memory.proven.filter((id) => id !== running.id && candidates.some((one) => one.id === id));
  const before = others.at(-1);
  return candidates.filter(
    (one) =>
      one.kind === "bundle" &&
      one.id !== running.id &&
      one.id !== before &&
      (isBad(memory, one.id) || (compareVersions(one.version, running.version) <= 0 && one.version !== wanted)),
  );
}

/** Best first. Of one version, the one that has passed comes first, then the image's. */
function rank(memory: LaunchMemory, candidates: readonly Candidate[], wanted: string | null): Candidate[] {
  const trust = (one: Candidate) => (isProven(memory, one.id) ? 2 : one.kind === "image" ? 1 : 0);
  return [...candidates].sort(
    (a, b) =>
      Number(b.version === wanted) - Number(a.version === wanted) ||
      compareVersions(b.version, a.version) ||
      trust(b) - trust(a) ||
      (a.id < b.id ? -1 : 1),
  );
}

function isProven(memory: LaunchMemory, id: string): boolean {
  return memory.proven.includes(id);
}

function isBad(memory: LaunchMemory, id: string): boolean {
  if (id === memory.image) return false;
  return memory.bad[id] !== undefined || (memory.trials[id] ?? 0) >= trialsMax;
}

function restartDelay(failures: number): number {
  return Math.min(1000 * 2 ** (failures - 1), restartDelayMsMax);
}
