import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { treeOf } from "@karibu/lab/router/api/config-tree";
import { dialInMemory } from "@karibu/lab/router/api/dial-in-memory";
import { createRouter } from "@karibu/lab/router/device/router";
import type { RouterKnobs, RouterOptions } from "@karibu/lab/router/model/router-options";
import { createMemoryUdp } from "@karibu/lab/router/test-router";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { RouterProof } from "@karibu/protocol/router/router-proofs";
import { expect, test } from "vitest";
import type { CoaAnswer, DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import { createRouterApi } from "../routeros/create-router-api.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { logsInByApi, trustsSafeMode } from "./proof-choices.ts";
import { createRouterTrials, type LimitedGuest } from "./router-trials.ts";

interface Board {
  readonly options?: Partial<RouterOptions>;
  readonly knobs?: Partial<RouterKnobs>;
  readonly coa?: CoaAnswer | null;
  readonly live?: (live: LiveRouter) => LiveRouter;
  readonly guest?: () => LimitedGuest | null;
  readonly change?: DynamicAuthorization["change"];
}

/** A board of the lab, and trials on it. */
async function boardOf({
  options = {},
  knobs = {},
  coa = "nak",
  live: change = (live) => live,
  guest = () => null,
  change: changeSession,
}: Board) {
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
      coa: coa === null ? null : { disconnect: async () => coa, change: changeSession ?? (async () => coa) },
      alone: (task) => task(),
      onUndone: () => void said.push("undone"),
      guest,
    });
  return { trials, world, router, said, tree: treeOf(router), folder };
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

/** A router with one guest's queue, which takes a speed by CoA (`moves`), or only says so. */
function withGuest({ moves, answers = "ack" }: { moves: boolean; answers?: CoaAnswer }) {
  const speeds: (number | null)[] = [];
  let downKbps = 4000;
  let isOnline = true;
  const session = { user: "t-1", sessionId: "80000001", address: "10.5.50.7", mac: null, router: null };
  let boughtKbps = 4000;
  const guest = (): LimitedGuest | null =>
    isOnline ? { session, rate: { downKbps: boughtKbps, upKbps: null, burst: null } } : null;
  const live = (given: LiveRouter): LiveRouter => ({
    ...given,
    command: async (words, options) =>
      words[0] === "/queue/simple/print"
        ? words.includes("?target=10.5.50.7/32")
          ? [{ "max-limit": `0/${downKbps}000` }]
          : []
        : await given.command(words, options),
  });
  const change = async ({ user }: { user: string }, { rate }: { rate?: { downKbps: number | null } }) => {
    if (user !== session.user) return "nak" as const;
    speeds.push(rate?.downKbps ?? null);
    if (moves && rate?.downKbps) downKbps = rate.downKbps;
    return answers;
  };
  return {
    speeds,
    guest,
    live,
    change,
    leave: () => {
      isOnline = false;
    },
    buy: (kbps: number) => {
      boughtKbps = kbps;
    },
  };
}

test("[RTR-24] a speed that changes while its session runs is seen on a guest's own queue, who gets a kbps more and then what was bought; a router that only says yes is found out", async () => {
  const rateOf = async (one: ReturnType<typeof withGuest>) => {
    const { trials, world } = await boardOf({ live: one.live, guest: one.guest, change: one.change });
    // The lab's router answers by the event loop, and what waits waits by the clock.
    const ticking = setInterval(() => world.advance(50), 1);
    const { proofs } = await trials()
      .run("Anna")
      .finally(() => clearInterval(ticking));
    return proofs.find(({ kind }) => kind === "coa-rate");
  };
  const moves = withGuest({ moves: true });
  expect(await rateOf(moves)).toMatchObject({ outcome: "works", words: "max-limit 0/4000000 -> 0/4001000" });
  expect(moves.speeds).toEqual([4001, 4000]);
  const deaf = withGuest({ moves: false });
  expect(await rateOf(deaf)).toMatchObject({ outcome: "broken" });
  expect(deaf.speeds).toEqual([4001, 4000]);
  expect(await rateOf(withGuest({ moves: false, answers: "nak" }))).toMatchObject({ outcome: "refused" });
  // Somebody who has left meanwhile is no refusal: a session that nobody has tells the rest.
  const gone = withGuest({ moves: false, answers: "nak" });
  const { change } = gone;
  const leaves = {
    ...gone,
    change: async (...given: Parameters<typeof change>) => {
      gone.leave();
      return await change(...given);
    },
  };
  expect(await rateOf(leaves)).toMatchObject({ outcome: "works", words: null });
  // Who buys more in the middle keeps it.
  const buyer = withGuest({ moves: true });
  const buys = {
    ...buyer,
    change: async (...given: Parameters<typeof change>) => {
      buyer.buy(8000);
      return await buyer.change(...given);
    },
  };
  expect(await rateOf(buys)).toMatchObject({ outcome: "works" });
  expect(buyer.speeds).toEqual([4001, 8000]);
});
