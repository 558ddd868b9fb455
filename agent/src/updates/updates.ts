/**
 * Updates this site to the release that the hub asks for: fetches its bundle over the link, verifies it, and hands it to the
 * launcher. The launcher decides whether it starts and keeps the release; an alarm reports that decision. The site sells during an
 * update and after a failed one.
 *
 * Alarms  `update-failed` {release, version, why}: the launcher started the release and went back. `update-refused` {release,
 *         version, why}: it was not started (no space, wrong signature, older image…).
 */
import { openBundle } from "@karibu/protocol/bundle/bundle-format";
import { Fault } from "@karibu/protocol/fault";
import type { ReleaseBody } from "@karibu/protocol/feed";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { Launcher } from "../ground/launcher.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { followFeed } from "../store/follow-feed.ts";
import { type Migration, migrateState } from "../store/state-format.ts";
import { chanceOf } from "../sync/backoff.ts";
import { downloadBundle, judgeBundle, partName } from "./download.ts";
import { imageNames } from "./image-arrival.ts";
import { decideUpdate, failureOf, readLauncherMemory, type UpdateStep } from "./update-policy.ts";

export interface Updates {
  start(): void;
  /** Ends a running download. The next start continues it. */
  stop(): Promise<void>;
}

export interface UpdateParts {
  readonly folder: Folder;
  readonly feed: Pick<FeedStore, "rows" | "onChange">;
  readonly hub: Pick<HubLink, "call" | "state" | "onChange">;
  readonly raiseAlarm: RaiseAlarm;
  /** Null: nothing here can start another release. */
  readonly launcher: Launcher | null;
  /** False while the disk refuses the journal. */
  readonly isWritable: () => boolean;
  /** Null: not known. */
  readonly freeBytes: (() => Promise<number | null>) | null;
  readonly migrations?: readonly Migration[];
}

const wantedName = "bundles/wanted";
/** Names a release whose failure the launcher forgets, so that it tries again. */
const pardonName = "bundles/try-again";
const memoryName = "launcher/state.json";
/** Names that the launcher accepts. */
const releaseName = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,100}$/;
/** The sites of a roll-out stage start their downloads within this time, not all at once. */
const beginMsMax = 120_000;
/** The launcher tests a release for 90 s. The agent reads the result this often. */
const lookEveryMs = 30_000;
/** After a reload, a launcher that does not restart the agent for this long will not start the release. */
const handOverMsMax = 300_000;
const retryMs = { link: 60_000, disk: 3_600_000, verdict: 6 * 3_600_000 } as const;
/** After this many damaged downloads the agent reports the release and waits. */
const damagedMax = 3;

