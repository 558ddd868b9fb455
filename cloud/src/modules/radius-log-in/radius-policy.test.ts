import { expect, test } from "vitest";
import type { RadiusAnswer } from "./ask-radius.ts";
import { judgeRadius, type RadiusRules, radiusNameOf, rightsByRadius } from "./radius-policy.ts";

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
const grown: ReadonlySet<string> = new Set();
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
  expect(judgeRadius(answer as RadiusAnswer, { role: "support", rules, grown })).toEqual(verdict);
});

test("[TEN-13] without an attribute an accept leaves the role as it is", () => {
  const plain = { ...rules, roleAttribute: null, roleMap: [] };
  expect(judgeRadius(accept("bosses"), { role: "support", rules: plain, grown })).toEqual({
    kind: "enter",
    role: "support",
  });
});

test("[TEN-13] a log-in by RADIUS has what was confirmed of an own role, all of a built-in one, and nothing once server or role is another", () => {
  const now = { serverAtMs: 5, roles: ["support", "r-1", "owner"], confirmed: { "r-1": ["sites.read"] } };
  const rights = ["sites.read", "plans.read"] as const;
  expect(rightsByRadius({ doorAtMs: 5, role: "support" }, now, rights)).toEqual(rights);
  expect(rightsByRadius({ doorAtMs: 5, role: "r-1" }, now, rights)).toEqual(["sites.read"]);
  expect(rightsByRadius({ doorAtMs: 5, role: "r-1" }, { ...now, confirmed: {} }, rights)).toEqual([]);
  for (const login of [
    { doorAtMs: 4, role: "support" },
    { doorAtMs: 5, role: "manager" },
    { doorAtMs: 5, role: "owner" },
  ])
    expect(rightsByRadius(login, now, rights)).toBe(null);
  expect(rightsByRadius({ doorAtMs: 5, role: "support" }, null, rights)).toBe(null);
});

test("[TEN-13] an answer moves nobody to a role that has more than was confirmed; who has it keeps it", () => {
  const more = new Set(["manager"]);
  expect(judgeRadius(accept("bosses"), { role: "support", rules, grown: more })).toEqual({
    kind: "refused",
    why: "role-grown",
  });
  expect(judgeRadius(accept("bosses"), { role: "manager", rules, grown: more })).toEqual({
    kind: "enter",
    role: "manager",
  });
});
