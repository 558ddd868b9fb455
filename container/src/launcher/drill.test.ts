/** The update drill, with real processes: after any failure of a bundle the site answers RADIUS again and has lost nothing. */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdir, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { buildDrillImage, type DrillImage, type DrillSite, mountSmallDisk, openDrillSite } from "./test-drill-site.ts";

vi.setConfig({ testTimeout: 150_000 });

let image: DrillImage;
let site: DrillSite;

beforeAll(async () => {
  image = await buildDrillImage();
});
afterAll(() => image.remove());
afterEach(() => site?.close());

async function openSite(limits: { proofMs?: number; probeMs?: number } = {}): Promise<void> {
  site = await openDrillSite(image, limits);
  expect(await site.powerOn()).toMatchObject({ version: image.agentVersion });
}

/** The real agent, with something done to it before it starts. */
const real = (before: string) => `${before}\n;${image.agent}`;
const dataFolder = "process.env.KARIBU_DATA";

/** Afterwards the image's release serves, the bundle is bad for ever, and no acknowledged record is missing. */
async function backToTheImage(version: string): Promise<void> {
  await site.saw("release-proved", { version: image.agentVersion });
  await site.radiusAnswers();
  const { bad } = await site.memory();
  expect(Object.keys(bad)).toEqual([expect.stringMatching(`^${version}-`)]);
  await site.powerCut();
  expect(await site.powerOn()).toMatchObject({ version: image.agentVersion });
  await nothingLost();
}

async function nothingLost(): Promise<void> {
  await site.radiusAnswers();
  expect(await site.stop()).toBe(0);
  const { acknowledged, lost } = await site.lostRecords();
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
}

longTest(
  "[BEY-20] a good bundle takes over, passes the health checks, and is started again after a power cut",
  async () => {
    await openSite();
    await site.radiusAnswers();
    await site.deliver("0.2.0", real("// better"));
    expect(await site.saw("release-started")).toMatchObject({ version: "0.2.0", kind: "bundle" });
    await site.saw("release-proved", { version: "0.2.0" });
    const page = await fetch(`http://127.0.0.1:${site.httpPort}/`);
    expect(await page.text()).toContain("<html");
    expect(await site.healthCheck()).toBe(0);
    await site.powerCut();
    expect(await site.healthCheck()).toBe(1);
    expect(await site.powerOn()).toMatchObject({ version: "0.2.0" });
    expect(await site.memory()).toMatchObject({ bad: {}, trials: {} });
    await nothingLost();
  },
);

longTest(
  "[BEY-20] a router that installs an image learns whether its file is right, and when the running release has passed",
  async () => {
    await openSite();
    const ask = async (query: string) => (await fetch(`http://127.0.0.1:${site.httpPort}/image-update${query}`)).text();
    expect(await ask("")).toBe("proved");
    const compare = (sha256: string) =>
      vi.waitUntil(async () => {
        const answer = await ask(`?sha256=${sha256}`);
        return answer === "reading" ? null : answer;
      });
    expect(await compare("00".repeat(32))).toBe("missing");
    const content = Buffer.alloc(3_000_000, 7);
    await writeFile(join(site.data, "image-update.tar"), content);
    expect(await compare(sha256Hex(content))).toBe("same");
    expect(await compare("00".repeat(32))).toBe("differs");
  },
);

