import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "./hostile-texts.ts";
import { type Country, countryOfCurrency, isTooShort, normalisePhone, showPhone } from "./phone-number.ts";

describe("[CUS-15] a number is read by its country", () => {
  test.each<[Country, string, string]>([
    ["KE", "0712345678", "254712345678"],
    ["KE", "0112 345 678", "254112345678"],
    ["KE", "712345678", "254712345678"],
    ["KE", "254712345678", "254712345678"],
    ["KE", "+254 712-345-678", "254712345678"],
    ["KE", "254-712-345-678", "254712345678"],
    ["KE", "00254712345678", "254712345678"],
    ["KE", "2540712345678", "254712345678"],
    ["KE", "(0712) 345.678", "254712345678"],
    ["KE", "０７１２３４５６７８", "254712345678"],
    ["UG", "0772 123 456", "256772123456"],
    ["UG", "+256 772 123 456", "256772123456"],
    ["UG", "2560772123456", "256772123456"],
    ["TZ", "0654 321 098", "255654321098"],
    ["TZ", "754321098", "255754321098"],
    ["TZ", "00255754321098", "255754321098"],
    ["RW", "0788 123 456", "250788123456"],
    ["RW", "250788123456", "250788123456"],
    ["ZM", "0977 123 456", "260977123456"],
    ["ZM", "+260 76 712 3456", "260767123456"],
    ["GH", "024 412 3456", "233244123456"],
    ["GH", "00233 55 412 3456", "233554123456"],
    ["GH", "0271234567", "233271234567"],
    ["ET", "0911 234 567", "251911234567"],
    ["ET", "+251 7 11 23 45 67", "251711234567"],
    ["NG", "0803 123 4567", "2348031234567"],
    ["NG", "+234 (0) 913 123 4567", "2349131234567"],
    ["NG", "8031234567", "2348031234567"],
    ["ZA", "082 123 4567", "27821234567"],
    ["ZA", "+27 71 234 5678", "27712345678"],
    ["ZA", "27-60-123-4567", "27601234567"],
  ])("%s: %s is %s", (country, typed, phone) => {
    expect(normalisePhone(typed, country)).toBe(phone);
  });

  test.each<[Country, string]>([
    ...[
      "",
      "07123",
      "07123456",
      "0812345678",
      "07123456789",
      "255712345678",
      "254 71234567",
      "2547***678",
      "07123o5678",
    ].map((typed): [Country, string] => ["KE", typed]),
    ["KE", "phone"],
    ["KE", "00712345678901"],
    ["KE", "256772123456"],
    ["UG", "0112345678"],
    ["UG", "254712345678"],
    ["UG", "077212345"],
    ["TZ", "0812345678"],
    ["TZ", "256772123456"],
    ["RW", "0654321098"],
    ["RW", "+254712345678"],
    ["ZM", "0211234567"],
    ["GH", "0302123456"],
    ["ET", "0111234567"],
    ["NG", "080312345678"],
    ["NG", "0803123456"],
    ["ZA", "0211234567"],
    ["ZA", "+27 82 123 456"],
  ])("%s: %j is none of its mobile numbers", (country, typed) => {
    expect(normalisePhone(typed, country)).toBeNull();
  });
});

test("a provider's country is known by its currency; any other currency counts as Kenya", () => {
  expect(
    ["KES", "UGX", "TZS", "RWF", "ZMW", "GHS", "ETB", "NGN", "ZAR", "USD", undefined].map(countryOfCurrency),
  ).toEqual(["KE", "UG", "TZ", "RW", "ZM", "GH", "ET", "NG", "ZA", "KE", "KE"]);
});

test("a number is shown as people write it at home", () => {
  expect(
    ["254712345678", "256772123456", "255654321098", "250788123456", "260977123456", "233244123456"].map(showPhone),
  ).toEqual(["0712 345 678", "0772 123 456", "0654 321 098", "0788 123 456", "0977 123 456", "0244 123 456"]);
  expect(["251911234567", "2348031234567", "27821234567"].map(showPhone)).toEqual([
    "0911 234 567",
    "0803 123 4567",
    "0821 234 567",
  ]);
});

test("whatever is typed, the answer is null or an MSISDN that normalises to itself", () => {
  const countries = fc.constantFrom<Country>("KE", "UG", "TZ", "RW", "ZM", "GH", "ET", "NG", "ZA");
  const texts = fc.oneof(fc.string(), fc.constantFrom(...hostileTexts), fc.stringMatching(/^[+0-9 ]{0,16}$/));
  fc.assert(
    fc.property(countries, texts, (country, typed) => {
      const phone = normalisePhone(typed, country);
      if (phone !== null) {
        expect(phone).toMatch(/^((25[01456]|260|233)\d{9}|234\d{10}|27\d{9})$/);
        expect(normalisePhone(phone, country)).toBe(phone);
        expect(normalisePhone(showPhone(phone), country)).toBe(phone);
      }
    }),
  );
});

test("Kenyan numbers are what they were before other countries came", () => {
  const before = (typed: string): string | null => {
    const digits = typed
      .normalize("NFKC")
      .replace(/[\s().\-+]/g, "")
      .replace(/^00/, "");
    const national = digits.replace(/^254/, "").replace(/^0/, "");
    return /^[17]\d{8}$/.test(national) && /^(254)?0?[17]\d{8}$/.test(digits) ? `254${national}` : null;
  };
  fc.assert(
    fc.property(fc.stringMatching(/^(\+|00)?(254)?0?[0-9 ]{0,11}$/), (typed) => {
      expect(normalisePhone(typed, "KE")).toBe(before(typed));
    }),
  );
});

test.each<[Country, string, boolean]>([
  ["KE", "0712 345 67", true],
  ["KE", "0", true],
  ["KE", "07", true],
  ["KE", "+254 71", true],
  ["KE", "+254", true],
  ["UG", "0772 1", true],
  ["KE", "", false],
  ["KE", "0712 345 678", false],
  ["KE", "0712 345 6789", false],
  ["KE", "0812", false],
  ["KE", "071x", false],
])("[POR-02] %s %j is too short: %s", (country, typed, short) => {
  expect(isTooShort(typed, country)).toBe(short);
});
