import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Fault } from "@karibu/protocol/fault";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSentence } from "./api-sentence.ts";
import { createConnector, pauseAfterMs } from "./connect.ts";
import type { ApiSocket } from "./router-api.ts";

const options = {
  user: "karibu",
  passwords: () => ["x"],
  connectTimeoutMs: 5000,
  logInTimeoutMs: 5000,
  idleMs: 300_000,
};

/** A socket whose far end says yes to the log-in and nothing more. */
function agreeableSocket(): ApiSocket & { readonly destroyed: boolean } {
  let listeners: Parameters<ApiSocket["listen"]>[0] | null = null;
  let destroyed = false;
  return {
    get destroyed() {
      return destroyed;
    },
    write: () => queueMicrotask(() => listeners?.data(encodeSentence(["!done", ".tag=1"]))),
    listen(given) {
      listeners = given;
    },
    destroy() {
      destroyed = true;
    },
  };
}

const flush = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("a failed attempt counts once for all who wait, and until its pause is over nobody dials", async () => {
  const world = createSimulatedWorld();
  let dials = 0;
  const connector = createConnector(
    world,
    async () => {
      dials++;
      throw new Error("connect ECONNREFUSED");
    },
    options,
  );
  const ask = () => connector.connection().catch((error: Fault) => error.code);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill("router-api/unreachable"));
  expect(await ask()).toBe("router-api/unreachable");
  expect(dials).toBe(1);
  world.advance(250);
  await ask();
  expect(dials).toBe(2);
  expect(connector.state()).toBe("away");
});

test("a socket that comes after its time-out is destroyed", async () => {
  const world = createSimulatedWorld();
  const socket = agreeableSocket();
  const dialled = Promise.withResolvers<ApiSocket>();
  const connector = createConnector(world, () => dialled.promise, options);
  const waiting = connector.connection().catch((error: Fault) => error.code);
  await flush();
  world.advance(5000);
  expect(await waiting).toBe("router-api/time-out");
  dialled.resolve(socket);
  await flush();
  expect(socket.destroyed).toBe(true);
});

test("[RTR-16] a connection nobody used for five minutes is given back", async () => {
  const world = createSimulatedWorld();
  const socket = agreeableSocket();
  const connector = createConnector(world, async () => socket, options);
  await connector.connection();
  world.advance(299_000);
  await connector.connection();
  world.advance(299_000);
  expect(socket.destroyed).toBe(false);
  world.advance(1000);
  expect(socket.destroyed).toBe(true);
  expect(connector.state()).toBe("idle");
});

test("[RTR-16] pauses double up to 30 seconds, and are never less than half of that", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, chance) => {
        const pauseMs = pauseAfterMs(failures, chance);
        const wholeMs = Math.min(30_000, 250 * 2 ** (failures - 1));
        expect(pauseMs).toBeGreaterThanOrEqual(Math.floor(wholeMs / 2));
        expect(pauseMs).toBeLessThanOrEqual(wholeMs);
      },
    ),
  );
});
