import { expect, test } from "vitest";
import { mayKeep, passwordState, refusedPassword } from "./router-log-in-policy.ts";

const person = (isOn: boolean, ...may: string[]) => ({
  credential: { kind: "login" as const, id: "l", factor: { isOn, isRequired: false, provedAtMs: 1 } },
  may: (permission: string) => may.includes(permission),
});

test("[TEN-13] each level wants its permission, a person, and their second factor, in this order of precedence", () => {
  const all = ["routers.log-in", "routers.log-in-write", "routers.log-in-full"];
  const token = { ...person(true, ...all), credential: { kind: "token" as const, id: "t" } };
  const support = {
    ...person(true, ...all),
    credential: {
      ...{ kind: "impersonation" as const, id: "i", endsAtMs: 9, reason: "help" },
      factor: { isOn: false, isRequired: false, provedAtMs: null },
    },
  };
  expect(refusedPassword(token, "read")).toBe("no-person");
  expect(refusedPassword(support, "read")).toBe("no-person");
  expect(refusedPassword(person(false, "routers.log-in"), "write")).toBe("no-permission");
  expect(refusedPassword(person(false, "routers.log-in"), "read")).toBe("no-factor");
  expect(refusedPassword(person(true, "routers.log-in"), "read")).toBe(null);
  expect(refusedPassword(person(true, "routers.log-in", "routers.log-in-write"), "full")).toBe("no-permission");
  expect(refusedPassword(person(true, ...all), "full")).toBe(null);
});

test("[TEN-13] a password is kept by who is there, has a second factor, and has the right of its level", () => {
  const person = { active: true, factorIsOn: true, permissions: ["routers.log-in", "routers.log-in-write"] as const };
  expect(mayKeep(person, "read")).toBe(true);
  expect(mayKeep(person, "write")).toBe(true);
  expect(mayKeep(person, "full")).toBe(false);
  expect(mayKeep({ ...person, active: false }, "read")).toBe(false);
  expect(mayKeep({ ...person, factorIsOn: false }, "read")).toBe(false);
  expect(mayKeep(null, "read")).toBe(false);
});

test("a password is alive until its time, its end, or for ever not, where the site never took it", () => {
  expect(passwordState({ endedHow: null, expiresAtMs: 10 }, 9)).toBe("alive");
  expect(passwordState({ endedHow: null, expiresAtMs: 10 }, 10)).toBe("expired");
  expect(passwordState({ endedHow: "away", expiresAtMs: 10 }, 9)).toBe("ended");
  expect(passwordState({ endedHow: "not-taken", expiresAtMs: 10 }, 99)).toBe("not-taken");
});
