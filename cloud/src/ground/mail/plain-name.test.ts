import { expect, test } from "vitest";
import { plainLabel, plainName } from "./plain-name.ts";

test("[SYS-25] names of people and businesses stay as they are", () => {
  for (const name of ["Mwangaza Net", "St. Mary's Wi-Fi (Kibera)", "Akinyi O'Brien", "Café Mbégué & Sons", "24-7 Net"])
    expect(plainName(name)).toBe(name);
});

test("[SYS-25] no link, line, header, number or message is left of a name", () => {
  expect(plainName("Win at evil.com/pay now")).toBe("Win at evil com pay now");
  expect(plainName("https://evil.com?x=1")).toBe("https evil com x 1");
  expect(plainName("evil。com ｅｖｉｌ．ｃｏｍ")).toBe("evil com evil com");
  expect(plainName("Net\r\nBcc: all@evil.com\u2028x")).toBe("Net Bcc all evil com x");
  expect(plainName("Call 0712 345-678 or +254712345678")).toBe("Call or");
  expect(plainName("\u202eabc\u0000<b>")).toBe("abc b");
  expect([...plainName("😀 ".repeat(50) + "ä".repeat(90))]).toHaveLength(40);
  expect(plainName("://")).toBe("?");
  expect(plainLabel("M-Pesa 600100 at evil.com")).toBe("M-Pesa 600100 at evil com");
});
