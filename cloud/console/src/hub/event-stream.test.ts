import fc from "fast-check";
import { expect, test } from "vitest";
import { splitEvents } from "./event-stream.ts";

test("whole events come out, the unfinished rest stays, heartbeats carry nothing", () => {
  const { events, rest } = splitEvents(': beat\n\nid: 7\ndata: {"topic":"payment"}\n\nid: 8\ndata: half');
  expect(events).toEqual([
    { id: null, data: "" },
    { id: "7", data: '{"topic":"payment"}' },
  ]);
  expect(rest).toBe("id: 8\ndata: half");
});

test("the same events come out wherever the network cuts the text", () => {
  const text = "id: 1\ndata: a\n\nid: 2\r\ndata: b\r\n\r\n: beat\n\nid: 3\ndata: c\ndata: d\n\n".replaceAll(
    "\r\n",
    "\n",
  );
  const whole = splitEvents(text).events;
  fc.assert(
    fc.property(fc.nat(text.length), (cut) => {
      const first = splitEvents(text.slice(0, cut));
      const second = splitEvents(first.rest + text.slice(cut));
      expect([...first.events, ...second.events]).toEqual(whole);
    }),
  );
});
