/**
 * Brings this site to the release that the hub wants here: fetches its bundle over the link, verifies it, puts it where the
 * launcher looks, and asks the launcher to look. What becomes of it is the launcher's to decide; what it decided is reported
 * by an alarm. The site sells meanwhile, and afterwards, whatever happens to the update.
 *
 * Alarms  `update-failed` {release, version, why}: it was started and left. `update-refused` {release, version, why}: it was
 *         not started (no room, wrong signature, older image…).
 */
import { openBundle } from "@karibu/protocol/bundle/bundle-format";
import { Fault } from "@karibu/protocol/fault";
import type { ReleaseBody } from "@karibu/protocol/feed";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Timer, World } from "@karibu/protocol/world";
import type { Folder } from "../ground/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { Launcher } from "../ground/launcher.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { chanceOf } from "../sync/backoff.ts";
import { downloadBundle, judgeBundle, partName } from "./download.ts";
import { imageName } from "./image-arrival.ts";
import { type Migration, migrateState } from "./state-format.ts";
import { decideUpdate, failureOf, readLauncherMemory, type UpdateStep } from "./update-policy.ts";

export interface Updates {
  start(): void;
  /** Ends a download under way; it goes on after the next start. */
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
  /** Null: nobody can tell. */
  readonly freeBytes: (() => Promise<number | null>) | null;
  readonly migrations?: readonly Migration[];
}

const wantedName = "bundles/wanted";
/** A release that the launcher shall forget the failure of. */
const pardonName = "bundles/try-again";
const memoryName = "launcher/state.json";
/** Names that the launcher takes. */
const releaseName = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,100}$/;
/** A stage of sites begins over so long, not all at once. */
const beginMsMax = 120_000;
/** The launcher proves a release within 90 s; what it found out is looked for so often. */
const lookEveryMs = 30_000;
/** A launcher that was asked to look and leaves us alone for so long will not start that release. */
const handOverMsMax = 300_000;
const retryMs = { link: 60_000, disk: 3_600_000, verdict: 6 * 3_600_000 } as const;
/** A bundle that arrives damaged so often is not to be had. */
const damagedMax = 3;

