import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createParties } from "./parties.ts";
import { maskPhone } from "./phone.ts";
import { masksThatEnd, readPhonePart, shownEnd } from "./phone-parts.ts";

const parties = createParties(new Uint8Array(32).fill(1));
const phone = "254712345678";

describe("[UIX-03] half a phone number", () => {
  test.each([
    ["678", { tail: "678", head: null }],
    ["345 678", { tail: "345678", head: null }],
    ["0712", { tail: "0712", head: "254712" }],
    ["712-345", { tail: "712345", head: "254712345" }],
    ["+254 71", { tail: null, head: "25471" }],
    ["0712345678", { tail: null, head: phone }],
    ["67", null],
    ["+67", null],
    ["0512345678901", null],
    ["UKL51", null],
    ["10.5.50.7", null],
    ["", null],
  ])("%s is read as an end, a beginning, or both", (typed, part) => {
    expect(readPhonePart(typed, "KE")).toEqual(part);
  });

  test("what is stored begins with the name of each of its parts, and of no other part", () => {
    const digits = fc.stringMatching(/^7\d{8}$/);
    const has = (whole: string, typed: string) => {
      const part = readPhonePart(typed, "KE");
      if (part === null) return null;
      const [stored, asked] = [parties.partKeys("p1", `254${whole}`), parties.keysWithPart("p1", part)];
      return {
        tail: asked.tail !== null && stored.tail.startsWith(asked.tail),
        head: asked.head !== null && stored.head.startsWith(asked.head),
      };
    };
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: 4, max: 8 }), (one, other, length) => {
        expect(has(one, other.slice(-length))?.tail).toBe(one.endsWith(other.slice(-length)));
        expect(has(one, `+254${other.slice(0, length)}`)?.head).toBe(one.startsWith(other.slice(0, length)));
      }),
    );
  });

  test("the names fit no other provider's, hold no digits of the number, and too little has none", () => {
    const keys = parties.partKeys("p1", phone);
    expect(keys).not.toEqual(parties.partKeys("p2", phone));
    expect(keys).not.toEqual(createParties(new Uint8Array(32).fill(2)).partKeys("p1", phone));
    expect(keys.tail).toMatch(/^[\w-]{30}$/);
    expect(keys.head).toMatch(/^[\w-]{40}$/);
    expect(parties.keysWithPart("p1", { tail: "678", head: null })).toEqual({ tail: null, head: null });
  });

  test.each(["KE", "ZA", "NG"] as const)(
    "a masked number of %s is found by the digits that its mask shows",
    (country) => {
      const number = { KE: phone, ZA: "27712345678", NG: "2348031234678" }[country];
      expect(masksThatEnd("678", country)).toContain(maskPhone(number));
      expect(shownEnd(readPhonePart("45678", country))).toBe("678");
    },
  );
});
