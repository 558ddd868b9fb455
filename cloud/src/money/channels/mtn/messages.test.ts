import { expect, test } from "vitest";
import { readMtnStart } from "./messages.ts";

const startedWith = (status: number, body = "") => readMtnStart(JSON.stringify({ status, body, requestId: "r1" }));

test.each([202, 409, 500, 0])(
  "[PAY-22] HTTP %i to a request of ours: it may be on the phone, and is asked about by its name",
  (status) => {
    expect(startedWith(status).evidence).toMatchObject({ kind: "accepted", requestId: "r1" });
  },
);

test("[PAY-22] a page of MTN's firewall with HTTP 200 is no acceptance, and is listed as unread", () => {
  const read = startedWith(200, "<html><title>Request Rejected</title></html>");
  expect(read.evidence).toMatchObject({ kind: "unknown", why: "HTTP 200 instead of 202" });
  expect(read.unknownCode).toBe("HTTP 200 to a payment request");
});
