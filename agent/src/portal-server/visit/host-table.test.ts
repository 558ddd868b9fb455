/** Whose phone it is, where the agent has the API of one of the site's routers. */
import { expect, test } from "vitest";
import type { RouterControl } from "../../ground/router-control.ts";
import { createHostTable } from "./host-table.ts";

const world = {
  clock: {
    monotonicMs: () => 1_000_000,
    after: () => ({ cancel() {} }),
    wall: () => ({ atMs: 0, quality: "synced" }),
  },
  log: { debug() {}, info() {}, warn() {}, error() {} },
} as never;
const hosts = async () => [{ mac: "02:00:00:00:00:07", addresses: ["10.5.50.7"] }];
const router = { hosts } as unknown as RouterControl;

test.each([
  [false, "absent"],
  [true, "elsewhere"],
])("[RTR-23] a phone that the router does not have (further routers: %s) is %s", async (hasOtherRouters, kind) => {
  const table = createHostTable(world, router, { hasOtherRouters });
  expect(await table.macOf("10.5.50.7")).toEqual({ kind: "known", mac: "02:00:00:00:00:07" });
  expect(await table.macOf("10.6.50.7")).toEqual({ kind });
});
