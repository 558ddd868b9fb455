import { generateKeyPairSync } from "node:crypto";
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeBundle, openBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { Fault } from "@karibu/protocol/fault";
import type { FeedRow, ReleaseBody } from "@karibu/protocol/feed";
import { sha256Hex } from "@karibu/protocol/hash";
import { bytes } from "@karibu/protocol/quantities";
import { bundlePieceBytes } from "@karibu/protocol/rpc/fetch-bundle";
import { beforeEach, expect, test } from "vitest";
import type { Folder } from "../ground/files/folder.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { Launcher } from "../ground/launcher.ts";
import { readStateFormat } from "../store/state-format.ts";
import { createUpdates, type Updates } from "./updates.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const keys = readPublicKeys(writePublicKey(privateKey));
const image = { id: "image-0.1.0-ffffffffffff", agentVersion: "0.1.0", imageVersion: "0.1.0" };

/** Some five pieces long: random text does not shrink. */
const program = Buffer.from(createSimulatedWorld(9).random.bytes(60_000)).toString("base64");

function bundleOf(version: string, how: { minimalImage?: string; key?: typeof privateKey } = {}) {
  const files = new Map([["agent/agent.cjs", Buffer.from(`${program}${version}`)]]);
  const file = encodeBundle(files, { version, minimalImage: how.minimalImage ?? "0.1.0" }, how.key ?? privateKey);
  const opened = openBundle(file, how.key === undefined ? keys : readPublicKeys(writePublicKey(how.key)));
  if (opened.kind !== "good") throw new Error("the test's bundle is not good");
  const sha256 = sha256Hex(file);
  const body: ReleaseBody = { releaseId: opened.bundle.id, version, bytes: bytes(file.length), sha256, exact: true };
  return { file, body };
}

const next = bundleOf("0.2.0");

/** A site with a hub that has bundles, and a launcher that notes when it is asked to look. */
interface Site {
  readonly world: SimulatedWorld;
  readonly folder: FaultyFolder;
  readonly alarms: [string, unknown][];
  readonly looks: (string | null)[];
  asked: number[];
  /** What the hub answers with; throws to refuse. */
  serve: (offsetBytes: number) => Buffer;
  runningId: string;
  passedOver: string[];
  isWritable: boolean;
  /** Null: not known. */
  freeBytes: number | null;
  target: ReleaseBody | null;
  connected: boolean;
  setTarget(target: ReleaseBody | null): void;
  start(folder?: Folder): Updates;
  /** Lets everything happen that can without more time. */
  settle(): Promise<void>;
}

let site: Site;
beforeEach(() => {
  site = makeSite();
});

function makeSite(seed = 1): Site {
  const world = createSimulatedWorld(seed);
  const folder = createFaultyFolder(world);
  const feedListeners = new Set<(rows: readonly FeedRow[]) => void>();
  const made: Site = {
    world,
    folder,
    alarms: [],
    looks: [],
    asked: [],
    runningId: image.id,
    target: null,
    connected: true,
    passedOver: [],
    isWritable: true,
    freeBytes: null,
    serve: (offsetBytes) => next.file.subarray(offsetBytes, offsetBytes + bundlePieceBytes),
    setTarget(target) {
      made.target = target;
      for (const listener of feedListeners) listener([{ kind: "release", key: "release", version: 1, body: target }]);
    },
    start(of = folder) {
      const hub: Pick<HubLink, "call" | "state" | "onChange"> = {
        get state() {
          return made.connected ? "connected" : "away";
        },
        onChange: () => () => {},
        async call(_method, params) {
          const { offsetBytes } = params as { offsetBytes: number };
          made.asked.push(offsetBytes);
          if (!made.connected) throw new Fault("hub/away", "cut", { retry: "later" });
          const total = made.target === null ? 0 : made.target.bytes;
          return { piece: made.serve(offsetBytes).toString("base64"), totalBytes: total } as never;
        },
      };
      const launcher: Launcher = {
        runningId: made.runningId,
        runningVersion: "0.1.0",
        image,
        keys,
        passedOver: made.passedOver,
        reload: () => void made.looks.push(made.target?.version ?? null),
      };
      const updates = createUpdates(world, {
        folder: of,
        hub,
        launcher,
        isWritable: () => made.isWritable,
        freeBytes: async () => made.freeBytes,
        feed: {
          rows: (() => new Map(made.target === null ? [] : [["release", made.target]])) as never,
          onChange(listener) {
            feedListeners.add(listener);
            return () => void feedListeners.delete(listener);
          },
        },
        raiseAlarm: (name, fields) => void made.alarms.push([name, fields]),
      });
      updates.start();
      return updates;
    },
    async settle() {
      for (let turn = 0; turn < 3000; turn++) await Promise.resolve();
    },
  };
  return made;
}

