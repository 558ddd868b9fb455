/** Whose phone it is, where the agent has the API of one of the site's routers. */
import { expect, test } from "vitest";
import { createHostTable } from "../../ground/host-table.ts";
import type { RouterControl } from "../../ground/router-control.ts";
import { makeVisit } from "./visit.ts";

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

test("[RTR-23] who comes from behind a further router, masqueraded, is no phone of the first router, whatever address it claims", async () => {
  const settings = { portalUrl: null, sharedAddresses: ["10.0.0.2"], otherRouters: ["10.0.0.2"] };
  const table = createHostTable(world, router, { hasOtherRouters: true });
  const visit = async (address: string) =>
    await makeVisit(
      { ...(world as object), random: { bytes: (count: number) => new Uint8Array(count) } } as never,
      settings,
      table,
      { headers: {}, address } as never,
      { mac: "02:00:00:00:00:07", ip: "10.5.50.7" },
    );
  for (const peer of ["10.0.0.2", "::ffff:10.0.0.2"])
    expect((await visit(peer)).device).toMatchObject({ claims: "mac-and-address", isElsewhere: true });
  expect((await visit("10.5.50.7")).device, "the phone itself").not.toHaveProperty("claims");
});
