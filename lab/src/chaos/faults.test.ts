import { expect, test } from "vitest";
import { chaosFaults } from "../simulation/planted/of-chaos.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { drawFault, type FaultPlan, injectFaults, type Parts } from "./faults.ts";

/** Parts that write down what is done to them. */
function openParts(done: string[]): Parts {
  const did = (what: string) => (how?: unknown) => void done.push(`${what} ${how ?? ""}`.trim());
  const line = (name: string) => ({
    setDelay: did(`${name} late`),
    setSilent: did(`${name} silent`),
    setBroken: did(`${name} broken`),
  });
  const process = (name: string) =>
    ({ name, end: did(`${name} end`), start: did(`${name} start`), freeze: did(`${name} frozen`) }) as never;
  const wire = (name: string) => ({ setDown: did(`${name} down`), setBlackhole: did(`${name} black`) });
  const disk = (name: string) => ({ folder: "", fill: did(`${name} fill`), free: did(`${name} free`) });
  const hub = (name: string) => ({
    process: process(name),
    disk: disk(name),
    setClock: did(`${name} clock`),
    wire: wire(name),
    lines: { database: line(`${name} database`), channel: line(`${name} channel`) },
  });
  const site = (name: string) => ({
    agent: process(name),
    router: { powerCut: did(`${name} dark`), boot: did(`${name} light`) } as never,
    disk: disk(name),
    setClock: did(`${name} clock`),
    client: () => undefined as never,
    ask: () => undefined as never,
    wire: wire(name),
    hubLine: line(`${name} hub`),
  });
  const callbacks = line("callbacks");
  return { hubs: [hub("a"), hub("b")], sites: [site("x")], callbacks, crashDatabase: async () => did("crash")() };
}

const drawnBy = (seed: number): string[] => {
  const { integer } = seededRandom(seed);
  return Array.from({ length: 300 }, () => drawFault(openParts([]), integer).what);
};

test("a seed draws the same faults again, and many draw each kind", () => {
  expect(drawnBy(7)).toEqual(drawnBy(7));
  expect(drawnBy(7)).not.toEqual(drawnBy(8));
  const parts = new Set(drawnBy(7).map((what) => what.replace(/[ab\d.-]/g, "")));
  expect(parts.size).toBeGreaterThanOrEqual(chaosFaults.length);
});

test("each fault that begins ends, and one part has one at a time", async () => {
  const time = createVirtualTime(0);
  const done: string[] = [];
  const said: string[] = [];
  const world = { clock: time.clock() };
  const injecting = injectFaults(world, {
    parts: openParts(done),
    chance: seededRandom(3).integer,
    untilMs: time.nowMs() + 600_000,
    say: (line) => said.push(line),
    note: () => {},
  });
  let injected: Awaited<typeof injecting> | null = null;
  injecting.then((all) => {
    injected = all;
  });
  while (injected === null) await time.advance(1000);
  expect(said).toHaveLength((injected as unknown as FaultPlan[]).length);
  expect(said.length).toBeGreaterThan(60);
  const count = (what: string) => done.filter((each) => each === what).length;
  for (const [begun, ended] of [
    ["a frozen true", "a frozen false"],
    ["x fill", "x free"],
    ["x dark", "x light"],
    ["x down true", "x down false"],
    ["b black true", "b black false"],
    ["callbacks silent true", "callbacks silent false"],
  ] as const)
    expect([begun, count(begun)]).toEqual([begun, count(ended)]);
  expect(count("x dark")).toBeGreaterThan(0);
});
