import { expect, test } from "vitest";
import { outageText, subdomainText } from "./check-words.ts";

const zone = { utcOffsetMinutes: 180, locale: "en" } as Parameters<typeof outageText>[1];
const rule = { minSeconds: 600, maxSeconds: 86_400 };
const outage = {
  ...{ siteId: "s", site: "Stage", by: "link" as const, fromMs: 1_700_000_000_000, toMs: 1_700_001_200_000 },
  ...{ countedSeconds: 1200, grants: 3, seconds: 2100, secondsMost: 1200 },
};

test("[TEN-10] [BEY-14] what the last outage would have given is said with its bounds, and that nothing was given where nothing is", () => {
  const text = (change: object, isOn = true) => outageText({ isOn, rule, outage: { ...outage, ...change } }, zone);
  expect(text({})).toContain("3 customers would get at most 20 min each, 35 min together.");
  expect(text({ grants: 1 })).toContain("1 customer would");
  expect(text({ grants: 0, seconds: 0, secondsMost: 0 })).toContain("no package was running then");
  expect(text({ countedSeconds: null, grants: 0 })).toContain("shorter than 10 minutes: nothing would be given");
  expect(text({ by: "site", seconds: null, secondsMost: null })).toContain("It was credited: 3 customers");
  expect(text({}, false)).toMatch(/^Outages are not credited. With 10 minutes/);
  expect(outageText({ isOn: true, rule, outage: null }, zone)).toBe("No site has been offline yet.");
});

test("[TEN-10] where somebody else answers for the sub-domain, its address is named as the reason, if it is one", () => {
  const of = (outcome: "other-answer" | "answers" | "no-address", leadsHere: "yes" | "no") =>
    subdomainText({ host: "voi.hub.test", outcome, leadsHere });
  expect(of("other-answer", "no")).toContain("Its address is not the platform's.");
  expect(of("other-answer", "yes")).not.toContain("Its address");
  expect(of("answers", "no")).not.toContain("Its address"); // a service in front of it
  expect(of("no-address", "no")).not.toContain("Its address");
});
