import type { ReleaseBody } from "@karibu/protocol/feed";
import { bytes } from "@karibu/protocol/quantities";
import { describe, expect, test } from "vitest";
import { decideUpdate, failureOf, readLauncherMemory, type UpdateSituation, type UpdateStep } from "./update-policy.ts";

const target: ReleaseBody = {
  releaseId: "0.2.0-aa",
  version: "0.2.0",
  bytes: bytes(9),
  sha256: "0".repeat(64),
  exact: false,
};
const older: ReleaseBody = { ...target, releaseId: "0.0.9-bb", version: "0.0.9" };
const sameAsImage: ReleaseBody = { ...target, releaseId: "0.1.0-cc", version: "0.1.0" };
const now: UpdateSituation = {
  target,
  runningId: "image-0.1.0-ff",
  image: { id: "image-0.1.0-ff", agentVersion: "0.1.0" },
  wanted: null,
  isStored: false,
  failure: null,
  isChosenAgain: false,
};

describe("what a site does about the release that is wanted here", () => {
  const failed: UpdateStep = { kind: "failed", target, why: "crashed" };
  const rows: [string, Partial<UpdateSituation>, UpdateStep][] = [
    ["nothing is wanted: all is well", { target: null }, { kind: "settled" }],
    ["nothing is wanted any more: the newest", { target: null, wanted: "0.2.0" }, { kind: "want", version: null }],
    ["it is not here: fetch", {}, { kind: "fetch", target }],
    ["it is here, the launcher does not know", { isStored: true }, { kind: "want", version: "0.2.0" }],
    ["the launcher knows and has not looked", { isStored: true, wanted: "0.2.0" }, { kind: "hand-over", target }],
    ["it runs", { isStored: true, wanted: "0.2.0", runningId: "0.2.0-aa" }, { kind: "settled" }],
    ["it runs, its file is gone", { wanted: "0.2.0", runningId: "0.2.0-aa" }, { kind: "settled" }],
    [
      "it failed: not again, and the hub gets an alarm",
      { isStored: true, wanted: "0.2.0", failure: "silent" },
      { kind: "failed", target, why: "silent" },
    ],
    ["it failed and its file is gone: not fetched again", { failure: "hung" }, { kind: "failed", target, why: "hung" }],
    [
      "it failed, and an operator chooses it after that: once more",
      { target: { ...target, exact: true }, failure: "crashed", isChosenAgain: true },
      { kind: "pardon", target: { ...target, exact: true } },
    ],
    ["the channel alone gives no second trial", { failure: "crashed", isChosenAgain: true }, failed],
    [
      "nor does a pin that was there before",
      { target: { ...target, exact: true }, failure: "crashed" },
      { ...failed, target: { ...target, exact: true } },
    ],
    ["the image brings a newer one: that", { target: older }, { kind: "settled" }],
    ["also when an older one was wanted before", { target: older, wanted: "0.0.9" }, { kind: "want", version: null }],
    [
      "but a pinned one goes before a newer image",
      { target: { ...older, exact: true } },
      { kind: "fetch", target: { ...older, exact: true } },
    ],
    ["the image has it: nothing to fetch", { target: sameAsImage }, { kind: "want", version: "0.1.0" }],
    ["the image's own runs", { target: sameAsImage, wanted: "0.1.0" }, { kind: "settled" }],
    [
      "back from a bundle to the image's",
      { target: sameAsImage, wanted: "0.1.0", runningId: "0.2.0-aa" },
      { kind: "hand-over", target: sameAsImage },
    ],
  ];
  test.each(rows)("[BEY-20] %s", (_title, part, step) => {
    expect(decideUpdate({ ...now, ...part })).toEqual(step);
  });
});

test("the launcher's memory has the failures; one of another image, or a damaged one, counts as empty", () => {
  const text = JSON.stringify({
    format: 1,
    image: "image-1",
    bad: { a: "crashed" },
    trials: { b: 3, c: 2 },
    proven: ["d"],
  });
  const memory = readLauncherMemory(text, "image-1");
  expect(["a", "b", "c", "d", "__proto__"].map((id) => failureOf(memory, id))).toEqual([
    "crashed",
    "power-cuts",
    null,
    null,
    null,
  ]);
  for (const other of [null, "", "{", "5", "null", text.replace("image-1", "image-2"), '{"format":2}']) {
    expect(failureOf(readLauncherMemory(other, "image-1"), "a")).toBeNull();
  }
});
