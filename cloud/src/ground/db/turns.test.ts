import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("urgent ones go first, one other after three of them, and nobody is left out", async () => {
  const turns = createTurns((next) => next());
  await turns.take(false);
  const went: string[] = [];
  const ask = (name: string, isUrgent: boolean) =>
    turns.take(isUrgent).then(() => {
      went.push(name);
      turns.give();
    });
  const asked = [
    ...[1, 2].map((place) => ask(`other ${place}`, false)),
    ...[1, 2, 3, 4, 5].map((place) => ask(`urgent ${place}`, true)),
  ];
  expect(went).toEqual([]);
  turns.give();
  await Promise.all(asked);
  expect(went).toEqual(["urgent 1", "urgent 2", "urgent 3", "other 1", "urgent 4", "urgent 5", "other 2"]);
  // It is free again.
  await turns.take(false);
});
