/** Whole counts of a router's sessions, of which `restarted-router.test.ts` plays the parts where something could go wrong. */
import { expect, test } from "vitest";
import { numberedNas, startMany, visits } from "./test-numbered-nas.ts";
import { liveAnyHistory, names, rebootSilently, rebootWithApi } from "./test-restarted-router.ts";

test.each(names)("%s: a count that grows from nothing over 65,536 in one boot closes nobody's session", (name) => {
  const site = numberedNas(name);
  visits(site, 1000);
  startMany(site, 50);
  visits(site, 65_000); // of 16 bits, the ids of these 50 come next
  expect(site.lost()).toBe(0);
  expect(site.believed()).toEqual(site.truth());
  expect(site.nas.count).toBeGreaterThan(65_536);
});

test.each(names)("%s: 6,000 visits after a full count of 2^20, or of 2^16, nobody's session is closed", (name) => {
  for (const full of [2 ** 20, 2 ** 16]) {
    const site = numberedNas(name);
    site.nas.count = full - 60;
    startMany(site, 50);
    visits(site, 6000);
    expect(site.lost()).toBe(0);
    expect(site.believed()).toEqual(site.truth());
  }
});

test.each(names)("%s: 20 reboots without a word: what was lost is closed", (name) => rebootSilently(name, 20));

test.each(names)("%s: 20 reboots where there is an API: what was lost is closed", (name) => rebootWithApi(name, 20));

test("under every reading, 300 histories: an open session is never closed, a lost one within 20 minutes", () =>
  liveAnyHistory(300));
