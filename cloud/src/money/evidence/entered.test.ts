import { expect, test } from "vitest";
import { readEntered } from "./entered.ts";

test("[PAY-21] who entered money and why is read from what was stored; of a text that was removed by age nothing is known", () => {
  const body = JSON.stringify({ enteredBy: "u1", note: "seen on the till's phone" });
  expect(readEntered(body)).toEqual({ enteredBy: "u1", note: "seen on the till's phone" });
  expect(readEntered("")).toBeNull();
});