test("[BEY-20] [BEY-23] guests who hold every connection end no agent: the health checks pass, and the next page comes", async () => {
  await openSite({ probeMs: 20_000 });
  const held: Socket[] = [];
  const from = async (localAddress: string, text: string) => {
    const socket = connect({ port: site.httpPort, host: "127.0.0.1", localAddress });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(text);
    held.push(socket);
    return socket;
  };
  for (let n = 0; n < 1000; n++) await from(`127.0.7.${1 + (n % 40)}`, "GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ");
  const ended = site.saw("agent-ended").then(() => "ended");
  for (let turn = 0; turn < 3; turn++) expect(await Promise.race([site.healthCheck(), ended])).toBe(0);
  const guest = await from("127.0.8.1", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = (await once(guest, "data")) as [Buffer];
  expect(answer.toString("latin1")).toMatch(/^HTTP\/1.1 200 /);
  for (const socket of held) socket.destroy();
  expect(await site.memory()).toMatchObject({ bad: {} });
  await nothingLost();
});

test("[BEY-20] a bundle that crashes at start is replaced at once", async () => {
  await openSite();
  await site.deliver("0.2.0", "process.exit(1);");
  await site.saw("release-failed", { version: "0.2.0", failure: "crashed" });
  await backToTheImage("0.2.0");
});

longTest("[BEY-20] a bundle whose RADIUS stays silent is replaced when its time is over", async () => {
  await openSite({ proofMs: 4000 });
  const mute = `{const d=require("node:dgram"),create=d.createSocket;d.createSocket=(...a)=>{const s=create(...a);s.send=()=>{};return s;};}`;
  await site.deliver("0.2.0", real(mute));
  await site.saw("release-failed", { version: "0.2.0", failure: "silent" });
  await backToTheImage("0.2.0");
});

longTest("[BEY-20] a bundle that hangs at start and ignores SIGTERM is killed and replaced", async () => {
  await openSite({ proofMs: 4000 });
  await site.deliver("0.2.0", "process.on('SIGTERM',()=>{});for(;;);");
  await site.saw("release-failed", { version: "0.2.0", failure: "silent" });
  await backToTheImage("0.2.0");
});

longTest("[BEY-20] a bundle that hangs repeatedly after it passed is replaced too", async () => {
  await openSite({ proofMs: 10_000, probeMs: 1500 });
  const whenAsked = `setInterval(()=>{if(process.uptime()>2&&require("node:fs").existsSync(${dataFolder}+"/hang"))for(;;);},100);`;
  await site.deliver("0.2.0", real(whenAsked));
  await site.saw("release-proved", { version: "0.2.0" });
  await writeFile(join(site.data, "hang"), "");
  for (let turn = 0; turn < 3; turn++) await site.saw("release-failed", { version: "0.2.0" });
  await backToTheImage("0.2.0");
});

longTest(
  "[BEY-20] a bundle that damages the state files, its own and the launcher's, does no lasting harm",
  async () => {
    await openSite();
    const spoil = `const f=require("node:fs");for(const n of ["state/snapshot.json","launcher/state.json"]){f.mkdirSync(${dataFolder}+"/"+n.split("/")[0],{recursive:true});f.writeFileSync(${dataFolder}+"/"+n,"\\u0000{");}process.exit(1);`;
    await site.radiusAnswers();
    await site.deliver("0.2.0", spoil);
    await site.saw("release-failed", { version: "0.2.0", failure: "crashed" });
    await backToTheImage("0.2.0");
  },
);

test("[BEY-20] a bundle with one flipped bit, or with a foreign key, is refused, and the running release keeps running", async () => {
  await openSite();
  await site.deliver("0.2.0", real(""), (bundle) => {
    bundle[bundle.length >> 1]! ^= 8;
    return bundle;
  });
  expect(await site.saw("bundle-refused")).toMatchObject({ file: "0.2.0.karibu", reason: "damaged" });
  await site.deliverFromStranger("0.3.0");
  expect(await site.saw("bundle-refused")).toMatchObject({ file: "0.3.0.karibu", reason: "wrong-signature" });
  await nothingLost();
});

longTest("[BEY-20] the power fails twice while a new bundle is on trial, and it passes in the end", async () => {
  await openSite();
  await site.deliver("0.2.0", real("// slow"));
  await site.saw("release-started", { version: "0.2.0" });
  await site.powerCut();
  void site.powerOn().catch(() => {});
  await site.saw("release-started", { version: "0.2.0" });
  await site.powerCut();
  expect(await site.powerOn()).toMatchObject({ version: "0.2.0" });
  await nothingLost();
});

/** Skipped in a container that may not mount; supervisor.test.ts has the same with a simulated disk. */
async function onSmallDisk(drill: (disk: string) => Promise<void>): Promise<void> {
  const disk = await mountSmallDisk();
  if (disk === null) return;
  site = await openDrillSite(image, { where: disk.path });
  try {
    await drill(disk.path);
  } finally {
    await site.close();
    await disk.remove();
  }
}

longTest(
  "[BEY-20] on a full disk an update is passed over, the site keeps selling, and installs it when there is space",
  () =>
    onSmallDisk(async (disk) => {
      await site.powerOn();
      await site.radiusAnswers();
      await site.deliver("0.2.0", real("// better"));
      await site.saw("release-proved", { version: "0.2.0" });
      await site.powerCut();
      // No space for the unpacked files of the next one.
      const free = 5 * 1024 * 1024 - usedBytes(disk);
      await writeFile(join(disk, "filler"), Buffer.alloc(Math.max(0, free - 500_000)));
      await site.deliver("0.3.0", real(`//${"3".repeat(300_000)}`));
      expect(await site.powerOn()).toMatchObject({ version: "0.2.0" });
      expect(await readdir(join(disk, "bundles"))).toContain("0.3.0.karibu");
      await site.radiusAnswers();
      await rm(join(disk, "filler"));
      await site.powerCut();
      expect(await site.powerOn()).toMatchObject({ version: "0.3.0" });
      await site.radiusAnswers();
      await site.stop();
      expect((await site.lostRecords()).lost).toEqual([]);
    }),
);

longTest(
  "[BEY-20] a bundle whose trial ends because the disk is full does not count as bad, and passes when there is space",
  () =>
    onSmallDisk(async (disk) => {
      await site.powerOn();
      await site.radiusAnswers();
      const filler = `${dataFolder}+"/filler"`;
      const fillsIt = `{const f=require("node:fs"),once=${dataFolder}+"/once";if(!f.existsSync(once)){f.writeFileSync(once,"");try{for(;;)f.appendFileSync(${filler},Buffer.alloc(4096));}catch{process.exit(1)}}}`;
      await site.deliver("0.2.0", real(fillsIt));
      await site.saw("release-failed", { version: "0.2.0", failure: "crashed", lacksRoom: true });
      await site.saw("release-proved", { version: image.agentVersion });
      site.look();
      await site.saw("release-not-ready");
      expect(await site.healthCheck()).toBe(0);
      await rm(join(disk, "filler"));
      await site.radiusAnswers();
      site.look();
      await site.saw("release-proved", { version: "0.2.0" });
      expect(await site.memory()).toMatchObject({ bad: {}, trials: {} });
      await nothingLost();
    }),
);

function usedBytes(folder: string): number {
  return Number(execFileSync("du", ["-sB1", folder]).toString().split("\t")[0]);
}
