import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ChannelPlan,
  decideOutcome,
  decidePause,
  decideTarget,
  type GivenSite,
  lostAfterMs,
  placeInRollout,
  type SitePlan,
  type Target,
  watchedMs,
  wordMsMax,
} from "./rollout-policy.ts";

const site: SitePlan = {
  siteId: "kisumu",
  pinnedReleaseId: null,
  goesFirst: false,
  givenReleaseId: "A",
  goodReleaseId: null,
  failedReleaseId: null,
};
const channel: ChannelPlan = { releaseId: "B", percent: 100, paused: false };

describe("which release a site should run", () => {
  const rows: [string, Partial<SitePlan>, Partial<ChannelPlan>, string | null, Target["why"]][] = [
    ["a pinned site runs what it is pinned to, whatever the channel does", { pinnedReleaseId: "P" }, {}, "P", "pinned"],
    [
      "pinned even to what failed there: somebody chose it",
      { pinnedReleaseId: "F", failedReleaseId: "F" },
      {},
      "F",
      "pinned",
    ],
    ["a channel without a release leaves every site as it is", {}, { releaseId: null }, "A", "no-release"],
    [
      "a site that was given nothing runs what it has by itself",
      { givenReleaseId: null },
      { releaseId: null },
      null,
      "no-release",
    ],
    [
      "what failed there is not given again: back to the one before",
      { givenReleaseId: "B", failedReleaseId: "B", goodReleaseId: "A" },
      {},
      "A",
      "failed-here",
    ],
    [
      "and without one before, to what it has by itself",
      { givenReleaseId: "B", failedReleaseId: "B" },
      {},
      null,
      "failed-here",
    ],
    [
      "another release after the one that failed is given",
      { givenReleaseId: "F", failedReleaseId: "F", goodReleaseId: "A" },
      {},
      "B",
      "in-stage",
    ],
    [
      "outside of the stage a failed one is not kept",
      { givenReleaseId: "F", failedReleaseId: "F", goodReleaseId: "A" },
      { percent: 0 },
      "A",
      "not-yet",
    ],
    [
      "a pause gives nothing new, not even to those that go first",
      { goesFirst: true },
      { paused: true },
      "A",
      "paused",
    ],
    ["a pause takes nothing back", { givenReleaseId: "B" }, { paused: true }, "B", "paused"],
    ["all sites at 100 percent", {}, {}, "B", "in-stage"],
    ["none at 0 percent", {}, { percent: 0 }, "A", "not-yet"],
    ["but those that go first", { goesFirst: true }, { percent: 0 }, "B", "in-stage"],
    ["a smaller stage takes nothing back", { givenReleaseId: "B" }, { percent: 0 }, "B", "not-yet"],
  ];
  test.each(rows)("[BEY-20] %s", (_title, sitePart, channelPart, releaseId, why) => {
    const target = decideTarget({ ...site, ...sitePart }, { ...channel, ...channelPart });
    expect(target).toEqual({ releaseId, why, exact: why === "pinned" });
  });

  test("a stage only grows: who is in at a percentage is in at every larger one", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (siteId, one, other) => {
          const [small, large] = [Math.min(one, other), Math.max(one, other)];
          const at = (percent: number) => decideTarget({ ...site, siteId }, { ...channel, percent }).releaseId;
          return at(small) !== "B" || at(large) === "B";
        },
      ),
    );
  });

  test("ten percent are about ten percent, and not the same sites for every release", () => {
    const sites = Array.from({ length: 2000 }, (_, number) => `site-${number}`);
    const stage = (releaseId: string) => new Set(sites.filter((siteId) => placeInRollout(siteId, releaseId) < 10));
    const [first, second] = [stage("B"), stage("C")];
    for (const chosen of [first, second]) expect(Math.abs(chosen.size - 200)).toBeLessThan(60);
    expect([...first].filter((siteId) => second.has(siteId)).length).toBeLessThan(60);
  });
});