const stored = (of = next, from = site) => from.folder.read(`bundles/${of.body.releaseId}.karibu`);
const text = async (name: string) => {
  const content = await site.folder.read(name);
  return content === null ? null : Buffer.from(content).toString();
};
const alarm = (name: string, why: string, of = next.body) => [
  name,
  { release: of.releaseId, version: of.version, why },
];

test("[BEY-20] a release that is wanted here is fetched, put where the launcher looks, and handed over once", async () => {
  const updates = site.start();
  site.setTarget(next.body);
  await site.settle();
  expect(Buffer.from((await stored()) ?? []).equals(next.file)).toBe(true);
  expect(await text("bundles/wanted")).toBe("0.2.0\n");
  expect(site.looks).toEqual(["0.2.0"]);
  expect(await site.folder.list("updates/")).toEqual([]);
  site.world.advance(60_000);
  await site.settle();
  expect(site.looks.length).toBe(1);
  expect(site.alarms).toEqual([]);
  await updates.stop();
  site.runningId = next.body.releaseId;
  site.start();
  await site.settle();
  expect(site.looks.length).toBe(1);
});

test("a site of a stage begins within two minutes, not at once with all the others", async () => {
  site.start();
  site.setTarget({ ...next.body, exact: false });
  await site.settle();
  expect(site.asked).toEqual([]);
  site.world.advance(120_000);
  await site.settle();
  expect(site.looks).toEqual(["0.2.0"]);
});

test("[BEY-20] a link cut in the middle: it goes on where it was, not from the beginning", async () => {
  site.start();
  site.serve = (offsetBytes) => {
    if (offsetBytes === 3 * bundlePieceBytes) site.connected = false;
    if (!site.connected) throw new Fault("hub/away", "cut", { retry: "later" });
    return next.file.subarray(offsetBytes, offsetBytes + bundlePieceBytes);
  };
  site.setTarget(next.body);
  await site.settle();
  expect(await stored()).toBeNull();
  site.serve = (offsetBytes) => next.file.subarray(offsetBytes, offsetBytes + bundlePieceBytes);
  site.connected = true;
  site.asked = [];
  site.world.advance(60_000);
  await site.settle();
  // The last piece that was there is fetched again: a power cut might have torn it.
  expect(site.asked[0]).toBe(2 * bundlePieceBytes);
  expect(Buffer.from((await stored()) ?? []).equals(next.file)).toBe(true);
});

test("[BEY-20] one flipped bit on the way: fetched again, and a bundle that never arrives complete is reported", async () => {
  site.serve = (offsetBytes) => {
    const piece = Buffer.from(next.file.subarray(offsetBytes, offsetBytes + bundlePieceBytes));
    if (offsetBytes === bundlePieceBytes) piece[77]! ^= 4;
    return piece;
  };
  site.start();
  site.setTarget(next.body);
  await site.settle();
  for (let round = 0; round < 2; round++) {
    expect(site.alarms).toEqual([]);
    site.world.advance(60_000);
    await site.settle();
  }
  expect(site.alarms).toEqual([alarm("update-refused", "damaged")]);
  expect([await stored(), site.looks, await site.folder.list("updates/")]).toEqual([null, [], []]);
});

test("a bundle that turns bad on flash is fetched again", async () => {
  site.start();
  site.setTarget(next.body);
  await site.settle();
  site.folder.damage(`bundles/${next.body.releaseId}.karibu`, 20_000, Buffer.from("rot"));
  site.world.advance(30_000);
  await site.settle();
  expect(Buffer.from((await stored()) ?? []).equals(next.file)).toBe(true);
});

test.each([
  ["wrong-signature", bundleOf("0.2.0", { key: generateKeyPairSync("ed25519").privateKey })],
  ["needs-newer-image", bundleOf("0.2.0", { minimalImage: "0.2.0" })],
])("[BEY-20] a bundle that this site can't run is not stored: %s", async (why, of) => {
  site.serve = (offsetBytes) => of.file.subarray(offsetBytes, offsetBytes + bundlePieceBytes);
  site.start();
  site.setTarget(of.body);
  await site.settle();
  expect(site.alarms).toEqual([alarm("update-refused", why, of.body)]);
  expect([await stored(of), site.looks]).toEqual([null, []]);
});