export function createUpdates(world: World, parts: UpdateParts): Updates {
  const { folder, feed, hub, raiseAlarm, launcher, isWritable, freeBytes } = parts;
  const { clock, log } = world;
  let isMigrated = false;
  /** Attempts for the current target since this process started. */
  let attempts = noAttempts(null);
  /** False for the first target of this process: it may be the one that just failed. */
  let hasLooked = false;
  const follower = followFeed(world, {
    feed,
    hub,
    kinds: ["release"],
    look: lookOnce,
    failedEvent: "update-look-failed",
    againMs: lookEveryMs,
  });

  async function lookOnce(): Promise<void> {
    if (follower.signal.aborted) return;
    await migrateOnceProved();
    const nextMs = launcher === null ? null : await look(launcher);
    if (nextMs === 0) follower.lookNow();
    else follower.lookAfter(nextMs === null && isMigrated ? null : (nextMs ?? lookEveryMs));
  }

  async function readText(name: string): Promise<string | null> {
    const content = await folder.read(name);
    return content === null ? null : Buffer.from(content).toString("utf8");
  }

  /** Without a launcher no older release can come back. With an image on trial, the older image may still come back. */
  async function migrateOnceProved(): Promise<void> {
    if (isMigrated) return;
    const memory = launcher && readLauncherMemory(await readText(memoryName), launcher.image.id);
    if (memory !== null && !memory.proven.includes(launcher?.runningId as string)) return;
    const isOfImage = (name: string) => imageNames.some((one) => one === name);
    if (memory !== null && (await folder.list(imageNames[0])).some(isOfImage)) return;
    await migrateState(folder, parts.migrations);
    isMigrated = true;
  }

  /** One step. Returns the milliseconds until the next look; 0: now; null: wait for an event. */
  async function look(to: Launcher): Promise<number | null> {
    // Without a hub an operator pins the release on the site.
    if (hub.state === "none") return null;
    const target = feed.rows("release").get("release") ?? null;
    const targetName = target === null ? null : `${target.releaseId} ${target.sha256} ${target.exact}`;
    if (attempts.of !== targetName) attempts = { ...noAttempts(targetName), isChosenAgain: hasLooked };
    hasLooked = true;
    if (target !== null && !releaseName.test(target.releaseId))
      return refuse(target, "not-understood", retryMs.verdict);
    const memory = readLauncherMemory(await readText(memoryName), to.image.id);
    const isJudged = target === null || to.runningId === target.releaseId;
    const step = decideUpdate({
      target,
      runningId: to.runningId,
      image: to.image,
      wanted: (await readText(wantedName))?.trim() || null,
      isStored: !isJudged && (await isStored(to, target)),
      failure: target === null ? null : failureOf(memory, target.releaseId),
      isChosenAgain: attempts.isChosenAgain,
    });
    return take(step, to);
  }

  async function isStored(to: Launcher, target: ReleaseBody): Promise<boolean> {
    const content = await folder.read(bundleName(target));
    return content !== null && judgeBundle(content, target, judgeBy(to)) === "good";
  }

  async function take(step: UpdateStep, to: Launcher): Promise<number | null> {
    if (step.kind === "settled") return null;
    if (step.kind === "want") {
      if (step.version === null) await folder.remove(wantedName);
      else await folder.replace(wantedName, Buffer.from(`${step.version}\n`));
      if (step.version === null) to.reload(); // the newest may be another than the one that runs
      return 0;
    }
    if (step.kind === "fetch") return fetchRelease(step.target, to);
    if (step.kind === "pardon") {
      await folder.replace(pardonName, Buffer.from(`${step.target.releaseId}\n`));
      attempts.isChosenAgain = false;
      log.info("update-tried-again", { release: step.target.releaseId });
      to.reload();
      return lookEveryMs;
    }
    if (step.kind === "failed") {
      report("update-failed", step.target, step.why);
      return null;
    }
    return handOver(step.target, to);
  }

  /** Reports a release that the launcher does not start, and hands it over again later: the disk may have space then. */
  async function handOver(target: ReleaseBody, to: Launcher): Promise<number> {
    const nowMs = clock.monotonicMs();
    const notBeforeMs = attempts.handOverNotBeforeMs ?? nowMs;
    if (nowMs < notBeforeMs) return notBeforeMs - nowMs;
    let why: string | null = null;
    if (attempts.handOverNotBeforeMs === null && to.passedOver.includes(target.releaseId)) why = "disk-full";
    // A restart now would lose records that wait for the disk.
    else if (!isWritable()) why = "disk-refuses";
    else if (attempts.handedOverMs === null) {
      attempts.handedOverMs = nowMs;
      log.info("update-handed-over", { release: target.releaseId });
      to.reload();
    } else if (nowMs - attempts.handedOverMs >= handOverMsMax) why = await whyNotStarted(target, to);
    if (why === null) return lookEveryMs;
    report("update-refused", target, why);
    attempts.handedOverMs = null;
    attempts.handOverNotBeforeMs = nowMs + retryMs.disk;
    return retryMs.disk;
  }

  async function whyNotStarted(target: ReleaseBody, to: Launcher): Promise<string> {
    const opened = openBundle((await folder.read(bundleName(target))) ?? new Uint8Array(), to.keys);
    const free = (await freeBytes?.().catch(() => null)) ?? null;
    if (opened.kind === "refused" || free === null) return "not-started";
    const unpackedBytes = [...opened.bundle.files.values()].reduce((sum, content) => sum + content.length, 0);
    return free < unpackedBytes ? "disk-full" : "not-started";
  }

  async function fetchRelease(target: ReleaseBody, to: Launcher): Promise<number | null> {
    if (hub.state !== "connected") return null; // `hub.onChange` continues
    const nowMs = clock.monotonicMs();
    attempts.notBeforeMs ??= target.exact ? nowMs : nowMs + chanceOf(world.random.bytes(4)) * beginMsMax;
    if (nowMs < attempts.notBeforeMs) return attempts.notBeforeMs - nowMs;
    log.info("update-fetching", { release: target.releaseId, bytes: target.bytes });
    try {
      await downloadBundle({ folder, hub, signal: follower.signal }, target);
      const verdict = judgeBundle(await folder.read(partName(target)), target, judgeBy(to));
      if (verdict !== "good") return await discard(target, verdict);
      await folder.rename(partName(target), bundleName(target));
      return 0;
    } catch (error) {
      if (!(error instanceof Fault)) {
        // On a full disk the journal comes first.
        await folder.remove(partName(target)).catch(() => {});
        const { code } = error as NodeJS.ErrnoException;
        return refuse(target, code === "ENOSPC" || code === "EDQUOT" ? "disk-full" : "disk-refuses", retryMs.disk);
      }
      if (error.code === "update/not-as-told") return discard(target, "damaged");
      if (error.code === "hub/refused") return refuse(target, error.advice.hint ?? "hub-refuses", retryMs.verdict);
      return wait(retryMs.link);
    }
  }

  async function discard(target: ReleaseBody, verdict: string): Promise<number> {
    await folder.remove(partName(target));
    attempts.damaged += 1;
    if (verdict === "damaged" && attempts.damaged < damagedMax) return wait(retryMs.link);
    return refuse(target, verdict, retryMs.verdict);
  }

  function refuse(target: ReleaseBody, why: string, againMs: number): number {
    report("update-refused", target, why);
    return wait(againMs);
  }

  function wait(delayMs: number): number {
    attempts.notBeforeMs = clock.monotonicMs() + delayMs;
    return delayMs;
  }

  function report(name: "update-failed" | "update-refused", target: ReleaseBody, why: string): void {
    const event = `${name} ${why}`;
    if (attempts.reported.has(event)) return;
    attempts.reported.add(event);
    raiseAlarm(name, { release: target.releaseId, version: target.version, why });
  }

  return {
    start: () => follower.start(launcher !== null),
    stop: follower.stop,
  };
}

function noAttempts(of: string | null) {
  return {
    of,
    reported: new Set<string>(),
    damaged: 0,
    isChosenAgain: false,
    handedOverMs: null as number | null,
    handOverNotBeforeMs: null as number | null,
    notBeforeMs: null as number | null,
  };
}

const bundleName = ({ releaseId }: ReleaseBody): string => `bundles/${releaseId}.karibu`;

const judgeBy = ({ keys, image }: Launcher) => ({ keys, imageVersion: image.imageVersion });
