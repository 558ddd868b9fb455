import { expect, test } from "vitest";
import { backslashOctal, renderPage } from "./page-template.ts";

const variables = (name: string) =>
  ({ user: "sara", error: "", trial: "no", "link-redirect": "http://x/?a=1" })[name] ?? null;

test.each([
  ["Hello $(user), $(nobody)!", "Hello sara, !"],
  ["$(if user)in$(else)out$(endif)", "in"],
  ["$(if error)bad$(endif)fine", "fine"],
  ["$(if trial)trial$(endif)", ""],
  ["$(if user == \"juma\")j$(elif user == 'sara')s$(else)nobody$(endif)", "s"],
  ["$(if user != sara)a$(else)b$(endif)", "b"],
  ["$(if error)x$(if user)y$(endif)z$(endif)w", "w"],
  ["$(if user)x$(if error)y$(else)z$(endif)w$(endif)", "xzw"],
  ["$(endif)$(else)open", "open"],
])("%s", (template, body) => {
  expect(renderPage(template, variables).body).toBe(body);
});

test("conditions on http-status and http-header set them", () => {
  const page = '$(if http-status == 302)Moved$(endif)$(if http-header == "Location")$(link-redirect)$(endif)<p>go</p>';
  expect(renderPage(page, variables)).toEqual({
    status: 302,
    headers: { Location: "http://x/?a=1" },
    body: "<p>go</p>",
  });
  expect(renderPage(`$(if error)${page}$(endif)`, variables)).toEqual({ status: 200, headers: {}, body: "" });
});

test("CHAP values print in backslash octal", () => {
  expect(backslashOctal([0, 7, 65, 255])).toBe("\\000\\007\\101\\377");
});
