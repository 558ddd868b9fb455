import { expect, test } from "vitest";
import { alarmPlacesOfModules } from "../../modules/module-pages.ts";
import { alarmAdvice, alarmHref, alarmWords } from "./alarm-words.ts";

test("an alarm leads to what it is about; an unknown kind is shown by its name", () => {
  expect(alarmWords({ kind: "site-silent" })).toBe("The site is silent");
  expect([alarmWords({ kind: "moon-fell" }), alarmAdvice({ kind: "moon-fell" })]).toEqual(["moon fell", null]);
  expect(alarmHref({ kind: "site-silent", siteId: "s/1", channelId: null })).toBe("#/sites/s%2F1");
  expect(alarmHref({ kind: "x", siteId: null, channelId: "c1" })).toBe("#/channels/c1");
  const nowhere = { siteId: null, channelId: null };
  expect(alarmHref({ kind: "x", ...nowhere })).toBeNull();
  for (const [kind, [href]] of Object.entries(alarmPlacesOfModules)) expect(alarmHref({ kind, ...nowhere })).toBe(href);
  expect(alarmHref({ kind: "refund-returned", siteId: null, channelId: "c1" })).toBe("#/refunds");
  expect(alarmHref({ kind: "quota-reached-messages", ...nowhere })).toBe("#/settings?subject=limits");
});
