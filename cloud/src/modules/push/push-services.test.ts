import { expect, test } from "vitest";
import { pushServiceOf } from "./push-services.ts";

test.each([
  ["https://fcm.googleapis.com/fcm/send/abc:def", "Google"],
  ["https://updates.push.services.mozilla.com/wpush/v2/abc", "Mozilla"],
  ["https://web.push.apple.com/abc", "Apple"],
  ["https://wns2-par02p.notify.windows.com/w/?token=abc", "Microsoft"],
  ["http://fcm.googleapis.com/fcm/send/abc", null],
  ["https://fcm.googleapis.com.evil.example/abc", null],
  ["https://evilpush.apple.com/", null],
  ["https://push.apple.com.example.com/", null],
  ["https://evil.example/?.push.apple.com", null],
  ["https://fcm.googleapis.com:8443/abc", null],
  ["https://user:password@fcm.googleapis.com/abc", null],
  ["https://127.0.0.1/abc", null],
  ["https://metadata.google.internal/", null],
  [`https://web.push.apple.com/${"a".repeat(1000)}`, null],
  ["nonsense", null],
])("[MSG-07] only addresses of known push services are sent to: %s", (address, service) => {
  expect(pushServiceOf(address)).toBe(service);
});
