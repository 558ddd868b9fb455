import { expect, test } from "vitest";
import type { RadiusAnswer } from "../../ground/radius/ask-radius.ts";
import { judgeRadius, type RadiusRules, radiusNameOf } from "./radius-policy.ts";

const rules: RadiusRules = {
  names: "address",
  roles: ["support", "manager"],
  roleAttribute: "class",
  roleMap: [
    { value: "helpers", role: "support" },
    { value: "bosses", role: "manager" },
    { value: "kings", role: "owner" },
    { value: "tills", role: "seller" },
  ],
};
const person = { email: "john@harbour.test", role: "support", active: true };
const accept = (...said: string[]): RadiusAnswer => ({
  kind: "accept",
  values: { class: said, filterId: ["bosses"], mikrotikGroup: [] },
});

test("[TEN-13] a RADIUS server is asked about people of the chosen roles alone, never about owners, and under the chosen name", () => {
  expect(radiusNameOf(person, rules)).toBe("john@harbour.test");
  expect(radiusNameOf(person, { ...rules, names: "before-at" })).toBe("john");
  expect(radiusNameOf({ ...person, active: false }, rules)).toBe(null);
  expect(radiusNameOf({ ...person, role: "seller" }, rules)).toBe(null);
  for (const role of ["owner", "platform-admin"])
    expect(radiusNameOf({ ...person, role }, { ...rules, roles: [role] })).toBe(null);
});

test.each([
  ["one value of the map gives its role", accept("helpers"), { kind: "enter", role: "support" }],
  ["several values that mean one role do too", accept("x", "bosses"), { kind: "enter", role: "manager" }],
  ["two roles at once are none", accept("helpers", "bosses"), { kind: "refused", why: "no-role" }],
  ["a value that nobody mapped is none", accept("Helpers"), { kind: "refused", why: "no-role" }],
  ["no value is none", accept(), { kind: "refused", why: "no-role" }],
  ["nobody becomes an owner by it", accept("kings"), { kind: "refused", why: "no-role" }],
  ["nobody gets a role that is not among the chosen ones", accept("tills"), { kind: "refused", why: "no-role" }],
  ["a reject is one", { kind: "reject" }, { kind: "refused", why: "reject" }],
  ["a question back is no way in", { kind: "challenge" }, { kind: "refused", why: "challenge" }],
  ["silence is no way in", { kind: "none", why: "no-answer" }, { kind: "refused", why: "no-answer" }],
] as const)("[TEN-13] %s", (_, answer, verdict) => {
  expect(judgeRadius(answer as RadiusAnswer, { role: "support", rules })).toEqual(verdict);
});

test("[TEN-13] without an attribute an accept leaves the role as it is", () => {
  const plain = { ...rules, roleAttribute: null, roleMap: [] };
  expect(judgeRadius(accept("bosses"), { role: "support", rules: plain })).toEqual({ kind: "enter", role: "support" });
});
