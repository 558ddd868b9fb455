import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { PortalParts } from "../portal-server.ts";
import { waitForHub } from "./wait-for-hub.ts";

function hubOf(state: "away" | "connected" | "none") {
  const listeners = new Set<() => void>();
  const seen = { redials: 0, listeners };
  const hub = {
    state: state as "away" | "connected" | "none",
    call: () => Promise.reject(new Error("nobody is asked here")),
    redialSoon: () => void seen.redials++,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } satisfies PortalParts["hub"];
  return { hub, seen };
}

test("[PAY-01] a purchase makes the link connect at once, and continues as soon as the hub is there", async () => {
  const world = createSimulatedWorld();
  const { hub, seen } = hubOf("away");
  let isOver = false;
  const waiting = waitForHub(world, hub, 4000).then(() => {
    isOver = true;
  });
  expect(seen.redials).toBe(1);
  world.advance(1000);
  await Promise.resolve();
  expect(isOver).toBe(false);
  hub.state = "connected";
  for (const listener of seen.listeners) listener();
  await waiting;
  expect(seen.listeners.size).toBe(0);
});

test("a hub that stays away keeps a customer waiting for moments only; one that is there, or none, for none", async () => {
  const world = createSimulatedWorld();
  const { hub, seen } = hubOf("away");
  const waiting = waitForHub(world, hub, 4000);
  world.advance(4000);
  await waiting;
  expect(seen.listeners.size).toBe(0);
  for (const state of ["connected", "none"] as const) await waitForHub(world, hubOf(state).hub, 4000);
});
