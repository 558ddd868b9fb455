import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createHostTable } from "./host-table.ts";
import type { RouterControl } from "./router-control.ts";

const mac = "02:00:00:00:00:07";

function tableOf(answer: () => Promise<{ mac: string; addresses: string[] }[]>, hasOtherRouters = false) {
  const world = createSimulatedWorld();
  let reads = 0;
  const hosts = () => {
    reads += 1;
    return answer();
  };
  const router = { hosts } as unknown as RouterControl;
  return { world, table: createHostTable(world, router, { hasOtherRouters }), reads: () => reads };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("thousands of made-up MACs cost the router one question in two seconds, and none of them is a host", async () => {
  const { world, table, reads } = tableOf(async () => [{ mac, addresses: ["10.5.50.7"] }]);
  expect(table.listing(mac), "the router is being asked").toBe("unlisted");
  await settled();
  expect(table.listing(mac)).toBe("listed");
  for (let second = 0; second < 20; second++, world.advance(1000)) {
    for (let number = 0; number < 100; number++)
      expect(table.listing(`02:66:00:00:${second}:${number}`)).toBe("unlisted");
    await settled();
  }
  expect(reads()).toBeLessThanOrEqual(11);
});

test("a router that does not answer, or is one of several, says of nobody that he is no host", async () => {
  const silent = tableOf(() => Promise.reject(new Error("no answer")));
  silent.table.listing(mac);
  await settled();
  expect(silent.table.listing(mac)).toBe("not-known");
  const several = tableOf(async () => [], true);
  several.table.listing(mac);
  await settled();
  expect(several.table.listing(mac)).toBe("not-known");
  expect(createHostTable(silent.world, null, { hasOtherRouters: false }).listing(mac)).toBe("not-known");
});

test("whoever took a phone's address at another MAC does not strike the phone from the list", async () => {
  const rows = [
    { mac, addresses: ["10.5.50.7"] },
    { mac: "02:66:00:00:00:01", addresses: ["10.5.50.7"] },
  ];
  const { table } = tableOf(async () => rows);
  table.listing(mac);
  await settled();
  expect(rows.map((row) => table.listing(row.mac))).toEqual(["listed", "listed"]);
});

test("a guest whose own address the router translates is not taken for the phone that has that address from the router", async () => {
  const stranger = "02:66:00:00:00:01";
  const rows = [
    { mac, addresses: ["10.5.50.7", "10.5.50.7"] },
    { mac: stranger, addresses: ["10.5.50.7", "10.5.50.200"] },
  ];
  const { table } = tableOf(async () => rows);
  expect(await table.macOf("10.5.50.7")).toEqual({ kind: "known", mac });
  expect(await table.macOf("10.5.50.200")).toEqual({ kind: "known", mac: stranger });
});
