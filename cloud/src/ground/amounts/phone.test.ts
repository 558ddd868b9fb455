import { expect, test } from "vitest";
import { maskPhone } from "./phone.ts";

test("a masked number shows the prefix and the last three digits", () => {
  expect(maskPhone("254712345126")).toBe("2547***126");
});
