import { expect, test } from "vitest";
import { en } from "./en.ts";
import { bytesText, dayText, deviceText, hoursText, momentText } from "./format.ts";
import { sw } from "./sw.ts";

test("[CUS-11] quantities as people read them, in the provider's time", () => {
  const at = { words: en, offsetMinutes: 180, nowMs: Date.UTC(2026, 10, 21) };
  expect(momentText(Date.UTC(2026, 10, 21, 22, 5), at)).toBe("22 Nov, 01:05");
  expect(momentText(Date.UTC(2027, 0, 1), at)).toBe("1 Jan 2027, 03:00");
  expect(dayText("2026-11-03", en)).toBe("3 Nov");
  expect([0, 999, 1500, 123_456_789, 2.5e12].map(bytesText)).toEqual(["0 B", "999 B", "1.5 kB", "123 MB", "2.5 TB"]);
  expect(hoursText(11_100)).toBe("3:05 h");
  expect(deviceText("Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile Safari/537")).toBe("Chrome, Android");
  expect(deviceText("<script>alert(1)</script>")).toBeNull();
});

test("[UIX-10] both languages say the same things, and no sentence is left empty or in the other language", () => {
  const leaves = (words: object, path = ""): [string, string][] =>
    Object.entries(words).flatMap(([name, value]) =>
      typeof value === "object"
        ? leaves(value, `${path}${name}.`)
        : [[`${path}${name}`, typeof value === "function" ? value("1", "2") : value] as [string, string]],
    );
  const [english, swahili] = [new Map(leaves(en)), new Map(leaves(sw))];
  expect([...swahili.keys()].sort()).toEqual([...english.keys()].sort());
  const alike = [...english].filter(([name, text]) => swahili.get(name) === text).map(([name]) => name);
  expect(alike).toEqual(["paybill"]);
  expect([...english.values(), ...swahili.values()].filter((text) => text.trim() === "")).toEqual([]);
});
