/** Hostile texts, and texts that careless code misreads: for the tests of code that accepts texts. */

/** Where one reader or another ends a line: `readline` of Node 24 does so at U+2028 and U+2029, too. */
export const lineBreaks: readonly string[] = ["\n", "\r", "\r\n", "\v", "\f", "\u001c", "\u0085", "\u2028", "\u2029"];

/** All of them in one text, with something on both sides of each. */
export const brokenText = lineBreaks
  .map((lineBreak, index) => `${index}${lineBreak}`)
  .join("")
  .concat("end");

const pair = "\u{1f600}";
export const hostileTexts: readonly string[] = [
  "'; drop table providers; --",
  "1' or '1'='1",
  "$1",
  "%' escape '",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "..\\..\\boot.ini",
  "file:///etc/passwd",
  "http://169.254.169.254/",
  "<script>alert(1)</script>",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202e",
  "\ufeff",
  // Every cut at an odd place up to 400 goes through a pair; and at an even one.
  pair.repeat(200),
  `x${pair.repeat(200)}`,
  "e\u0301".repeat(300),
  "-1",
  "1e309",
  "NaN",
  "9999999999999999999",
  "0x10",
  "2026-02-30",
  "0712345678\n",
  "",
  " ",
  "\u2028",
  "\u2029",
  "a\u2028b",
  "a\u2029b",
  "0712345678\u2028",
  brokenText,
  ...lineBreaks,
];
