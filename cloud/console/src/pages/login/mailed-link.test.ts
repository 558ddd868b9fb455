import { expect, test } from "vitest";
import { readBrokenLink, readMailedLink, readSignUpInvitation } from "./mailed-link.ts";

test.each([
  "#/invitation/a-B_9.c",
  "#/invitation/a-B_9.c?utm_source=mail",
  "#/invitation/a-B_9.c%20",
  "#/invitation/a-B_9.c>",
  "#/invitation/a-B_9.c).",
  "#/invitation/a-B_9.c%E2%80%9D",
])("[TEN-05] what letters and chats add behind a link is no part of it: %s", (hash) => {
  expect(readMailedLink(hash)).toEqual({ kind: "invitation", token: "a-B_9.c" });
  expect(readBrokenLink(hash)).toBeNull();
});

test.each([
  ["#/invitation", "invitation"],
  ["#/invitation/", "invitation"],
  ["#/invitation/ab=cd", "invitation"],
  ["#/invitation/ab%20cd", "invitation"],
  ["#/invitation/ab/cd", "invitation"],
  ["#/password/", "password"],
  ["#/sign-up/", "sign-up"],
  ["#/sign-up-invitation/...", "sign-up-invitation"],
])("[TEN-05] a link that is not whole is known as one: %s", (hash, kind) => {
  expect(readBrokenLink(hash)).toBe(kind);
  expect([readMailedLink(hash), readSignUpInvitation(hash)]).toEqual([null, null]);
});

test("other addresses are no links of letters", () => {
  for (const hash of ["", "#/", "#/sign-up", "#/forgotten", "#/payments/1", "#/invitations/1"])
    expect([readMailedLink(hash), readSignUpInvitation(hash), readBrokenLink(hash)]).toEqual([null, null, null]);
  expect(readSignUpInvitation("#/sign-up-invitation/abc_")).toBe("abc_");
});
