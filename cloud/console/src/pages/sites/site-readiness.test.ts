import { expect, test } from "vitest";
import type { Site, SiteLink } from "../../data/fleet/sites.ts";
import { en } from "../../strings/en.ts";
import { readinessOf, siteSteps } from "./site-readiness.ts";

const good = { clockQuality: "synced", disk: "ok", feed: [{ behind: 0 }, { behind: 0 }] } as unknown as SiteLink;
const up = { state: "online", lastRecordAtMs: 1 } as Pick<Site, "state" | "lastRecordAtMs">;
const short = (site: typeof up, link: Partial<SiteLink> = {}) =>
  siteSteps(site, { ...good, ...link }).map(({ name, state, advice }) => `${name} ${state} ${advice}`);

test.each([
  [up, {}, ["link done online", "clock done known", "disk done ok", "feed done taken", "router done heard"]],
  [
    { ...up, state: "pending", lastRecordAtMs: null } as const,
    {},
    ["link todo pending", "clock waiting known", "disk waiting ok", "feed waiting taken", "router waiting silent"],
  ],
  [
    { ...up, lastRecordAtMs: null },
    {},
    ["link done online", "clock done known", "disk done ok", "feed done taken", "router todo silent"],
  ],
  [
    up,
    { clockQuality: "unknown", disk: "refuses" } as const,
    ["link done online", "clock todo unknown", "disk todo refuses", "feed done taken", "router done heard"],
  ],
  [
    up,
    { feed: [{ behind: 3 }] } as unknown as SiteLink,
    ["link done online", "clock done known", "disk done ok", "feed waiting behind", "router done heard"],
  ],
])("what a site needs before it sells: %o %o", (site, link, steps) => {
  expect(short(site, link)).toEqual(steps);
  for (const { name, advice } of siteSteps(site, { ...good, ...link }))
    expect(en).toHaveProperty(`ready_${name}_${advice}`);
});

test.each([
  ["new, before its agent has come", { state: "pending", lastRecordAtMs: null }, {}, { kind: "new", left: 5 }],
  ["ready", up, {}, { kind: "ready" }],
  // The link's steps that can't be known meanwhile are no work for anybody.
  ["away, after it has sold", { ...up, state: "offline" }, {}, { kind: "trouble", steps: ["link"] }],
  ["with a full disk", up, { disk: "refuses" }, { kind: "trouble", steps: ["disk"] }],
  ["taking a changed plan", up, { feed: [{ behind: 2 }] }, { kind: "ready" }],
])("a site that is %s", (_, site, link, expected) => {
  const of = site as typeof up;
  const readiness = readinessOf(of, siteSteps(of, { ...good, ...link } as SiteLink));
  expect(
    readiness.kind === "trouble" ? { ...readiness, steps: readiness.steps.map(({ name }) => name) } : readiness,
  ).toEqual(expected);
});
