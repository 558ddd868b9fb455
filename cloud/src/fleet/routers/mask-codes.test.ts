import { expect, test } from "vitest";
import { maskName, maskRow } from "./mask-codes.ts";

test.each([
  ["ABCD-EFGH-2345", "…2345"],
  ["abc123", "…123"],
  ["1234", "…34"],
  ["a", "…"],
  ["", "…"],
  ["😀😀😀😀", "…😀😀"],
])("of %s its end is shown, and never more than half", (name, shown) => {
  expect(maskName(name)).toBe(shown);
});

test.each([
  ["hotspot,info,debug", "QWER7788 (10.5.50.7): logged in", "…7788 (10.5.50.7): logged in"],
  [
    "hotspot,info",
    "->: QWER7788 (10.5.50.7): trying to log in by http-chap",
    "->: …7788 (10.5.50.7): trying to log in by http-chap",
  ],
  ["hotspot,info", "odd (1.1.1.1) name (10.5.50.7): login failed", "…name (10.5.50.7): login failed"],
  [
    "hotspot,info",
    "QWER7788 (10.5.50.7): login failed: QWER7788 not found",
    "…7788 (10.5.50.7): login failed: …7788 not found",
  ],
  ["hotspot,info", "QWER7788 by another shape", "…"],
  ["system,info", "hotspot user QWER7788 added by admin", "…"],
  ["radius,debug,packet", '    User-Name = "QWER7788"', "    User-Name = …"],
  ["radius,debug", "received Access-Reject with id 12", "received Access-Reject with id 12"],
  ["system,info", "router rebooted", "router rebooted"],
])("the log's line of %s: %s", (topics, message, shown) => {
  expect(maskRow("logs", { ".id": "*1", topics, message })).toEqual({ ".id": "*1", topics, message: shown });
});

test.each([
  ["/ip/hotspot/user/add =name=QWER 7788 =password=… =comment=vc QWER 7788", "/ip/hotspot/user/add …"],
  ["/ip/hotspot/user/print ?name=QWER7788", "/ip/hotspot/user/print …"],
  ["/ip/hotspot/user/profile/add =name=day", "/ip/hotspot/user/profile/add =name=day"],
  ["/interface/print", "/interface/print"],
])("the agent's call %s", (words, shown) => {
  expect(maskRow("api-calls", { words, outcome: "ok" })).toEqual({ words: shown, outcome: "ok" });
});

test("a comment that repeats the code is masked too; other views stay as they are", () => {
  expect(maskRow("hotspot-users", { name: "QWER7788", comment: "vc QWER7788" })).toEqual({
    name: "…7788",
    comment: "vc …7788",
  });
  expect(maskRow("hotspot-cookies", { user: "QWER7788", "mac-address": "02:00:00:00:00:01" }).user).toBe("…7788");
  expect(maskRow("interfaces", { name: "ether1" })).toEqual({ name: "ether1" });
});
