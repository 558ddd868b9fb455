import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AsyncCallKind } from "./channel.ts";
import { initiatorCodes, initiatorRefusal, provesInitiator } from "./daraja/codes.ts";
import { initiatorState, isStopped, judgeInitiator, queriesAtOnce, refusalOf } from "./initiator-policy.ts";

const rules = { readRefusal: initiatorRefusal, provesInitiator };
const complete = { hasName: true, isIncomplete: false, code: null, provedAtMs: null };
const kinds: readonly AsyncCallKind[] = ["status", "reversal", "payout", "balance"];

test.each([
  ["nothing is entered", { ...complete, hasName: false, isIncomplete: true }, "none"],
  ["a name alone", { ...complete, isIncomplete: true }, "incomplete"],
  ["a name alone, once refused", { ...complete, isIncomplete: true, code: "2001" }, "incomplete"],
  ["entered, no result yet", complete, "unproved"],
  ["a result has come", { ...complete, provedAtMs: 5 }, "works"],
  ["refused", { ...complete, code: "2001" }, "refused"],
  ["refused after it had worked", { ...complete, code: "8006", provedAtMs: 5 }, "refused"],
] as const)("[PAY-08] an initiator of which %s", (_, facts, state) => {
  expect(initiatorState(facts)).toBe(state);
});

test.each([
  ["2001", "name-or-password", kinds],
  ["8006", "locked", kinds],
  ["21", "no-permission", ["status"]],
  ["TP40153", "no-permission", ["status"]],
  ["25", "bad-request", ["status"]],
  ["11", "short-code", ["status"]],
  ["2006", "short-code", ["status"]],
  ["2028", "short-code", ["status"]],
  ["a code of a later release", "bad-request", ["status"]],
  [null, null, []],
] as const)("[PAY-08] with %s (%s) these calls stop: %s", (code, reason, stopped) => {
  expect(refusalOf(rules, code)?.reason ?? null).toBe(reason);
  expect(kinds.filter((kind) => isStopped(rules, code, kind))).toEqual(stopped);
});

test("no code that speaks of the initiator is left out above", () => {
  expect(Object.keys(initiatorCodes).sort()).toEqual(["11", "2001", "2006", "2028", "21", "25", "8006", "TP40153"]);
});

describe("what a result says of the initiator who signed its call", () => {
  const held = { version: 3, code: null };
  const result = { version: 3, kind: "status", code: "2001", mayBeMistyped: false } as const;

  test.each([
    ["a wrong password", held, result, "refused"],
    ["a locked one, told by a reversal", held, { ...result, kind: "reversal", code: "8006" }, "refused"],
    ["no right to ask", held, { ...result, code: "21" }, "refused"],
    ["no right to reverse: it may ask all the same", held, { ...result, kind: "reversal", code: "21" }, "nothing"],
    ["no right to pay out", held, { ...result, kind: "payout", code: "2028" }, "nothing"],
    ["a bad parameter, of a receipt that M-Pesa knows", held, { ...result, code: "25" }, "refused"],
    ["a bad parameter, of one that was typed", held, { ...result, code: "25", mayBeMistyped: true }, "ask-about-known"],
    ["a wrong password, of a receipt that was typed", held, { ...result, mayBeMistyped: true }, "refused"],
    ["success", held, { ...result, code: "0" }, "works"],
    ["a receipt that M-Pesa does not know: it has looked", held, { ...result, code: "2032" }, "works"],
    ["already reversed", held, { ...result, kind: "reversal", code: "R000001" }, "works"],
    [
      "too little money: who knows in which order M-Pesa looks",
      held,
      { ...result, kind: "payout", code: "1" },
      "nothing",
    ],
    ["a code that no table lists", held, { ...result, code: "7777" }, "nothing"],
    ["a refusal of an earlier initiator", held, { ...result, version: 2 }, "nothing"],
    ["a success of an earlier initiator", held, { ...result, version: 2, code: "0" }, "nothing"],
    ["the same refusal again", { ...held, code: "2001" }, result, "nothing"],
    ["a worse refusal", { ...held, code: "21" }, result, "refused"],
    ["a lesser refusal", { ...held, code: "2001" }, { ...result, code: "21" }, "nothing"],
    ["a success that was on its way", { ...held, code: "2001" }, { ...result, code: "0" }, "nothing"],
  ] as const)("[PAY-08] %s", (_, now, said, decision) => {
    expect(judgeInitiator(rules, now, said).kind).toBe(decision);
  });

  test("[PAY-08] whatever comes, it says nothing of another initiator, and a refusal stays until a person does something", () => {
    const codes = fc.oneof(
      fc.constantFrom("0", "2032", "1", ...Object.keys(initiatorCodes)),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(
        fc.record({ version: fc.nat(4), code: fc.option(codes) }),
        fc.record({ version: fc.nat(4), kind: fc.constantFrom(...kinds), code: codes, mayBeMistyped: fc.boolean() }),
        (now, said) => {
          const decision = judgeInitiator(rules, now, said);
          if (now.version !== said.version) expect(decision.kind).toBe("nothing");
          if (now.code !== null) expect(decision.kind).not.toBe("works");
          if (decision.kind === "refused") expect(isStopped(rules, said.code, said.kind)).toBe(true);
        },
      ),
    );
  });
});

test("what waits is asked one at a time until a result has come: many tries with a wrong password would lock it", () => {
  expect([queriesAtOnce(null, 20), queriesAtOnce(5, 20)]).toEqual([1, 20]);
});
