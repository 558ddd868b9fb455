import { expect, test } from "vitest";
import type { ReleaseChannel } from "../../data/fleet/releases.ts";
import { outcomeOf, reasonOf, stateOf } from "./release-words.ts";

const channel: ReleaseChannel = {
  channel: "stable",
  releaseId: "r",
  version: "0.2.0",
  percent: 10,
  paused: false,
  pauseReason: null,
  sites: { all: 3, waiting: 0, running: 0, failed: 0, refused: 0, lost: 0 },
  updatedAtMs: 0,
};

test.each([
  [{}, "inStages"],
  [{ percent: 100 }, "toAllSites"],
  [{ releaseId: null, paused: true }, "carriesNothing"],
  [{ paused: true, pauseReason: "by-hand" }, "pausedByHand"],
  [{ paused: true, pauseReason: "sites-failed", percent: 100 }, "pausedFailed"],
  [{ paused: true, pauseReason: "sites-lost" }, "pausedLost"],
] as const)("a channel with %o is called %s", (part, word) => {
  expect(stateOf({ ...channel, ...part }).word).toBe(word);
});

test("what became of a site has a word; a reason without one is shown as the site named it", () => {
  expect(outcomeOf({ outcome: null })).toBeNull();
  expect(outcomeOf({ outcome: "failed" })).toEqual({ word: "update_failed", tone: "bad" });
  expect([reasonOf("silent"), reasonOf("something-new"), reasonOf(null)]).toEqual(["whySilent", null, null]);
});
