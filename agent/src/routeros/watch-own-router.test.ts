import {
  type RouterProbe,
  type RouterTestProblem,
  type RouterTestStep,
  stepsAt,
} from "@karibu/protocol/router/router-test";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { createOwnRouterWatch, standingOf } from "./watch-own-router.ts";

const failing = (step: RouterTestStep, problem: RouterTestProblem): RouterProbe => ({
  steps: stepsAt(step, problem),
  router: null,
});
const well: RouterProbe = { steps: [], router: { identity: "kiosk", version: "7.22.1", board: "hAP", missing: [] } };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

test.each<[RouterTestStep, RouterTestProblem, string]>([
  ["network", "refused", "api"],
  ["handshake", "no-api", "api"],
  ["log-in", "wrong-log-in", "log-in"],
  ["permissions", "missing-rights", "permissions"],
  ["permissions", "no-answer", "api"],
  ["identity", "version-too-old", "ok"],
])("[RTR-05] a test that fails at %s by %s is told as %s", (step, problem, standing) => {
  expect(standingOf(failing(step, problem))).toBe(standing);
});

test("[RTR-05] a refusal is told at once, silence only when it comes twice; the name stays known, and a mended router is well at once", async () => {
  let found = well;
  const world = { log: silent } as unknown as World;
  const watch = createOwnRouterWatch(world, { probe: async () => found, everyMs: 1 });
  expect(watch.word).toBeNull();
  await watch.probe();
  expect(watch.word).toEqual({ standing: "ok", identity: "kiosk" });
  found = failing("network", "unreachable");
  await watch.probe();
  expect(watch.word).toEqual({ standing: "ok", identity: "kiosk" });
  await watch.probe();
  expect(watch.word).toEqual({ standing: "api", identity: "kiosk" });
  found = failing("log-in", "wrong-log-in");
  await watch.probe();
  expect(watch.word).toEqual({ standing: "log-in", identity: "kiosk" });
  found = well;
  await watch.probe();
  expect(watch.word).toEqual({ standing: "ok", identity: "kiosk" });
});
