/**
 * Keeps one release running: starts the choice of `launch-policy.ts`, checks its health, and reports the result to the policy.
 * All decisions are made there; this file waits, and uses the disk and the processes.
 */

import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import type { Timer, World } from "@karibu/protocol/world";
import {
  findBundles,
  type ImageRelease,
  readWanted,
  removeBundles,
  takePardon,
  unpackBundle,
} from "./bundle-folder.ts";
import {
  bundlesToRemove,
  type Candidate,
  chooseRelease,
  type Failure,
  type LaunchState,
  noteFailure,
  notePardon,
  noteProof,
  noteRoom,
  noteStart,
  startState,
} from "./launch-policy.ts";
import { type LauncherDisk, roomName } from "./launcher-disk.ts";
import { isAlive, type Life } from "./life-probe.ts";
import { readMemory, writeMemory } from "./memory-file.ts";

export interface AgentChild {
  /** How it ended, e.g. `code 1` or `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

export interface SupervisorParts {
  readonly disk: LauncherDisk;
  readonly keys: readonly ReleaseKey[];
  readonly image: ImageRelease;
  /** `passedOver`: better releases for which the disk had no space. */
  start(agentPath: string, passedOver: readonly string[]): AgentChild;
  probe(): Promise<Life>;
}

export interface SupervisorLimits {
  /** From the start to the first passed health checks. This time, the stop and the start of another release take less than two minutes. */
  readonly proofMs: number;
  /** Between health checks: until they pass or while one fails, and in quiet times. */
  readonly anxiousEveryMs: number;
  readonly quietEveryMs: number;
  /** Failed health checks in a row after which the release counts as hung. */
  readonly missesMax: number;
  /** From SIGTERM to SIGKILL; RouterOS kills the container after 10 s. */
  readonly stopMs: number;
}

export const usualLimits: SupervisorLimits = {
  proofMs: 90_000,
  anxiousEveryMs: 1000,
  quietEveryMs: 15_000,
  missesMax: 3,
  stopMs: 9000,
};

/** The disk must accept so much for a failure to count. An agent and the launcher's memory need it. */
const roomBytes = 64 * 1024;

/** The launcher's own timers come this late only where nothing on the machine gets processor time. That is no fault of a release. */
const starvedMs = 2000;

/** The image's release is the last one: it gets more time, because an agent that works in part is better than none. */
const imagePatience = 5;

export interface Supervisor {
  /** Resolves after the agent got the signal to stop and has ended. */
  run(): Promise<void>;
  /** Looks for bundles now; a better one takes over. The agent asks for it (SIGHUP) after it has stored one. */
  reload(): void;
  stop(): void;
}

type Outcome = { readonly kind: "failed"; readonly failure: Failure } | { readonly kind: "replaced" | "stopped" };

