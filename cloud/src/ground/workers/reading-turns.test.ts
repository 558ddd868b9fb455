import { expect, test } from "vitest";
import { createReadingTurns } from "./reading-turns.ts";

test("[CUS-22] one provider has one file in the line; another's is read after it, and a file that fails holds nobody up", async () => {
  const inTurn = createReadingTurns(2);
  const read: string[] = [];
  let finish: (error: Error) => void = () => {};
  const first = inTurn(
    "alpha",
    () =>
      new Promise<string>((_, reject) => {
        finish = reject;
      }),
  );
  const second = inTurn("beta", async () => {
    read.push("beta");
    return "of beta";
  });
  const refused = { status: 429, code: "too-many-tries" };
  await expect(inTurn("alpha", async () => read.push("alpha again"))).rejects.toMatchObject(refused);
  await expect(inTurn("gamma", async () => read.push("gamma"))).rejects.toMatchObject(refused);
  expect(read).toEqual([]);
  finish(new Error("too heavy"));
  await expect(first).rejects.toThrow("too heavy");
  expect(await second).toBe("of beta");
  expect(await inTurn("alpha", async () => "now")).toBe("now");
  expect(read).toEqual(["beta"]);
});
