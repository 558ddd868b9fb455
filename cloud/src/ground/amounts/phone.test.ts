import { expect, test } from "vitest";
import { maskPhone, phoneHash } from "./phone.ts";

test("a masked number shows the prefix and the last three digits; the hash is SHA-256 of the twelve", () => {
  expect(maskPhone("254712345126")).toBe("2547***126");
  expect(phoneHash("254712345678")).toMatch(/^[0-9a-f]{64}$/);
});
