import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

function turnsAt(start = 0) {
  let atMs = start;
  const turns = createTurns(() => atMs);
  return {
    ...turns,
    pass(ms: number) {
      atMs += ms;
    },
    /** A try that takes so long. */
    try(providerId: string, ms: number, lane: "usual" | "slow" = "usual") {
      const turn = turns.take(providerId, lane);
      atMs += ms;
      if (turn.kind === "go") turns.done(providerId);
      return turn.kind;
    },
  };
}

test("one provider has one delivery under way; another provider's goes at once", () => {
  const turns = turnsAt();
  expect(turns.take("a", "usual")).toEqual({ kind: "go" });
  turns.pass(2000);
  expect(turns.take("a", "usual")).toEqual({ kind: "wait", ms: 2000 });
  expect(turns.take("b", "usual")).toEqual({ kind: "go" });
  turns.done("a");
  expect(turns.take("a", "usual")).toEqual({ kind: "go" });
});

test("what is sent back comes again one after the other, and not all at once; a test of a person waits for one alone", () => {
  const turns = turnsAt();
  turns.try("a", 9900);
  turns.take("a", "slow");
  const waits = [1, 2, 3].map(() => turns.take("a", "slow"));
  expect(waits).toEqual([9900, 19_800, 29_700].map((ms) => ({ kind: "wait", ms })));
  expect(turns.take("a", "slow", true)).toEqual({ kind: "wait", ms: 250 });
  for (let count = 0; count < 500; count++) turns.take("a", "slow");
  expect(turns.take("a", "slow")).toEqual({ kind: "wait", ms: 600_000 });
});

test("who keeps us waiting goes to the slow lane, until as much time has passed; who answers soon does not, however often", () => {
  const turns = turnsAt();
  for (let count = 0; count < 5000; count++) expect(turns.try("prompt", 900)).toBe("go");
  expect(turns.try("slow", 9900)).toBe("go");
  expect(turns.try("slow", 0)).toBe("slow-lane");
  expect(turns.try("slow", 9900, "slow")).toBe("go");
  turns.pass(200_000);
  expect(turns.try("slow", 0)).toBe("slow-lane");
  turns.pass(100_000);
  expect(turns.try("slow", 0)).toBe("go");
});

test("the standings of ten thousand and more providers are not all kept, but those under way are", () => {
  const turns = turnsAt();
  turns.take("busy", "usual");
  for (let count = 0; count < 10_100; count++) turns.try(`p${count}`, 0);
  expect(turns.take("busy", "usual").kind).toBe("wait");
});

test("what its turn waited for us is not counted against it", () => {
  const turns = turnsAt();
  for (let time = 0; time < 10; time++) {
    expect(turns.take("a", "usual")).toEqual({ kind: "go" });
    turns.pass(5000);
    turns.done("a", 200);
  }
  turns.take("a", "usual");
  turns.pass(5000);
  turns.done("a");
  expect(turns.take("a", "usual")).toEqual({ kind: "slow-lane" });
});
