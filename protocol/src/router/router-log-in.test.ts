import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { drawRouterLogIn, isRouterLogInName } from "./router-log-in.ts";

test("[TEN-13] a router password has a name of its own kind, and twenty letters that are not mistaken for each other", () => {
  let turn = 0;
  const bytes = (count: number) => new Uint8Array(createHash("sha512").update(`${turn++}`).digest().subarray(0, count));
  const seen = new Set<string>();
  for (let times = 0; times < 200; times++) {
    const { name, password } = drawRouterLogIn(bytes);
    expect(isRouterLogInName(name)).toBe(true);
    expect(password).toMatch(/^[bcdfghjkmnpqrstvwxz23456789]{20}$/);
    seen.add(name).add(password);
  }
  expect(seen.size).toBe(400);
});

test("octets that would favour the first letters are drawn again", () => {
  const octets = [255, 254, 243, 0, 1, 26];
  let at = 0;
  const { name } = drawRouterLogIn((count) =>
    Uint8Array.from({ length: count }, () => octets[at++ % octets.length] ?? 0),
  );
  expect(name).toBe("staff-bc9bc9bc");
});

test.each([
  "staff-",
  "staff-bcdfghj",
  "staff-bcdfghjkm",
  "Staff-bcdfghjk",
  "staff-bcdfghja",
  "bcdfghjk",
  "x staff-bcdfghjk",
])("%s is no name of a router password", (name) => expect(isRouterLogInName(name)).toBe(false));
