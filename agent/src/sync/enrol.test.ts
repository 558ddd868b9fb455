import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { obtainIdentity } from "./enrol.ts";
import { loadIdentity } from "./identity.ts";

const answer = { siteId: "site-1", hubPublicKey: `${"A".repeat(43)}=` };

test("[BEY-12] a disk that refuses while the device enrols delays its link: it enrols with the same key once the disk writes again", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const asked: unknown[] = [];
  folder.limitBytes(0);
  world.clock.after(30_000, () => folder.limitBytes(null));
  const obtained = obtainIdentity(world, folder, {
    hubUrl: "https://hub.example",
    token: "token",
    async post(_url, body) {
      asked.push((body as { publicKey: string }).publicKey);
      if (asked.length === 1) {
        folder.limitBytes(0);
        world.clock.after(30_000, () => folder.limitBytes(null));
      }
      return { status: 200, body: answer };
    },
    signal: new AbortController().signal,
    onMoved: async () => {},
  });
  const identity = await passTimeUntil(world, obtained);
  expect(identity).toMatchObject(answer);
  expect(asked).toEqual(asked.map(() => identity.keys.publicKey));
  expect(asked.length).toBeGreaterThan(1);
  expect((await loadIdentity(folder)).current).toEqual(identity);
});

test("an agent that goes down while its disk refuses waits for nothing", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  folder.limitBytes(0);
  const ended = new AbortController();
  const obtained = obtainIdentity(world, folder, {
    hubUrl: "https://hub.example",
    token: "token",
    post: () => Promise.reject(new Error("not reached")),
    signal: ended.signal,
    onMoved: async () => {},
  });
  world.clock.after(60_000, () => ended.abort());
  await expect(passTimeUntil(world, obtained)).rejects.toMatchObject({ code: "hub/enrolment-stopped" });
});