describe("what became of a site that was given a release", () => {
  const given: GivenSite = {
    givenVersion: "2.0.0",
    givenAtMs: 1000,
    outcome: "waiting",
    outcomeAtMs: 1000,
    connected: true,
    connectedAtMs: 1500,
    disconnectedAtMs: null,
    agentVersion: "1.0.0",
    diskRefuses: false,
    alarm: null,
  };
  const refused = (atMs: number) => ({ alarm: { kind: "refused" as const, why: "disk-full", atMs } });
  const longAfter = 1500 + wordMsMax;
  const away = { connected: false, disconnectedAtMs: 2000 };
  const later = 2000 + lostAfterMs;
  const rows: [string, Partial<GivenSite>, number, string, string | null][] = [
    [
      "its word that it failed counts before all else",
      { agentVersion: "2.0.0", alarm: { kind: "failed", why: "silent", atMs: 4000 } },
      5000,
      "failed",
      "silent",
    ],
    ["it runs it", { agentVersion: "2.0.0" }, 5000, "running", null],
    ["it ran it and is back at another", { outcome: "running" }, longAfter, "failed", "went-back"],
    ["it is just back with another, and may yet say why", { outcome: "running" }, longAfter - 1, "running", null],
    [
      "it ran it, and found no room for it after a power cut: nothing against the release",
      { outcome: "running", outcomeAtMs: 3000, ...refused(3000) },
      longAfter,
      "refused",
      "disk-full",
    ],
    [
      "what it found no room for at first is no excuse once it ran",
      { outcome: "running", outcomeAtMs: 3000, ...refused(2999) },
      longAfter,
      "failed",
      "went-back",
    ],
    [
      "its disk takes no word of it: the link has told that",
      { outcome: "running", diskRefuses: true },
      longAfter,
      "refused",
      "disk-refuses",
    ],
    ["it can't take it, and its disk no word of it", { diskRefuses: true }, 5000, "refused", "disk-refuses"],
    ["a full disk is no matter while it runs it", { agentVersion: "2.0.0", diskRefuses: true }, 5000, "running", null],
    ["it could not take it", refused(4000), 5000, "refused", "disk-full"],
    ["it took it after all", { agentVersion: "2.0.0", outcome: "refused", ...refused(4000) }, 5000, "running", null],
    ["it is connected and has not begun", {}, later, "waiting", null],
    ["it is away for a moment", away, later - 1, "waiting", null],
    ["it went away and stays away", away, later, "lost", null],
    ["it ran, went away and stays away", { ...away, outcome: "running" }, later, "lost", null],
    ["it was away before it was told", { ...away, disconnectedAtMs: 999 }, later, "waiting", null],
    ["it never was connected", { connected: false }, later, "waiting", null],
    [
      "it went away long after",
      { ...away, outcome: "running", disconnectedAtMs: 1000 + watchedMs },
      later * 99,
      "running",
      null,
    ],
    ["it came back from being lost, with the old one", { outcome: "lost" }, later, "waiting", null],
    [
      "it came back from being lost, with the new one",
      { outcome: "lost", agentVersion: "2.0.0" },
      later,
      "running",
      null,
    ],
  ];
  test.each(rows)("%s", (_title, part, nowMs, outcome, why) => {
    expect(decideOutcome({ ...given, ...part }, nowMs)).toEqual({ outcome, why });
  });
});

describe("when a stage stops by itself", () => {
  const of = (counts: Record<string, number>, outcomeAtMs = 10) =>
    Object.entries(counts).flatMap(([outcome, count]) =>
      Array.from({ length: count }, () => ({ outcome: outcome as "lost", outcomeAtMs })),
    );
  const rows: [string, ReturnType<typeof of>, string | null][] = [
    ["nobody was given it yet", [], null],
    ["all is well", of({ running: 30, waiting: 10 }), null],
    ["one of a few failed", of({ running: 2, failed: 1 }), "sites-failed"],
    ["one of forty-nine failed", of({ running: 48, failed: 1 }), "sites-failed"],
    ["one of fifty failed", of({ running: 49, failed: 1 }), null],
    ["the only one is lost", of({ lost: 1 }), "sites-lost"],
    ["one of ten is lost", of({ running: 9, lost: 1 }), null],
    ["two of ten are lost", of({ running: 8, lost: 2 }), "sites-lost"],
    ["who could not take it goes on selling", of({ refused: 10 }), null],
    ["what somebody has looked at does not stop it again", of({ failed: 5, lost: 5 }, 9), null],
  ];
  test.each(rows)("[BEY-20] %s", (_title, sites, reason) => {
    expect(decidePause(sites, 10)).toBe(reason);
  });
});
