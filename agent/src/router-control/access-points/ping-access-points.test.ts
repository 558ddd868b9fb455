/** What a hub that lies, and a router that says nothing, bring about. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { watchAccessPoints } from "./ping-access-points.ts";

async function watch(rows: ReadonlyMap<string, { name: string; address: string }>, silent: string) {
  const world = createSimulatedWorld();
  const pinged: string[] = [];
  const records: unknown[] = [];
  const watching = watchAccessPoints(world, {
    live: {
      command: async (words: readonly string[]) => {
        const address = words[1]?.replace("=address=", "") ?? "";
        pinged.push(address);
        return address === silent ? [] : [{ seq: "0", time: "1ms", sent: "3", received: "3" }];
      },
    } as never,
    feed: { rows: () => rows } as never,
    recorder: { record: async (record: unknown) => void records.push(record) } as never,
  });
  watching.start();
  await passTimeUntil(world, sleep(world.clock, 3_600_000), 1000);
  watching.stop();
  return { pinged: new Set(pinged), records };
}

test("[RAD-11] a row's name is no address: what is pinged is the private address that was looked at", async () => {
  const { pinged } = await watch(new Map([["8.8.8.8", { name: "Pole", address: "192.168.88.2" }]]), "");
  expect(pinged).toEqual(new Set(["192.168.88.2"]));
});

test("[RAD-11] one of which the router says nothing is no news each time", async () => {
  const points = ["192.168.88.2", "192.168.88.3"];
  const rows = new Map(points.map((address) => [address, { name: "Pole", address }]));
  const { records } = await watch(rows, "192.168.88.3");
  expect(records).toEqual([{ kind: "access-points", points: [expect.objectContaining({ address: points[0] })] }]);
});
