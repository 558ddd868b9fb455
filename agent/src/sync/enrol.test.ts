import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sha256Hex } from "@karibu/protocol/hash";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { expect, test } from "vitest";
import { obtainIdentity } from "./enrol.ts";
import { loadIdentity, saveIdentity } from "./identity.ts";

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

const refusals = {
  "the hub refuses the token": { status: 403, body: { code: "enrolment-refused" } },
  "somebody on the way answers": { status: 403, body: "<html>log in first</html>" },
  "the hub knows no such address": { status: 404, body: { code: "not-found" } },
  "the hub waits for an operator": { status: 409, body: { code: "enrolment-waits" } },
};

/** A device that is enrolled, and has another token in its settings: asked, with its problem, at these answers. */
async function enrolledWith(answers: readonly { status: number; body: unknown }[]) {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const current = { ...answer, keys: makeLinkKeys(world.random), tokenHash: sha256Hex("the first token") };
  await saveIdentity(folder, { current, pending: null });
  let problem: string | null = null;
  let asked = 0;
  const obtained = obtainIdentity(world, folder, {
    hubUrl: "https://hub.example",
    token: "a token of last month",
    post: async () => answers[asked++] ?? { status: 200, body: answer },
    signal: new AbortController().signal,
    onMoved: async () => {},
    onProblem: (found) => {
      problem = found;
    },
  });
  const identity = await passTimeUntil(world, obtained);
  return { identity, current, asked, problem: problem as string | null, kept: (await loadIdentity(folder)).current };
}

test("[BEY-12] an enrolled device whose settings hold an old token keeps its link with the enrolment that it has", async () => {
  const { identity, current, asked, problem, kept } = await enrolledWith([refusals["the hub refuses the token"]]);
  expect(identity).toEqual(current);
  expect(kept).toEqual(current);
  expect(asked).toBe(1);
  expect(problem).toContain("goes on as enrolled");
});

test.each(["somebody on the way answers", "the hub knows no such address", "the hub waits for an operator"] as const)(
  "an enrolled device with another token asks again while %s",
  async (what) => {
    const { identity, current, asked, problem } = await enrolledWith([refusals[what], refusals[what]]);
    expect(asked).toBe(3);
    expect(identity.keys).not.toEqual(current.keys);
    expect(problem).toBeNull();
  },
);
