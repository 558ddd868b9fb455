import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
import { sleep, type World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import type { LiveRouter } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { changeSafely } from "./safe-change.ts";

const away = () => Promise.reject(new Fault("hub/away", "no link", { retry: "later" }));
const refused = () => Promise.reject(new Fault("hub/refused", "no such method", { retry: "never" }));
const cut = () => Promise.reject(new Fault("router-api/cut", "the connection ended", { retry: "later" }));
const trap = () => Promise.reject(new RouterTrap("failure", null));

interface Case {
  readonly hub?: () => Promise<never>;
  /** What a command of the router comes to, where it fails. */
  readonly fails?: Readonly<Record<string, () => Promise<never>>>;
  readonly change?: (world: World) => Promise<string>;
  readonly isRemote?: boolean;
  readonly hasDeadMan?: boolean;
}

async function run({
  hub = refused,
  fails = {},
  change = () => Promise.resolve("changed"),
  isRemote = false,
  hasDeadMan = false,
}: Case) {
  const world = createSimulatedWorld();
  const said: string[] = [];
  const rows: Record<string, string>[] = [];
  let undone = 0;
  let isClosed = false;
  const command = (words: readonly string[]) => {
    if (words[0] === "/system/scheduler/print") return Promise.resolve(hasDeadMan ? [{ name: "karibu-dead-man" }] : []);
    if (words[0] === "/ip/firewall/address-list/print") return Promise.resolve(rows);
    if (words[0] === "/ip/firewall/address-list/add")
      rows.push({ ".id": String(rows.length), list: words[1]?.slice(6) ?? "" });
    if (words[0] === "/ip/firewall/address-list/remove")
      rows.splice(
        rows.findIndex((row) => `=.id=${row[".id"]}` === words[1]),
        1,
      );
    said.push(words[0]?.replace("/safe-mode/", "").replace("/ip/firewall/address-list/", "") ?? "");
    return fails[said.at(-1) ?? ""]?.() ?? Promise.resolve([]);
  };
  const session = {
    command,
    isOpen: true,
    close() {
      isClosed = true;
    },
  };
  const live: LiveRouter = { command, openSession: () => Promise.resolve(session), calls: () => [] };
  const onUndone = () => {
    undone++;
  };
  const outcome = changeSafely(world, { live, hub: { call: hub }, isRemote, onUndone }, "Anna", () =>
    change(world),
  ).then(
    (done) => done.outcome,
    (error) => error.code,
  );
  const result = await passTimeUntil(world, outcome);
  return { result, said, undone, isClosed, tookMs: world.clock.monotonicMs() };
}

test("the hub was heard: released, and nothing is set again", async () => {
  expect(await run({})).toMatchObject({ result: "kept", said: ["take", "release"], undone: 0, isClosed: true });
});

test("the hub is not heard: unrolled within 45 s, and enforcement sets its own again", async () => {
  const { result, said, undone, tookMs, isClosed } = await run({ hub: away });
  expect({ result, said, undone, isClosed }).toEqual({
    result: "undone",
    said: ["take", "unroll"],
    undone: 1,
    isClosed: true,
  });
  expect(tookMs).toBeLessThanOrEqual(45_000);
});

test("the hub is heard after half a minute, because a link that was cut had to dial again: kept", async () => {
  let calls = 0;
  const late = () => (++calls < 20 ? away() : refused());
  expect(await run({ hub: late })).toMatchObject({ result: "kept", said: ["take", "release"], undone: 0 });
});

test("a dead man is armed before safe mode, and disarmed when the change is kept, undone or refused", async () => {
  const hasDeadMan = true;
  const arm = ["add", "add"];
  const disarm = ["remove", "remove"];
  expect(await run({ hasDeadMan })).toMatchObject({ result: "kept", said: [...arm, "take", "release", ...disarm] });
  expect(await run({ hasDeadMan, hub: away })).toMatchObject({
    result: "undone",
    said: [...arm, "take", "unroll", ...disarm],
  });
  expect(await run({ hasDeadMan, fails: { take: trap } })).toMatchObject({
    said: [...arm, "take", ...disarm],
    undone: 0,
  });
});

test("a router behind its own line is not changed without a dead man", async () => {
  expect(await run({ isRemote: true })).toMatchObject({
    result: "router-api/trap",
    said: [],
    undone: 0,
    isClosed: true,
  });
  expect(await run({ isRemote: true, hasDeadMan: true })).toMatchObject({ result: "kept" });
});

test("a release after the dead man's time may have come too late: reading back tells", async () => {
  let calls = 0;
  const late = () => (++calls < 38 ? away() : refused());
  const slow = async ({ clock }: World) => {
    await sleep(clock, 4000);
    return "changed";
  };
  expect(await run({ hasDeadMan: true, hub: late, change: slow })).toMatchObject({ result: "undone", undone: 1 });
});

test.each<[string, Case, string, readonly string[], number]>([
  ["no safe mode: nothing is changed", { fails: { take: trap } }, "router-api/trap", ["take"], 0],
  ["the router refuses the change: unrolled", { change: trap }, "router-api/trap", ["take", "unroll"], 1],
  [
    "the connection ends within: RouterOS undoes it",
    { change: cut, fails: { unroll: cut } },
    "router-api/cut",
    ["take", "unroll"],
    1,
  ],
  [
    "the release gets lost: treated as undone until it is read",
    { fails: { release: cut } },
    "undone",
    ["take", "release", "unroll"],
    1,
  ],
])("%s", async (_, given, result, said, undone) => {
  expect(await run(given)).toMatchObject({ result, said, undone, isClosed: true });
});