test("another bundle than the target, a name that leaves the folder, pieces of a wrong length: refused", async () => {
  site.start();
  site.setTarget({ ...next.body, releaseId: "0.2.0-ffffffffffff" });
  await site.settle();
  site.setTarget({ ...next.body, releaseId: "../identity" });
  await site.settle();
  site.serve = () => Buffer.alloc(5);
  site.setTarget({ ...next.body, bytes: bytes(next.body.bytes + 1) });
  await site.settle();
  expect(site.alarms.map(([, fields]) => (fields as { why: string }).why)).toEqual([
    "another-bundle",
    "not-understood",
  ]);
  expect(await site.folder.list("bundles/")).toEqual([]);
});

test("[BEY-20] a full disk: what was fetched gives its room back, the hub gets an alarm, and an hour later it is tried again", async () => {
  site.folder.limitBytes(40_000);
  site.start();
  site.setTarget(next.body);
  await site.settle();
  expect(site.alarms).toEqual([alarm("update-refused", "disk-full")]);
  expect(await site.folder.list("")).toEqual([]);
  site.folder.limitBytes(null);
  site.world.advance(3_600_000);
  await site.settle();
  expect(site.looks).toEqual(["0.2.0"]);
});

test("a read-only disk is reported, and nothing else happens", async () => {
  site.folder.readOnly(true);
  site.start();
  site.setTarget(next.body);
  await site.settle();
  expect([site.alarms, site.looks]).toEqual([[alarm("update-refused", "disk-refuses")], []]);
});

test("[BEY-20] what the launcher went back from is reported once, and not fetched again", async () => {
  const memory = {
    format: 1,
    image: image.id,
    trials: {},
    proven: [image.id],
    bad: { [next.body.releaseId]: "silent" },
  };
  await site.folder.replace("launcher/state.json", Buffer.from(JSON.stringify(memory)));
  site.start();
  site.setTarget(next.body);
  await site.settle();
  site.world.advance(600_000);
  await site.settle();
  expect(site.alarms).toEqual([alarm("update-failed", "silent")]);
  expect(site.asked).toEqual([]);
});

test("[BEY-20] a failed release that an operator pins again is tried once more, by the launcher's leave", async () => {
  const memory = (bad: object) =>
    Buffer.from(JSON.stringify({ format: 1, image: image.id, trials: {}, proven: [image.id], bad }));
  await site.folder.replace("launcher/state.json", memory({ [next.body.releaseId]: "crashed" }));
  site.target = next.body;
  site.start();
  await site.settle();
  expect(site.alarms).toEqual([alarm("update-failed", "crashed")]);
  site.setTarget(null);
  await site.settle();
  site.setTarget(next.body);
  await site.settle();
  expect([await text("bundles/try-again"), site.looks]).toEqual([`${next.body.releaseId}\n`, ["0.2.0"]]);
  await site.folder.replace("launcher/state.json", memory({})); // the launcher takes the word
  site.world.advance(30_000);
  await site.settle();
  expect(Buffer.from((await stored()) ?? []).equals(next.file)).toBe(true);
  // It fails again: pinned as before, it stays so.
  await site.folder.replace("launcher/state.json", memory({ [next.body.releaseId]: "crashed" }));
  await site.folder.remove("bundles/try-again");
  site.world.advance(60_000);
  await site.settle();
  expect(await text("bundles/try-again")).toBe(null);
  expect(site.alarms).toContainEqual(alarm("update-failed", "crashed"));
});

test("a launcher that does not start what it was handed is reported", async () => {
  site.start();
  site.setTarget(next.body);
  await site.settle();
  for (let round = 0; round < 11; round++) {
    site.world.advance(30_000);
    await site.settle();
  }
  expect(site.alarms).toEqual([alarm("update-refused", "not-started")]);
});

test("[BEY-20] nothing is wanted any more: the launcher may take the newest again", async () => {
  await site.folder.replace("bundles/wanted", Buffer.from("0.0.9\n"));
  site.start();
  await site.settle();
  expect([await text("bundles/wanted"), site.looks]).toEqual([null, [null]]);
});

