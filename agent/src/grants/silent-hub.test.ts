/** Claims while the line is dead and the link does not know it yet. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { HubLink } from "../ground/hub-link.ts";
import { createClaims } from "./lease.ts";

const voucher = { batchId: "b1", serial: 7 };

function silentHub() {
  const world = createSimulatedWorld();
  const claims = createClaims(world);
  let heardAtMs = world.clock.monotonicMs();
  let asked = 0;
  let isAlive = false;
  const hub: Pick<HubLink, "state" | "silentForMs" | "ping" | "call"> = {
    state: "connected",
    get silentForMs() {
      return world.clock.monotonicMs() - heardAtMs;
    },
    ping: () => {
      if (isAlive) world.clock.after(200, hear);
    },
    call: () => {
      asked += 1;
      return new Promise<never>(() => {});
    },
  };
  claims.follow(hub);
  const claim = async () => {
    let result: unknown = "waits";
    void claims.lease(voucher).then((answer) => {
      result = answer;
    });
    await Promise.resolve();
    await Promise.resolve();
    return result;
  };
  const hear = () => {
    heardAtMs = world.clock.monotonicMs();
  };
  const wake = () => {
    isAlive = true;
  };
  return { world, claim, hear, wake, asked: () => asked };
}

test("[BEY-01] a hub that has said nothing for two seconds since it was asked is asked nothing more until it is heard", async () => {
  const { world, claim, hear, asked } = silentHub();
  world.advance(60_000); // it owed nothing
  expect(await claim()).toBe("waits");
  world.advance(1999);
  expect(await claim()).toBe("waits");
  world.advance(1);
  expect([await claim(), asked()]).toEqual([null, 2]);
  world.advance(600_000);
  expect([await claim(), asked()]).toEqual([null, 2]);
  hear();
  expect([await claim(), asked()]).toEqual(["waits", 3]);
});

test("a hub that takes its time with one answer, and says other things meanwhile, is asked", async () => {
  const { world, claim, hear, asked } = silentHub();
  await claim();
  world.advance(1500);
  hear();
  world.advance(1500);
  expect([await claim(), asked()]).toEqual(["waits", 2]);
});

test("a hub that says nothing but to a ping, because one call waits for a site that is dead, is asked by all other customers", async () => {
  const { world, claim, wake, asked } = silentHub();
  wake();
  for (let customers = 1; customers <= 5; customers++) {
    expect(await claim()).toBe("waits");
    expect(asked()).toBe(customers);
    world.advance(2100);
  }
});
