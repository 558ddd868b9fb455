import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
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
  readonly change?: () => Promise<string>;
}

async function run({ hub = refused, fails = {}, change = () => Promise.resolve("changed") }: Case) {
  const world = createSimulatedWorld();
  const said: string[] = [];
  let undone = 0;
  let isClosed = false;
  const command = (words: readonly string[]) => {
    said.push(words[0]?.replace("/safe-mode/", "") ?? "");
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
  const outcome = changeSafely(world, { live, hub: { call: hub }, onUndone }, "Anna", change).then(
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
