/**
 * Reads each file of a stranger in a child process of its own, which serves nobody else.
 *
 * Walls     V8's heap (`--max-old-space-size`), the address space and the processor's seconds (`ulimit` of the shell that becomes the child: needs no
 *           program beside it), resident memory (looked at from here, in /proc), and time. Whatever passes one dies alone.
 * Inside    An empty environment, no descriptors but three pipes, "/" as its folder, and Node's permission model: it reads the program's own files and
 *           nothing else, writes nothing, starts nothing. So a hole in a library finds no secret.
 * Ends      With the hub: `stop` kills it; when the hub itself is killed its input ends, or else its processor seconds.
 * Elsewhere than on Linux there are neither `ulimit -v` nor /proc: heap, time and permissions remain, and the log says so once.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { FileOrder, FileReader, ReadOutcome } from "./file-reader.ts";
import { type AnswerPart, createFrames, frame, frameHead, joinParts } from "./frames.ts";
import { type ChildLimits, childLimits } from "./limits.ts";

const entry = fileURLToPath(new URL("./child.ts", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));
/** What the child may read: the program. Data, settings and keys lie elsewhere. */
const readable = ["cloud/src", "cloud/package.json", "protocol", "node_modules", "package.json"];
const hasWalls = process.platform === "linux";

export function createChildReader(world: Pick<World, "clock" | "log">, limits: ChildLimits = childLimits): FileReader {
  const children = new Set<ChildProcess>();
  let isStopped = false;
  if (!hasWalls) world.log.warn("file-reader-without-walls", { platform: process.platform });

  return {
    read: async (order) => (isStopped ? { kind: "not-started" } : readIn(start(limits), order)),
    async stop() {
      isStopped = true;
      for (const child of children) child.kill("SIGKILL");
    },
  };

  function readIn(child: ChildProcess, order: FileOrder): Promise<ReadOutcome> {
    children.add(child);
    return new Promise<ReadOutcome>((resolve) => {
      let isReady = false;
      let timer = world.clock.after(limits.startMs, () => end({ kind: "not-started" }));
      let look = world.clock.after(limits.lookEveryMs, lookAtMemory);
      let outcome: ReadOutcome | null = null;

      function end(as: ReadOutcome): void {
        if (outcome !== null) return;
        outcome = as;
        timer.cancel();
        look.cancel();
        child.kill("SIGKILL");
        // Answered when it is gone: its memory is free before the next file is read.
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) gone();
      }
      function gone(): void {
        children.delete(child);
        if (outcome === null) end(isReady && !isStopped ? endedBy(child.signalCode) : { kind: "not-started" });
        resolve(outcome as ReadOutcome);
      }
      function lookAtMemory(): void {
        if (residentBytesOf(child.pid) > limits.residentBytes) end({ kind: "too-much-memory" });
        else if (outcome === null) look = world.clock.after(limits.lookEveryMs, lookAtMemory);
      }

      const joined = joinParts();
      const takeFrames = createFrames({ frameBytesMax: limits.answerBytes, allBytesMax: limits.answerBytes });
      const take = (bytes: Buffer): void => {
        if (!isReady) {
          isReady = true;
          timer.cancel();
          timer = world.clock.after(limits.timeMs, () => end({ kind: "late" }));
          return;
        }
        const part = JSON.parse(bytes.toString("utf8")) as AnswerPart;
        if (part.is === "unreadable" || part.is === "ended") {
          end({ kind: part.is, why: cutText(part.why, 300) });
          return;
        }
        joined.take(part);
        const whole = joined.whole();
        if (whole !== null) end({ kind: "made", made: whole.value });
      };
      child.stdout?.on("data", (chunk: Buffer) => {
        try {
          if (outcome === null) for (const bytes of takeFrames(chunk)) take(bytes);
        } catch (error) {
          end({ kind: "ended", why: (error as Error).message });
        }
      });
      child.once("error", (error) => {
        world.log.error("file-reader-not-started", { error: error.message });
        end({ kind: "not-started" });
      });
      child.once("close", gone);
      // It may be gone before it has taken everything.
      child.stdin?.on("error", () => null);
      child.stdin?.write(frame(JSON.stringify({ code: order.code.href, job: order.job })));
      child.stdin?.write(frameHead(order.file.length));
      child.stdin?.write(order.file);
    });
  }
}

function start({ heapMb, addressKb, processorS }: ChildLimits): ChildProcess {
  const node = [
    process.execPath,
    `--max-old-space-size=${heapMb}`,
    // Its guards would reserve more addresses than there may be.
    "--disable-wasm-trap-handler",
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${root}${path}`),
    "--disable-warning=SecurityWarning",
    entry,
  ];
  const options = { cwd: "/", env: {}, stdio: ["pipe", "pipe", "ignore"] as ["pipe", "pipe", "ignore"] };
  if (!hasWalls) return spawn(node[0] as string, node.slice(1), options);
  const walls = `ulimit -c 0; ulimit -t ${processorS}; ulimit -v ${addressKb}; exec "$0" "$@"`;
  return spawn("/bin/sh", ["-c", walls, ...node], options);
}

/** V8 aborts where its heap is full, by one of these signals as it was built. */
function endedBy(signal: NodeJS.Signals | null): ReadOutcome {
  if (signal === "SIGABRT" || signal === "SIGTRAP" || signal === "SIGILL") return { kind: "too-much-memory" };
  return signal === "SIGXCPU" || signal === "SIGKILL" ? { kind: "late" } : { kind: "ended", why: "" };
}

/** 0 where nobody tells. */
function residentBytesOf(pid: number | undefined): number {
  if (!hasWalls || pid === undefined) return 0;
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return Number(kb ?? 0) * 1024;
  } catch {
    return 0; // it has ended
  }
}