export function createUpdates(world: World, parts: UpdateParts): Updates {
  const { folder, feed, hub, raiseAlarm, launcher, isWritable, freeBytes } = parts;
  const { clock, log } = world;
  const stopped = new AbortController();
  const stopListening: (() => void)[] = [];
  let timer: Timer | null = null;
  let isMigrated = false;
  /** Of the target of now: what was tried and told in this life. */
  let tries = freshTries(null);
  /** The first target of this life may be the one that just failed. */
  let hasLooked = false;
  const looking = runWhenWoken(lookOnce, (error) => {
    if (!stopped.signal.aborted) log.warn("update-look-failed", { error: String(error) });
    lookAfter(lookEveryMs);
  });

  function lookAfter(delayMs: number): void {
    timer?.cancel();
    timer = stopped.signal.aborted ? null : clock.after(delayMs, lookNow);
  }

  function lookNow(): void {
    if (!stopped.signal.aborted) looking.wake();
  }

  async function lookOnce(): Promise<void> {
    if (stopped.signal.aborted) return;
    await migrateOnceProved();
    const nextMs = launcher === null ? lookEveryMs : await look(launcher);
    if (nextMs === 0) looking.wake();
    else if (nextMs === null && isMigrated) timer?.cancel();
    else lookAfter(nextMs ?? lookEveryMs);
  }

  async function readText(name: string): Promise<string | null> {
    const content = await folder.read(name);
    return content === null ? null : Buffer.from(content).toString("utf8");
  }

  /** Without a launcher there is nothing to go back to. An image on trial may still be left for the one before it. */
  async function migrateOnceProved(): Promise<void> {
    if (isMigrated) return;
    const memory = launcher && readLauncherMemory(await readText(memoryName), launcher.image.id);
    if (memory !== null && !memory.proven.includes(launcher?.runningId as string)) return;
    if (memory !== null && (await folder.list(imageName)).includes(imageName)) return;
    await migrateState(folder, parts.migrations);
    isMigrated = true;
  }

  /** One step. Answers when to look again, 0: at once; null: not before something happens. */
  async function look(to: Launcher): Promise<number | null> {
    // A site without a hub is pinned by hand: that word stands.
    if (hub.state === "none") return null;
    const target = feed.rows("release").get("release") ?? null;
    const targetName = target === null ? null : `${target.releaseId} ${target.sha256} ${target.exact}`;
    if (tries.of !== targetName) tries = { ...freshTries(targetName), isChosenAnew: hasLooked };
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
      isChosenAnew: tries.isChosenAnew,
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
      tries.isChosenAnew = false;
      log.info("update-tried-again", { release: step.target.releaseId });
      to.reload();
      return lookEveryMs;
    }
    if (step.kind === "failed") {
      tell("update-failed", step.target, step.why);
      return null;
    }
    return handOver(step.target, to);
  }

  /** What the launcher leaves alone is reported, and handed over again later: a disk may have room by then. */
  async function handOver(target: ReleaseBody, to: Launcher): Promise<number> {
    const nowMs = clock.monotonicMs();
    const notBeforeMs = tries.handOverNotBeforeMs ?? nowMs;
    if (nowMs < notBeforeMs) return notBeforeMs - nowMs;
    let why: string | null = null;
    if (tries.handOverNotBeforeMs === null && to.passedOver.includes(target.releaseId)) why = "disk-full";
    // What waits for the disk would be lost with this process.
    else if (!isWritable()) why = "disk-refuses";
    else if (tries.handedOverMs === null) {
      tries.handedOverMs = nowMs;
      log.info("update-handed-over", { release: target.releaseId });
      to.reload();
    } else if (nowMs - tries.handedOverMs >= handOverMsMax) why = await whyNotStarted(target, to);
    if (why === null) return lookEveryMs;
    tell("update-refused", target, why);
    tries.handedOverMs = null;
    tries.handOverNotBeforeMs = nowMs + retryMs.disk;
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
    if (hub.state !== "connected") return null; // a connection wakes us
    const nowMs = clock.monotonicMs();
    tries.notBeforeMs ??= target.exact ? nowMs : nowMs + chanceOf(world.random.bytes(4)) * beginMsMax;
    if (nowMs < tries.notBeforeMs) return tries.notBeforeMs - nowMs;
    log.info("update-fetching", { release: target.releaseId, bytes: target.bytes });
    try {
      await downloadBundle({ folder, hub, signal: stopped.signal }, target);
      const verdict = judgeBundle(await folder.read(partName(target)), target, judgeBy(to));
      if (verdict !== "good") return await discard(target, verdict);
      await folder.rename(partName(target), bundleName(target));
      return 0;
    } catch (error) {
      if (!(error instanceof Fault)) {
        // On a full disk the journal needs every block: it comes first.
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
    tries.damaged += 1;
    if (verdict === "damaged" && tries.damaged < damagedMax) return wait(retryMs.link);
    return refuse(target, verdict, retryMs.verdict);
  }

  function refuse(target: ReleaseBody, why: string, againMs: number): number {
    tell("update-refused", target, why);
    return wait(againMs);
  }

  function wait(delayMs: number): number {
    tries.notBeforeMs = clock.monotonicMs() + delayMs;
    return delayMs;
  }

  function tell(name: "update-failed" | "update-refused", target: ReleaseBody, why: string): void {
    const said = `${name} ${why}`;
    if (tries.told.has(said)) return;
    tries.told.add(said);
    raiseAlarm(name, { release: target.releaseId, version: target.version, why });
  }

  return {
    start() {
      if (launcher !== null) {
        stopListening.push(
          feed.onChange((rows) => {
            if (rows.some(({ kind }) => kind === "release")) lookNow();
          }),
          hub.onChange(() => {
            if (hub.state === "connected") lookNow();
          }),
        );
      }
      lookNow();
    },
    async stop() {
      stopped.abort();
      timer?.cancel();
      for (const stop of stopListening.splice(0)) stop();
      await looking.settled();
    },
  };
}

function freshTries(of: string | null) {
  return {
    of,
    told: new Set<string>(),
    damaged: 0,
    isChosenAnew: false,
    handedOverMs: null as number | null,
    handOverNotBeforeMs: null as number | null,
    notBeforeMs: null as number | null,
  };
}

const bundleName = ({ releaseId }: ReleaseBody): string => `bundles/${releaseId}.karibu`;

const judgeBy = ({ keys, image }: Launcher) => ({ keys, imageVersion: image.imageVersion });