test("[BEY-20] a power cut at any step: after it the update is finished, and the launcher never finds half a bundle", async () => {
  let cuts = 0;
  for (let operation = 0; ; operation++) {
    site = makeSite(operation + 1);
    site.target = next.body;
    site.folder.cutPowerAt(operation);
    const before = site.start();
    await site.settle();
    await before.stop();
    if (site.looks.length > 0) break; // it was through before the cut
    cuts++;
    site.folder.reboot();
    const left = await stored();
    if (left !== null) expect(Buffer.from(left).equals(next.file), `cut at ${operation}`).toBe(true);
    const after = site.start();
    await site.settle();
    // Bytes of a torn piece that slipped through are found by the digest; then all is fetched again.
    site.world.advance(60_000);
    await site.settle();
    expect(Buffer.from((await stored()) ?? []).equals(next.file), `cut at ${operation}`).toBe(true);
    expect(await text("bundles/wanted")).toBe("0.2.0\n");
    expect(site.looks.length).toBeGreaterThan(0);
    await after.stop();
  }
  expect(cuts).toBeGreaterThan(10);
});

test("a release for which the launcher had no room is reported, and handed over again each hour until it runs", async () => {
  const first = site.start();
  site.setTarget(next.body);
  await site.settle();
  expect(site.looks.length).toBe(1);
  await first.stop();
  site.passedOver = [next.body.releaseId];
  site.start();
  await site.settle();
  for (let minute = 0; minute < 59; minute++) {
    site.world.advance(60_000);
    await site.settle();
  }
  expect(site.alarms).toEqual([alarm("update-refused", "disk-full")]);
  expect(site.looks.length).toBe(1);
  site.world.advance(60_000);
  await site.settle();
  expect(site.looks.length).toBe(2);
});

test("while the disk refuses the journal nothing is handed over: what waits in memory would be lost with this process", async () => {
  site.isWritable = false;
  site.start();
  site.setTarget(next.body);
  await site.settle();
  expect(site.alarms).toEqual([alarm("update-refused", "disk-refuses")]);
  expect(site.looks).toEqual([]);
  site.isWritable = true;
  site.world.advance(3_600_000);
  await site.settle();
  expect(site.looks.length).toBe(1);
});

test("a release that the launcher does not start for want of room is reported as that, and handed over again within two hours", async () => {
  site.freeBytes = 10_000;
  site.start();
  site.setTarget(next.body);
  for (let minute = 0; minute < 6; minute++) {
    await site.settle();
    site.world.advance(60_000);
  }
  expect(site.alarms).toEqual([alarm("update-refused", "disk-full")]);
  expect(site.looks.length).toBe(1);
  for (let minute = 0; minute < 110; minute++) {
    site.world.advance(60_000);
    await site.settle();
  }
  expect(site.looks.length).toBe(2);
  expect(site.alarms.length).toBe(1);
});

test("[BEY-20] state is migrated only after the launcher has seen this release prove itself, and no image is on trial", async () => {
  const done: number[] = [];
  const migrations = [2, 3].map((to) => ({ to, apply: async () => void done.push(to) }));
  const launcher: Launcher = {
    runningId: "0.2.0-a",
    runningVersion: "0.2.0",
    image,
    passedOver: [],
    keys,
    reload: () => {},
  };
  const nothing = { rows: () => new Map(), onChange: () => () => {} } as never;
  const { world, folder } = site;
  const start = (of: Launcher | null) => {
    const hub = { state: "none", call: () => Promise.reject(), onChange: () => () => {} } as never;
    const updates = createUpdates(world, {
      folder,
      hub,
      feed: nothing,
      raiseAlarm: () => {},
      launcher: of,
      isWritable: () => true,
      freeBytes: null,
      migrations,
    });
    updates.start();
    return updates;
  };
  const updates = start(launcher);
  await site.settle();
  world.advance(60_000);
  await site.settle();
  expect([done, await readStateFormat(folder)]).toEqual([[], 1]);
  const memory = { format: 1, image: image.id, trials: {}, proven: ["0.2.0-a"], bad: {} };
  await folder.replace("image-update.tar", Buffer.from("an image on trial"));
  await folder.replace("launcher/state.json", Buffer.from(JSON.stringify(memory)));
  world.advance(60_000);
  await site.settle();
  expect([done, await readStateFormat(folder)]).toEqual([[], 1]);
  await folder.remove("image-update.tar"); // the router has settled on this image
  world.advance(30_000);
  await site.settle();
  expect([done, await readStateFormat(folder)]).toEqual([[2, 3], 3]);
  await updates.stop();
  await start(null).stop();
  await site.settle();
  expect(done).toEqual([2, 3]);
});
