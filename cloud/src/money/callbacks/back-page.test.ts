import { expect, test } from "vitest";
import { backPage, backUrl, wifiPageOf } from "./back-page.ts";

test.each([
  ["http://10.5.50.1/status?x=1", "http://10.5.50.1/"],
  ["http://192.168.88.1:8080/", "http://192.168.88.1:8080/"],
  ["http://100.64.0.1/", "http://100.64.0.1/"],
  ["http://login.kiosk.lan/", "http://login.kiosk.lan/"],
])("the way back from a channel's page leads to the Wi-Fi page %s", (given, page) => {
  expect(wifiPageOf(given)).toBe(page);
  expect(backUrl("https://hub.example", given)).toBe(`https://hub.example/hooks/back?to=${encodeURIComponent(page)}`);
  expect(backPage(page)).toContain(`href="${page}"`);
});

test.each([
  "https://evil.example/",
  "http://evil.example/",
  "javascript:alert(1)",
  "http://8.8.8.8/",
  "http://172.32.0.1/",
  "http://10.5.50.1@evil.example/",
  "http://u@10.5.50.1/",
  "",
  null,
  5,
  `http://10.5.50.1/${"x".repeat(400)}`,
])("a stranger's address (%s) is no way back", (given) => {
  expect(wifiPageOf(given)).toBeNull();
  expect(backPage(given)).not.toContain("href");
  expect(backUrl("https://hub.example", typeof given === "string" ? given : undefined)).toBe(
    "https://hub.example/hooks/back",
  );
});
