/** The container of a site that its image's launcher runs: the real supervisor, on the site's own disk, and releases of which some are no good. */
import { createHash, createPrivateKey } from "node:crypto";
import type { Launcher } from "@karibu/agent/ground/launcher";
import { type AgentChild, createSupervisor, usualLimits } from "@karibu/container/launcher/supervisor";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import type { World } from "@karibu/protocol/world";
import type { FaultyFolder } from "../../disk/faulty-folder.ts";
import { faultyLauncherDisk } from "../../disk/launcher-disk.ts";
import type { NewFact, ReleaseWay } from "../judge/chronicle.ts";

/** The release inside the image. It is good. */
const imageVersion = "1.0.0";

/** RFC 8410 §7: an Ed25519 private key as PKCS #8, whose last 32 bytes are the key. */
const keyOf = (seed: string) =>
  createPrivateKey({
    key: Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      createHash("sha256").update(seed).digest(),
    ]),
    format: "der",
    type: "pkcs8",
  });
const releaseKey = keyOf("the release key of all stories");
export const releaseKeys = readPublicKeys(writePublicKey(releaseKey));

const program = "agent/agent.cjs";

/** A signed bundle. Its program says what it does. */
export const bundleOf = (version: string, way: ReleaseWay): Uint8Array =>
  encodeBundle(
    new Map([[program, Buffer.from(`${way} ${version}\n`)]]),
    { version, minimalImage: "0.1.0" },
    releaseKey,
  );

const image = { id: "image-1", version: imageVersion, imageVersion: "1.0.0", agentPath: "/image/agent/agent.cjs" };
/** A program that can't be run has ended by then. */
const crashMs = 300;
/** From its start to its last answer: longer than a release takes to prove itself. */
const hangsAfterMs = 120_000;
/** So long the launcher waits for an answer. */
const probeMs = 2000;

export interface Container {
  /** All in it dies. */
  end(): void;
  /** By order: the agent ends what it has begun. Resolves once it has ended. */
  stop(): Promise<void>;
}

interface RunningAgent {
  /** It answers nobody any more, and listens to no order. */
  hang(): void;
  stop(): Promise<unknown>;
  answers(url: string): Promise<boolean>;
}

export interface ContainerParts {
  readonly folder: FaultyFolder;
  readonly note: (fact: NewFact) => void;
  /** Power, or the container, ends during this very call. */
  readonly onPowerCut: () => void;
  readonly stopClock: () => void;
  readonly startAgent: (launcher: Launcher, failed: () => void) => RunningAgent;
}

export function openContainer(world: World, parts: ContainerParts): Container {
  let isOver = false;
  const disk = faultyLauncherDisk(parts.folder, { onPowerCut: parts.onPowerCut, isOver: () => isOver });
  let probe = async (): Promise<boolean> => false;

  function start(agentPath: string, passedOver: readonly string[]): AgentChild {
    const { promise: ended, resolve: end } = Promise.withResolvers<string>();
    const id = /\/launcher\/unpacked\/([^/]+)\//.exec(agentPath)?.[1];
    const text = id === undefined ? `good ${imageVersion}` : textOf(disk.read(`launcher/unpacked/${id}/${program}`));
    const [way, version] = text.trim().split(" ") as [ReleaseWay, string];
    parts.note({ kind: "release-started", version, way });
    probe = async () => false;
    if (way === "silent") return { ended, signal: end };
    if (way === "crashes") {
      world.clock.after(crashMs, () => end("code 1"));
      return { ended, signal: () => {} };
    }
    const launcher: Launcher = {
      runningId: id ?? image.id,
      runningVersion: version,
      image: { id: image.id, agentVersion: image.version, imageVersion: image.imageVersion },
      passedOver,
      keys: releaseKeys,
      reload: () => supervisor.reload(),
    };
    let isHanging = false;
    const agent = parts.startAgent(launcher, () => end("code 1"));
    probe = async () => (await agent.answers("/health")) && agent.answers("/");
    if (way === "hangs")
      world.clock.after(hangsAfterMs, () => {
        isHanging = true;
        agent.hang();
      });
    return {
      ended,
      signal(name) {
        if (name === "SIGKILL") {
          agent.hang();
          end(name);
        } else if (!isHanging) void agent.stop().then(() => end("code 0"));
      },
    };
  }

  const supervisor = createSupervisor(
    world,
    {
      disk,
      keys: releaseKeys,
      image,
      start,
      async probe() {
        const tooLate = new Promise<boolean>((resolve) => void world.clock.after(probeMs, () => resolve(false)));
        const isAlive = await Promise.race([probe(), tooLate]);
        return { health: isAlive, portal: isAlive, radius: null, lateMs: 0 };
      },
    },
    usualLimits,
  );
  const running = supervisor.run().catch((error: unknown) => {
    // What the launcher was doing when the power went, it did not live to see fail.
    if (!isOver) parts.note({ kind: "threw", what: `launcher: ${String(error)}` });
  });
  return {
    end() {
      isOver = true;
      parts.stopClock();
    },
    stop() {
      supervisor.stop();
      return running;
    },
  };
}

const textOf = (content: Uint8Array | null): string => Buffer.from(content ?? []).toString("utf8");
