import { expect, test } from "vitest";
import { createReadingTurns } from "./reading-turns.ts";

/** Files that end when the test says so; `begun` names them in the order in which they were begun. */
function line(limits = { atOnce: 2, all: 5, perProvider: 3, waitingBytes: 100 }) {
  const inTurn = createReadingTurns(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const send = (providerId: string, name: string, bytes = 1) =>
    inTurn({ providerId, bytes }, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    }).then((turn) => (turn.kind === "read" ? turn.read : turn.kind));
  /** Ends one, and lets the next begin. */
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { send, end, begun };
}

test("[CUS-22] two files are read at once, never two of one provider, and providers take turns", async () => {
  const { send, end, begun } = line();
  const all = [send("a", "a1"), send("a", "a2"), send("a", "a3"), send("b", "b1"), send("c", "c1")];
  expect(begun).toEqual(["a1", "b1"]);
  await end("a1");
  // c was never served: it goes before a, who came earlier.
  expect(begun).toEqual(["a1", "b1", "c1"]);
  await end("b1");
  expect(begun).toEqual(["a1", "b1", "c1", "a2"]);
  await end("c1");
  expect(begun).toEqual(["a1", "b1", "c1", "a2"]);
  await end("a2");
  await end("a3");
  expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", "b1", "c1"]);
});

test("[CUS-22] who has files enough in the line is refused, and who has none takes the place of who has several", async () => {
  const { send, end, begun } = line();
  const first = [send("a", "a1"), send("a", "a2"), send("a", "a3")];
  expect(await send("a", "a4")).toBe("line-full");
  const others = [send("b", "b1"), send("c", "c1")];
  const late = send("d", "d1");
  expect(await first[2]).toBe("line-full");
  // Nobody has two that wait: the line is as long as it may be.
  expect(await send("e", "e1")).toBe("line-full");
  for (const name of ["a1", "b1", "c1", "d1", "a2"]) await end(name);
  expect(await Promise.all([first[0], first[1], ...others, late])).toEqual(["a1", "a2", "b1", "c1", "d1"]);
  expect(begun).toHaveLength(5);
});

test("[CUS-22] what waits holds no more than so many bytes, and a file that fails holds nobody up", async () => {
  const { send, end } = line();
  const [a, b, c] = [send("a", "a1", 90), send("b", "b1", 90), send("c", "c1", 90)];
  expect(await send("d", "d1", 20)).toBe("line-full");
  for (const name of ["a1", "b1", "c1"]) await end(name);
  expect(await Promise.all([a, b, c])).toEqual(["a1", "b1", "c1"]);
  const inTurn = createReadingTurns({ atOnce: 1, all: 2, perProvider: 1, waitingBytes: 1 });
  await expect(inTurn({ providerId: "a", bytes: 1 }, () => Promise.reject(new Error("odd")))).rejects.toThrow("odd");
  expect(await inTurn({ providerId: "a", bytes: 1 }, async () => "now")).toEqual({ kind: "read", read: "now" });
});
