/** A line with one changed byte is read as it was written; one that is further away is not read. */
import { expect, test } from "vitest";
import { encodeLine } from "./checked-line.ts";
import { mendLine } from "./mend-line.ts";

const json = JSON.stringify({
  kind: "session-started",
  user: "Änne 😀",
  sessionId: "80100001",
  grantId: "v.b1.2",
  used: [0, 4711],
});
const whole = Buffer.from(encodeLine(120_451, json)).subarray(0, -1);
const changed = (...changes: readonly (readonly [number, number])[]): Uint8Array => {
  const line = new Uint8Array(whole);
  for (const [at, byte] of changes) line[at] = byte;
  return line;
};

test("any one bit flipped, and zero in the place of any byte: the line is read as it was written", () => {
  for (let at = 0; at < whole.length; at++) {
    const byte = whole[at] as number;
    for (let bit = 0; bit < 8; bit++)
      expect(mendLine(changed([at, byte ^ (1 << bit)])), `byte ${at}, bit ${bit}`).toEqual({ seq: 120_451, json });
    expect(mendLine(changed([at, 0])), `byte ${at}, zero`).toEqual({ seq: 120_451, json });
  }
});

test("two changed bytes stay unreadable", () => {
  for (let at = 0; at + 1 < whole.length; at++) {
    expect(mendLine(changed([at, (whole[at] as number) ^ 1], [at + 1, (whole[at + 1] as number) ^ 1]))).toBeNull();
    expect(mendLine(changed([at, 0], [at + 1, 0]))).toBeNull();
  }
});
