import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import { expect, test } from "vitest";
import { scrub } from "./scrub.ts";

const numberOf: Readonly<Record<Country, string>> = {
  KE: "0112345678",
  UG: "0772123456",
  TZ: "0654321098",
  RW: "0788123456",
  ZM: "0971234567",
  GH: "0241234567",
  ET: "0911234567",
  NG: "08031234567",
  ZA: "0821234567",
};

test("mobile numbers of all the countries are blanked in a text; parts of longer numbers stay", () => {
  const text = "from 0712345678 to +256772123456, 255654321098 and 250788123456; receipt 990712345678, 0412345678";
  const blanked = "from [phone] to [phone], [phone] and [phone]; receipt 990712345678, 0412345678";
  expect(scrub(text)).toBe(blanked);
  for (const country of Object.keys(numberOf) as Country[]) {
    const home = numberOf[country];
    const msisdn = normalisePhone(home, country);
    expect(msisdn, country).not.toBe(null);
    expect(scrub(`${home} ${msisdn} +${msisdn} 00${msisdn}.`), country).toBe("[phone] [phone] [phone] [phone].");
  }
  expect(scrub("at 1796136949604, 2026112610, 2712345678, 271234567890")).toBe(
    "at 1796136949604, 2026112610, 2712345678, 271234567890",
  );
});
