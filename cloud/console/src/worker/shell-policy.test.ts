import { expect, test } from "vitest";
import { answerOf, outdated } from "./shell-policy.ts";

const files = { build: "b2", first: ["index.html", "assets/main-A.js"], later: ["assets/plans-page-B.js"] };
const at = (path: string, { method = "GET", mode = "cors" } = {}) => ({ method, mode, url: `https://hub.test${path}` });

test.each([
  ["the page", "/", { mode: "navigate" }, "page"],
  ["the page with a query of another program", "/?utm=1", { mode: "navigate" }, "page"],
  ["a file of the shell", "/assets/main-A.js", {}, "file"],
  ["a page's script", "/assets/plans-page-B.js", {}, "file"],
  ["a script of another release", "/assets/plans-page-OLD.js", {}, "network"],
  ["the API", "/api/v1/payments", {}, "network"],
  ["the API as a page", "/api/v1/openapi.json", { mode: "navigate" }, "network"],
  ["the customers' page", "/my", { mode: "navigate" }, "network"],
  ["a payment link", "/pay/abc", { mode: "navigate" }, "network"],
  ["a change", "/", { method: "POST", mode: "navigate" }, "network"],
  ["a file with a query", "/assets/main-A.js?x", {}, "network"],
] as const)("[UIX-08] %s: what the worker answers by itself", (_, path, how, expected) => {
  expect(answerOf(at(path, how), "https://hub.test/", files)).toBe(expected);
});

test("[UIX-08] nothing of another origin, and nothing outside the console's own folder", () => {
  const scope = "https://hub.test/console/";
  expect(answerOf(at("/console/", { mode: "navigate" }), scope, files)).toBe("page");
  expect(answerOf(at("/console/assets/main-A.js"), scope, files)).toBe("file");
  expect(answerOf(at("/assets/main-A.js"), scope, files)).toBe("network");
  expect(answerOf({ ...at("/"), url: "https://other.test/console/assets/main-A.js" }, scope, files)).toBe("network");
});

test("shells of other releases go; what another program keeps stays", () => {
  expect(outdated(["karibu-shell-b1", "karibu-shell-b2", "pictures"], files)).toEqual(["karibu-shell-b1"]);
});
