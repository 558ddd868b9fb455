import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { treeOf } from "@karibu/lab/router/api/config-tree";
import { dialInMemory } from "@karibu/lab/router/api/dial-in-memory";
import { createRouter } from "@karibu/lab/router/device/router";
import type { RouterKnobs, RouterOptions } from "@karibu/lab/router/model/router-options";
import { createMemoryUdp } from "@karibu/lab/router/test-router";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { RouterProof } from "@karibu/protocol/router/router-proofs";
import { expect, test } from "vitest";
import type { CoaAnswer } from "../ground/dynamic-authorization.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import { createRouterApi } from "../routeros/create-router-api.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { logsInByApi, trustsSafeMode } from "./proof-choices.ts";
import { createRouterTrials } from "./router-trials.ts";

interface Board {
  readonly options?: Partial<RouterOptions>;
  readonly knobs?: Partial<RouterKnobs>;
  readonly coa?: CoaAnswer | null;
  readonly live?: (live: LiveRouter) => LiveRouter;
}

/** A board of the lab, and trials on it. */
async function boardOf({ options = {}, knobs = {}, coa = "nak", live: change = (live) => live }: Board) {
  const world = createSimulatedWorld();
  const router = createRouter(world, createMemoryUdp(), { apiUser: "karibu", ...options });
  await router.boot();
  Object.assign(router.knobs, knobs);
  const said: string[] = [];
  const dial = dialInMemory(world, router, (words) => void said.push(words.join(" ")));
  const live = change(createRouterApi(world, dial, { user: "karibu", password: "" }));
  const folder = createFaultyFolder(world);
  const trials = (bootId: string | null = null) =>
    createRouterTrials(world, {
      live,
      folder,
      bootId,
      coa: coa === null ? null : { disconnect: async () => coa, change: async () => coa },
      alone: (task) => task(),
      onUndone: () => void said.push("undone"),
    });
  return { trials, router, said, tree: treeOf(router), folder };
}

const outcomes = (proofs: readonly RouterProof[]) =>
  Object.fromEntries(proofs.map(({ kind, outcome }) => [kind, outcome]));

/** A router whose safe mode says yes and takes nothing back. */
const deafSafeMode = (live: LiveRouter): LiveRouter => ({
  ...live,
  async openSession(as) {
    const session = await live.openSession(as);
    return {
      ...session,
      command: async (words, options) =>
        words[0]?.startsWith("/safe-mode/") ? [] : await session.command(words, options),
    };
  },
});

test("[RTR-24] boards that behave differently give different answers and different choices, and each is left as it was", async () => {
  const refusesLogIn = { apiTraps: ["/ip/hotspot/active/login"] };
  const boards: [Board, Record<string, string>, { byApi: boolean; safe: boolean }][] = [
    [{}, { "host-log-in": "works", "coa-rate": "works", "safe-mode": "works" }, { byApi: true, safe: true }],
    [
      { options: { version: "7.17 (stable)" }, coa: "no-answer" },
      { "coa-disconnect": "no-answer", "safe-mode": "refused" },
      { byApi: true, safe: false },
    ],
    [
      { live: deafSafeMode, coa: null },
      { "safe-mode": "broken", "coa-rate": "not-tried" },
      { byApi: true, safe: false },
    ],
    [{ knobs: refusesLogIn }, { "host-log-in": "refused" }, { byApi: false, safe: true }],
  ];
  for (const [board, expected, { byApi, safe }] of boards) {
    const { trials, tree, said } = await boardOf(board);
    const before = JSON.stringify(tree.copy());
    const { proofs, board: name } = await trials().run("Anna");
    expect([name, outcomes(proofs)]).toEqual(["RB5009UG+S+", expect.objectContaining(expected)]);
    expect([logsInByApi(proofs), trustsSafeMode(proofs)]).toEqual([byApi, safe]);
    expect(tree.rows("/ip/firewall/address-list")).toEqual([]);
    expect(JSON.stringify(tree.copy()).length).toBe(before.length);
    // Nobody's session, address or file is named.
    expect(said.filter((words) => /active\/remove|10\.5\.50|cookie/.test(words))).toEqual([]);
  }
});

/** A router that keeps one file, and reads its bytes as `reads` says. */
const withFile =
  (reads: (bytes: Buffer) => Buffer, said: string[]) =>
  (live: LiveRouter): LiveRouter => {
    let file: Buffer | null = null;
    return {
      ...live,
      async command(words, options) {
        if (words[0]?.startsWith("/file/") !== true) return await live.command(words, options);
        said.push(words[0]);
        if (words[0] === "/file/add") file = Buffer.from(words[2]?.slice("=contents=".length) ?? "");
        if (words[0] === "/file/remove") file = null;
        return file === null ? [] : [{ ".id": "*1" }];
      },
      async openSession(as) {
        const session = await live.openSession(as);
        return {
          ...session,
          command: async (words, options) =>
            words[0] === "/file/read"
              ? [{ data: reads(file ?? Buffer.alloc(0)).toString(as?.asBytes === true ? "latin1" : "utf8") }]
              : await session.command(words, options),
        };
      },
    };
  };

test.each([
  ["its own bytes", (bytes: Buffer) => bytes, "works"],
  ["letters of one byte alone", (bytes: Buffer) => Buffer.from(bytes.filter((byte) => byte < 0x80)), "broken"],
  ["a piece of it", (bytes: Buffer) => bytes.subarray(1), "broken"],
])("[RTR-10] a file that is read gives %s: %s", async (_, reads, outcome) => {
  const said: string[] = [];
  const { trials } = await boardOf({ live: withFile(reads, said) });
  expect(outcomes((await trials().run("Anna")).proofs)["file-read"]).toBe(outcome);
  // It is gone again.
  expect(said.at(-1)).toBe("/file/remove");
});

test("what was cut short is cleared by the next try; answers are kept over a restart, and another boot proves that the container came back", async () => {
  const { trials, tree, folder } = await boardOf({});
  tree.add("/ip/firewall/address-list", { list: "karibu-trial", address: "192.0.2.2", disabled: "true" });
  const first = trials("boot-1");
  await first.open();
  await first.run("Anna");
  expect(tree.rows("/ip/firewall/address-list")).toEqual([]);
  expect(outcomes(first.proofs)["container-after-reboot"]).toBe("not-tried");
  const same = trials("boot-1");
  await same.open();
  expect(outcomes(same.proofs)["container-after-reboot"]).toBe("not-tried");
  const next = trials("boot-2");
  await next.open();
  expect(outcomes(next.proofs)).toMatchObject({ "container-after-reboot": "works", "host-log-in": "works" });
  await folder.replace("router-proofs.json", Buffer.from("{torn"));
  const torn = trials("boot-2");
  await torn.open();
  expect([torn.proofs, trustsSafeMode(torn.proofs)]).toEqual([[], true]);
});

test("somebody else in safe mode teaches nothing", async () => {
  const taken = (live: LiveRouter): LiveRouter => ({
    ...live,
    openSession: async () => ({
      isOpen: true,
      close() {},
      command: () => Promise.reject(new RouterTrap("failure: safe mode is already taken by another session", null)),
    }),
  });
  const { trials } = await boardOf({ live: taken });
  expect(outcomes((await trials().run("Anna")).proofs)["safe-mode"]).toBe("not-tried");
});
