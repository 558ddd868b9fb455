import { expect, test } from "vitest";
import { createFairShares } from "./fair-shares.ts";

/** Names of members in the order in which they had to give way. */
function shares(allBytes: number, groupBytes = allBytes) {
  const gone: string[] = [];
  const made = createFairShares({ allBytes, groupBytes });
  const join = (group: string, name: string, bytes: number) => {
    const share = made.join(group, () => void gone.push(name));
    share.resize(bytes);
    return share;
  };
  return { gone, made, join };
}

test("when all is full, the oldest of the greediest group gives way, whoever comes", () => {
  const { gone, made, join } = shares(40);
  for (const name of ["a1", "a2", "a3"]) join("a", name, 10);
  join("b", "b1", 10);
  join("b", "b2", 10);
  expect(gone).toEqual(["a1"]);
  join("a", "a4", 10);
  expect(gone).toEqual(["a1", "a2"]);
  expect(made).toMatchObject({ bytes: 40, members: 4, shut: 2 });
});

test("within a group the one with much more than the others goes first", () => {
  const { gone, join } = shares(1_000_000);
  join("a", "old and small", 1000);
  join("a", "big", 600_000);
  join("a", "new", 399_500);
  expect(gone).toEqual(["big"]);
});

test("a group that is too big gives way by itself, though all together are not", () => {
  const { gone, made, join } = shares(1000, 100);
  join("b", "b1", 90);
  join("a", "a1", 60);
  const second = join("a", "a2", 30);
  second.resize(50);
  expect(gone).toEqual(["a1"]);
  expect(made.bytes).toBe(140);
});

test("who has left holds nothing, and gives back nothing twice", () => {
  const { gone, made, join } = shares(100);
  const one = join("a", "one", 60);
  one.leave();
  one.leave();
  one.resize(90);
  expect(made).toMatchObject({ bytes: 0, members: 0 });
  join("a", "two", 101);
  expect(gone).toEqual(["two"]);
  expect(made).toMatchObject({ bytes: 0, members: 0, shut: 1 });
});
