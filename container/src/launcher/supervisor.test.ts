/** The supervisor on a real folder, with simulated programs and time, and a power cut at each step of what it writes. */

import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLauncherDisk, type DiskSteps, realSteps } from "./launcher-disk.ts";
import { memoryName } from "./memory-file.ts";
import { type AgentChild, createSupervisor } from "./supervisor.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const keys = readPublicKeys(writePublicKey(privateKey));
const image = { id: "image-1", version: "0.1.0", imageVersion: "0.1.0" };

/** What a simulated program does: the whole text of its `agent.cjs`. */
type Program = "good" | "good, first" | "crashes" | "silent" | "hangs" | "hangs later" | "wants room";
const programs: readonly string[] = ["good", "good, first", "crashes", "silent", "hangs"] satisfies Program[];

/** How late the launcher's own timers come: nothing on the machine gets processor time, and no probe is answered in time. */
let lateMs = 0;

/** A disk that is full from some moment on. */
let isFull = false;
const fillingSteps: DiskSteps = {
  ...realSteps,
  writeFile(path, content) {
    if (isFull) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    realSteps.writeFile(path, content);
  },
};

let folder = "";
beforeEach(() => {
  isFull = false;
  lateMs = 0;
  folder = mkdtempSync(join(tmpdir(), "karibu-supervisor-"));
  writeFileSync(join(folder, "image-agent.cjs"), "good");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class PowerCut extends Error {}

function put(version: string, program: Program): void {
  const files = new Map([
    ["agent/agent.cjs", Buffer.from(program)],
    ["portal/index.html", Buffer.from("<html>")],
  ]);
  mkdirSync(join(folder, "data/bundles"), { recursive: true });
  const bundle = encodeBundle(files, { version, minimalImage: "0.1.0" }, privateKey);
  writeFileSync(join(folder, `data/bundles/${version}.karibu`), bundle);
}

/** One life of the launcher. `started` are the programs in order, by their whole text. */
function powerOn(steps: DiskSteps = realSteps) {
  const world = createSimulatedWorld();
  const started: string[] = [];
  /** The releases without space that each start got, by version. */
  const told: string[][] = [];
  const signals: string[] = [];
  let running: { program: string; atMs: number; end(how: string): void } | null = null;
  const supervisor = createSupervisor(world, {
    disk: createLauncherDisk(join(folder, "data"), steps),
    keys,
    image: { ...image, agentPath: join(folder, "image-agent.cjs") },
    start(agentPath, passedOver): AgentChild {
      const program = readFileSync(agentPath, "utf8");
      told.push(passedOver.map((id) => id.slice(0, 5)));
      started.push(agentPath.startsWith(join(folder, "data")) ? program : `image: ${program}`);
      const ended = new Promise<string>((end) => {
        running = { program, atMs: world.clock.monotonicMs(), end };
        if (program === "crashes") end("code 1");
      });
      const end = running?.end;
      return {
        ended,
        signal: (name) => {
          signals.push(name);
          if (name === "SIGKILL" || program !== "hangs") end?.(name);
        },
      };
    },
    async probe() {
      const isUp = running !== null && world.clock.monotonicMs() - running.atMs >= 2000;
      const hangs = running?.program === "hangs" || (running?.program === "hangs later" && isOld());
      const answers = isUp && !hangs && lateMs === 0;
      const lacksRoom = isFull && running?.program === "wants room";
      return {
        health: answers,
        portal: answers,
        radius: answers && running?.program !== "silent" && !lacksRoom,
        lateMs,
      };
    },
  });
  const isOld = () => running !== null && world.clock.monotonicMs() - running.atMs >= 100_000;
  const ended = supervisor.run();
  ended.catch(() => {}); // the power cut; `after` reports it
  return {
    started,
    signals,
    told,
    world,
    reload: () => supervisor.reload(),
    /** Lets so much time pass. False: the power went. */
    async after(ms: number): Promise<boolean> {
      const over = new Promise<boolean>((resolve) => world.clock.after(ms, () => resolve(true)));
      return passTimeUntil(world, Promise.race([over, ended.then(() => true)])).catch((error: unknown) => {
        if (error instanceof PowerCut) return false;
        throw error;
      });
    },
    async stop() {
      supervisor.stop();
      await passTimeUntil(world, ended);
    },
  };
}

/** Counts the steps. At the given one the power fails: before it, after it, or during a write. */
function cutAt(step: number, when: "before" | "after"): DiskSteps & { readonly taken: number } {
  let taken = 0;
  const guard =
    <Args extends unknown[]>(work: (...args: Args) => void, torn?: (...args: Args) => void) =>
    (...args: Args) => {
      if (taken++ !== step) return work(...args);
      if (when === "after") work(...args);
      else torn?.(...args);
      throw new PowerCut();
    };
  return {
    makeFolder: guard(realSteps.makeFolder),
    writeFile: guard(realSteps.writeFile, (path, content) =>
      realSteps.writeFile(path, content.subarray(0, content.length >> 1)),
    ),
    rename: guard(realSteps.rename),
    syncFolder: guard(realSteps.syncFolder),
    remove: guard(realSteps.remove),
    get taken() {
      return taken;
    },
  };
}

test.each<{ program: Program; ends: string }>(
  inLongRunAll(
    [
      { program: "good", ends: "good" },
      { program: "crashes", ends: "good, first" },
      { program: "silent", ends: "good, first" },
      { program: "hangs", ends: "good, first" },
    ],
    ({ program }) => program === "hangs",
  ),
)(
  "[BEY-20] an update that $program, with a power cut at each step of the launcher's writes: in the end '$ends' runs",
  async ({ program, ends }) => {
    let stepsInAll = 1;
    for (let step = 0; step < stepsInAll; step++) {
      for (const when of ["before", "after"] as const) {
        rmSync(join(folder, "data"), { recursive: true, force: true });
        put("0.2.0", "good, first");
        const steps = cutAt(step, when);
        const first = powerOn(steps);
        const isOn = await first.after(30_000);
        put("0.3.0", program);
        first.reload();
        if (isOn && (await first.after(300_000))) {
          await first.stop();
          stepsInAll = Math.max(stepsInAll, steps.taken + 1);
        } else stepsInAll = Math.max(stepsInAll, steps.taken + 1, step + 2);
        const second = powerOn();
        await second.after(600_000);
        await second.stop();
        for (const text of [...first.started, ...second.started]) {
          expect(programs, `cut ${when} step ${step}`).toContain(text.replace("image: ", ""));
        }
        expect(second.started.at(-1), `cut ${when} step ${step}`).toBe(ends);
        expect(JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"))).toMatchObject({ image: "image-1" });
      }
    }
    expect(stepsInAll).toBeGreaterThan(15);
  },
  120_000,
);

test("[BEY-20] while the whole machine gets no processor time, no release is blamed and none is ended", async () => {
  put("0.2.0", "good, first");
  put("0.3.0", "good");
  lateMs = 8000;
  const site = powerOn();
  await site.after(600_000);
  expect(site.started).toEqual(["good"]);
  lateMs = 0;
  await site.after(60_000);
  lateMs = 8000;
  await site.after(600_000);
  await site.stop();
  expect(site.started).toEqual(["good"]);
  const memory = JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"));
  expect(memory).toMatchObject({ proven: [expect.stringMatching(/^0\.3\.0/)], bad: {} });
});

test("[BEY-20] a release that no longer answers is asked to write what it holds, before it is ended", async () => {
  put("0.2.0", "hangs later");
  const site = powerOn();
  await site.after(150_000);
  expect(site.signals).toEqual(["SIGTERM"]);
  expect(site.started).toEqual(["hangs later", "hangs later"]);
  await site.stop();
});

test("a disk that refuses all writing: the image's release runs, and no bundle is tried, because its trial can't be counted", async () => {
  put("0.2.0", "good");
  const refuse = (): never => {
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  const site = powerOn({ makeFolder: () => {}, writeFile: refuse, rename: refuse, syncFolder: refuse, remove: refuse });
  await site.after(300_000);
  await site.stop();
  expect(site.started).toEqual(["image: good"]);
  expect(existsSync(join(folder, "data/launcher"))).toBe(false);
});

test("an update without disk space never stops the running agent, and is installed when there is space", async () => {
  put("0.2.0", "good, first");
  let isFull = false;
  const site = powerOn({
    ...realSteps,
    writeFile(path, content) {
      if (isFull && path.includes("unpacked")) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      realSteps.writeFile(path, content);
    },
  });
  await site.after(60_000);
  isFull = true;
  put("0.3.0", "good");
  for (let turn = 0; turn < 5; turn++) {
    site.reload();
    await site.after(60_000);
  }
  expect(site.started).toEqual(["good, first"]);
  isFull = false;
  site.reload();
  await site.after(60_000);
  await site.stop();
  expect(site.started).toEqual(["good, first", "good"]);
});

test("a bundle that fails on a full disk is replaced and not counted as bad; with space it is tried again on request", async () => {
  put("0.2.0", "good, first");
  const site = powerOn(fillingSteps);
  await site.after(60_000);
  put("0.3.0", "wants room");
  site.reload();
  await site.after(100);
  expect(site.started.at(-1)).toBe("wants room");
  isFull = true;
  await site.after(300_000);
  site.reload();
  await site.after(300_000);
  expect(site.started).toEqual(["good, first", "wants room", "good, first"]);
  expect(site.told).toEqual([[], [], ["0.3.0"]]);
  isFull = false;
  await site.after(60_000);
  const memory = () => JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"));
  expect(memory()).toMatchObject({ bad: {}, trials: {} });
  site.reload();
  await site.after(120_000);
  await site.stop();
  expect(site.started.at(-1)).toBe("wants room");
  expect(site.told.at(-1)).toEqual([]);
  expect(memory().proven.at(-1)).toMatch(/^0\.3\.0-/);
  expect(readdirSync(join(folder, "data/launcher")).sort()).toEqual(["state.json", "unpacked"]);
});

test("a bundle whose trial can't be counted never stops the running agent", async () => {
  put("0.2.0", "good, first");
  const site = powerOn(fillingSteps);
  await site.after(60_000);
  put("0.3.0", "good");
  site.reload();
  await site.after(2_000);
  await site.stop(); // unpacked, and on trial
  isFull = true;
  const again = powerOn(fillingSteps);
  for (let turn = 0; turn < 5; turn++) {
    await again.after(60_000);
    again.reload();
  }
  await again.after(60_000);
  expect(again.started).toEqual(["good, first"]);
  expect(again.told).toEqual([["0.3.0"]]);
  isFull = false;
  again.reload();
  await again.after(60_000);
  await again.stop();
  expect(again.started).toEqual(["good, first", "good"]);
});

test("a pass on a full disk is recorded as soon as there is space", async () => {
  put("0.2.0", "good");
  const site = powerOn(fillingSteps);
  await site.after(100);
  isFull = true;
  await site.after(60_000);
  const memory = () => JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"));
  expect(memory().proven).toEqual([]);
  isFull = false;
  await site.after(60_000);
  expect(memory().proven).toHaveLength(1);
  await site.stop();
});

test("on a read-only disk the release that has passed keeps running", async () => {
  put("0.2.0", "good");
  const site = powerOn();
  await site.after(60_000);
  await site.stop();
  const refuse = (): never => {
    throw Object.assign(new Error("read-only"), { code: "EROFS" });
  };
  const again = powerOn({ makeFolder: refuse, writeFile: refuse, rename: refuse, syncFolder: refuse, remove: refuse });
  await again.after(60_000);
  await again.stop();
  expect(again.started).toEqual(["good"]);
});

test("an unpacked file with a flipped bit is written again before it is started", async () => {
  put("0.2.0", "good");
  const site = powerOn();
  await site.after(60_000);
  await site.stop();
  const unpacked = join(folder, "data/launcher/unpacked");
  const path = join(unpacked, readdirSync(unpacked)[0] as string, "agent/agent.cjs");
  writeFileSync(path, "goof");
  const again = powerOn();
  await again.after(60_000);
  await again.stop();
  expect(again.started).toEqual(["good"]);
});

test("when all releases are silent because something outside is missing, all are tried again until one answers", async () => {
  writeFileSync(join(folder, "image-agent.cjs"), "silent");
  put("0.2.0", "silent");
  const site = powerOn();
  await site.after(3_600_000);
  expect(new Set(site.started)).toEqual(new Set(["silent", "image: silent"]));
  expect(JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"))).toMatchObject({ bad: {}, trials: {} });
  put("0.3.0", "good");
  site.reload();
  await site.after(600_000);
  expect(site.started.at(-1)).toBe("good");
  await site.stop();
});

test("a version that an operator chooses takes over, and the newest returns when the choice is removed", async () => {
  put("0.2.0", "good, first");
  const site = powerOn();
  await site.after(60_000);
  put("0.3.0", "good");
  site.reload();
  await site.after(60_000);
  writeFileSync(join(folder, "data/bundles/wanted"), "0.2.0\n");
  site.reload();
  await site.after(60_000);
  rmSync(join(folder, "data/bundles/wanted"));
  site.reload();
  await site.after(60_000);
  await site.stop();
  expect(site.started).toEqual(["good, first", "good", "good, first", "good"]);
});

test("a bundle that is bad is started once more when `try-again` names it, and the file is removed", async () => {
  put("0.2.0", "good, first");
  const site = powerOn();
  await site.after(60_000);
  put("0.3.0", "crashes");
  site.reload();
  await site.after(60_000);
  put("0.3.0", "crashes"); // put there again, because bad bundles are removed
  const memory = () => JSON.parse(readFileSync(join(folder, "data", memoryName), "utf8"));
  writeFileSync(join(folder, "data/bundles/try-again"), `${Object.keys(memory().bad)[0]}\n`);
  site.reload();
  await site.after(120_000);
  await site.stop();
  expect(site.started).toEqual(["good, first", "crashes", "good, first", "crashes", "good, first"]);
  expect(readdirSync(join(folder, "data/bundles"))).not.toContain("try-again");
  expect(Object.values(memory().bad)).toEqual(["crashed"]);
});

test("a bundle that needs a newer image is kept and does not run", async () => {
  mkdirSync(join(folder, "data/bundles"), { recursive: true });
  const files = new Map([["agent/agent.cjs", Buffer.from("good")]]);
  const bundle = encodeBundle(files, { version: "0.9.0", minimalImage: "0.2.0" }, privateKey);
  writeFileSync(join(folder, "data/bundles/0.9.0.karibu"), bundle);
  const site = powerOn();
  await site.after(60_000);
  await site.stop();
  expect(site.started).toEqual(["image: good"]);
  expect(site.world.logged).toContainEqual({ level: "warn", event: "bundle-refused" });
  expect(readdirSync(join(folder, "data/bundles"))).toEqual(["0.9.0.karibu"]);
});