export function createSupervisor(world: World, parts: SupervisorParts, limits = usualLimits): Supervisor {
  const { disk, keys, image } = parts;
  let state: LaunchState = startState(readMemory(disk, image.id));
  let written = JSON.stringify(state.memory);
  let isStopping = false;
  let hearStop = (): void => {};
  const stopHeard = new Promise<null>((resolve) => {
    hearStop = () => resolve(null);
  });
  let isReloading = false;
  let wake: (() => void) | null = null;
  const complained = new Set<string>();
  let isRefused = false;

  /** False when the disk refuses; the memory then lives as long as the launcher. */
  function remember(next: LaunchState): boolean {
    state = next;
    const text = JSON.stringify(state.memory);
    if (text === written) return true;
    if (!writeMemory(disk, state.memory)) {
      if (!isRefused) world.log.warn("launcher-disk-refuses", {});
      isRefused = true;
      return false;
    }
    isRefused = false;
    written = text;
    return true;
  }

  function look() {
    const pardoned = takePardon(disk);
    if (pardoned !== null) {
      world.log.info("release-pardoned", { id: pardoned });
      remember(notePardon(state, pardoned));
    }
    const found = findBundles(disk, keys, image);
    for (const { file, reason } of found.refused) {
      if (complained.has(`${file} ${reason}`)) continue;
      complained.add(`${file} ${reason}`);
      world.log.warn("bundle-refused", { file, reason });
    }
    return found;
  }

  /**
   * The release to start, its program, and what goes before it but can't be made ready, or found no room: that is passed over
   * without being blamed.
   */
  function prepare(): { candidate: Candidate; agentPath: string; passedOver: readonly string[] } {
    const found = look();
    let { candidates } = found;
    const passedOver = [...state.withoutRoom];
    for (;;) {
      const chosen = chooseRelease(state, candidates, readWanted(disk));
      const { candidate } = chosen;
      const next = noteStart(chosen.state, candidate);
      if (candidate.kind === "image") {
        remember(next);
        return { candidate, agentPath: image.agentPath, passedOver };
      }
      // Unpacked first: what could not even be started has had no trial. Counted then: a trial that can't be counted
      // could go on for ever, one power cut after the other.
      const unpacked = unpackBundle(disk, keys, found.fileNames.get(candidate.id) as string, candidate.id);
      const isTrial = next !== chosen.state;
      if (unpacked !== null && (remember(next) || !isTrial)) return { candidate, agentPath: unpacked, passedOver };
      state = chosen.state;
      passedOver.push(candidate.id);
      world.log.warn("release-not-ready", { id: candidate.id });
      candidates = candidates.filter(({ id }) => id !== candidate.id);
    }
  }

  /** Prepared while the other still runs, so that a full disk does not stop it in vain. */
  function isBetterReady(running: Candidate): boolean {
    const found = look();
    const withRoom = noteRoom(state);
    const better = chooseRelease(withRoom, found.candidates, readWanted(disk)).candidate;
    if (better.id === running.id) return false;
    const file = found.fileNames.get(better.id);
    const isReady =
      file === undefined || (unpackBundle(disk, keys, file, better.id) !== null && disk.hasRoom(roomBytes));
    if (isReady) state = withRoom;
    else world.log.warn("release-not-ready", { id: better.id });
    return isReady;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const { candidate, agentPath, passedOver } = prepare();
      const { id, version, kind } = candidate;
      world.log.info("release-started", { id, version, kind });
      const outcome = await watch(candidate, parts.start(agentPath, passedOver));
      if (outcome.kind !== "failed") continue;
      const lacksRoom = kind === "bundle" && !disk.hasRoom(roomBytes);
      const judged = noteFailure(state, candidate, outcome.failure, world.clock.monotonicMs(), lacksRoom);
      world.log.error("release-failed", { id, version, failure: outcome.failure, lacksRoom, nextInMs: judged.delayMs });
      remember(judged.state);
      if (!isStopping && judged.delayMs > 0) await pause(judged.delayMs);
    }
  }

  async function watch(candidate: Candidate, running: AgentChild): Promise<Outcome> {
    const startedMs = world.clock.monotonicMs();
    let deadlineMs = startedMs + limits.proofMs * (candidate.kind === "image" ? imagePatience : 1);
    let end: string | null = null;
    const ended = running.ended.then((how) => {
      end = how;
      wake?.();
      return null;
    });
    let isProved = false;
    let misses = 0;
    for (;;) {
      const life = end === null ? await Promise.race([parts.probe(), ended, stopHeard]) : null;
      if (isStopping) {
        await finish(running, ended);
        return { kind: "stopped" };
      }
      if (end !== null || life === null) {
        world.log.warn("agent-ended", { id: candidate.id, how: end });
        return { kind: "failed", failure: "crashed" };
      }
      if (isReloading) {
        isReloading = false;
        if (isBetterReady(candidate)) {
          await finish(running, ended);
          return { kind: "replaced" };
        }
      }
      const alive = isAlive(life);
      const isStarved = life.lateMs >= starvedMs;
      if (isStarved) deadlineMs += life.lateMs;
      if (!isProved && alive) {
        isProved = true;
        remember(noteProof(state, candidate));
        world.log.info("release-proved", {
          id: candidate.id,
          version: candidate.version,
          afterMs: world.clock.monotonicMs() - startedMs,
        });
        tidy(candidate);
      }
      if (!isProved && world.clock.monotonicMs() >= deadlineMs) {
        await finish(running, ended);
        return { kind: "failed", failure: "silent" };
      }
      if (isProved) remember(state); // a full disk refused it before
      if (alive) misses = 0;
      else if (!isStarved) misses += 1;
      if (isProved && misses >= limits.missesMax) {
        world.log.warn("agent-hangs", { id: candidate.id, ...life });
        // It may still write what it holds: some of it hangs, not all.
        await finish(running, ended);
        return { kind: "failed", failure: "hung" };
      }
      if (!isReloading && end === null) await pause(alive ? limits.quietEveryMs : limits.anxiousEveryMs);
    }
  }

  /** SIGTERM, and SIGKILL for one that does not listen. */
  async function finish(running: AgentChild, ended: Promise<null>): Promise<void> {
    running.signal("SIGTERM");
    const late = world.clock.after(limits.stopMs, () => running.signal("SIGKILL"));
    await ended;
    late.cancel();
  }

  function tidy(running: Candidate): void {
    const found = findBundles(disk, keys, image);
    const unneeded = bundlesToRemove(state.memory, found.candidates, running, readWanted(disk));
    removeBundles(disk, found, unneeded, running);
    disk.remove(roomName); // after a power cut during the check for space
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | null = null;
      wake = () => {
        wake = null;
        timer?.cancel();
        resolve();
      };
      timer = world.clock.after(delayMs, () => wake?.());
    });
  }

  return {
    run,
    reload() {
      isReloading = true;
      wake?.();
    },
    stop() {
      isStopping = true;
      hearStop();
      wake?.();
    },
  };
}
