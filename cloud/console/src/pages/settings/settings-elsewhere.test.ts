import { permissionsOf } from "@karibu/cloud/ground/http/permissions";
import { expect, test } from "vitest";
import { pages } from "../../pages.ts";
import { en } from "../../strings/en.ts";
import { sw } from "../../strings/sw.ts";
import { foundElsewhere, setElsewhere } from "./settings-elsewhere.ts";

const found = (typed: string, words: Readonly<Record<string, string>> = en, role = "owner") =>
  foundElsewhere(typed, { permissions: permissionsOf(role), others: [], say: (key) => words[key] as string }).map(
    ({ path }) => path,
  );

test.each([
  ["commission", "channels"],
  ["till", "channels"],
  ["paybill", "channels"],
  ["refund", "channels"],
  ["M-Pesa", "channels"],
  ["tax", "taxes"],
  ["VAT", "taxes"],
  ["logo", "brand"],
  ["colour", "brand"],
  ["password", "account"],
  ["sms", "messages"],
  ["printer", "voucher-design"],
  ["paper", "voucher-design"],
  ["float", "sellers"],
  ["PIN", "sellers"],
  ["device", "plans"],
  ["price", "plans"],
  ["users", "people"],
  ["role", "people"],
  ["alarm", "alarm-rules"],
  ["reminder", "subscription-rules"],
  ["API", "tokens"],
  ["opening hours", "sites"],
])("[UIX-02] who looks for %s in the settings is led to %s", (typed, path) => {
  expect(found(typed)).toContain(path);
});

test.each([
  ["kamisheni", "channels"],
  ["till", "channels"],
  ["paybill", "channels"],
  ["kodi", "taxes"],
  ["nembo", "brand"],
  ["nenosiri", "account"],
  ["sms", "messages"],
  ["printa", "voucher-design"],
  ["akiba", "sellers"],
  ["kurejesh", "channels"],
  ["vifaa", "plans"],
  ["watumiaji", "people"],
])("[UIX-02] in Swahili who looks for %s is led to %s", (typed, path) => {
  expect(found(typed, sw)).toContain(path);
});

test("nobody is led to a page that they can't open, and what is typed for nothing finds nothing", () => {
  expect([found("float", en, "seller"), found("logo", en, "support"), found("password", en, "seller")]).toEqual([
    [],
    [],
    ["account"],
  ]);
  expect([found(""), found("  "), found("zebra")]).toEqual([[], [], []]);
});

test("a page of a module is found by its title, and by what is set there", () => {
  const others = [
    { path: "webhooks", title: "alarmRules", permission: "alerts.read" },
    { path: "venues", title: "none", permission: null, setHere: "language" },
  ] as const;
  const say = (key: keyof typeof en) => en[key];
  const here = { permissions: permissionsOf("owner"), others, say };
  expect(foundElsewhere(en.alarmRules, here).map(({ path }) => path)).toEqual(["alarm-rules", "webhooks"]);
  expect(foundElsewhere(en.language, here).map(({ path }) => path)).toContain("venues");
});

test("each place has the title and the permission of its page", () => {
  for (const { path, title, permission } of setElsewhere)
    expect(pages.find((page) => page.path === path)).toMatchObject({ title, permission });
});
