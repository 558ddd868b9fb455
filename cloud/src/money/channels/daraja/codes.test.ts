import { describe, expect, test } from "vitest";
import {
  classifyError,
  classifyRefundResult,
  classifyResult,
  type DarajaCall,
  type ErrorVerdict,
  resultCodes,
} from "./codes.ts";

describe("result codes", () => {
  test.each([
    ["0", "success", null],
    ["1", "failure", "no-funds"],
    ["2", "failure", "limit"],
    ["3", "failure", "limit"],
    ["4", "failure", "limit"],
    ["8", "merchant-problem", null],
    ["17", "failure", "busy"],
    ["26", "failure", "system-busy"],
    ["1001", "failure", "busy"],
    ["1019", "failure", "expired"],
    ["1025", "failure", "not-sent"],
    ["1032", "failure", "cancelled"],
    ["1037", "failure", "unreachable"],
    ["2001", "failure", "wrong-pin"],
    ["2028", "merchant-problem", null],
    ["4999", "unknown", null],
    ["8006", "failure", "pin-locked"],
    ["9999", "failure", "not-sent"],
    ["SFC_IC0003", "merchant-problem", null],
  ])("%s is %s %s", (code, kind, reason) => {
    const verdict = classifyResult(code);
    expect(verdict.kind).toBe(kind);
    if (verdict.kind === "failure") expect(verdict.reason).toBe(reason);
  });

  test("no code of the table is left out above, and whatever is not in it is unknown", () => {
    expect(Object.keys(resultCodes)).toHaveLength(19);
    for (const code of ["", "7777", "00", "-1", "constructor", "__proto__", "TP40153"]) {
      expect(classifyResult(code)).toEqual({ kind: "unknown", listed: false });
    }
  });

  test("prose counts for one thing: a failure that is still being processed is no verdict", () => {
    expect(classifyResult("1032", "The transaction is being processed").kind).toBe("unknown");
    expect(classifyResult("1037", "still under processing").kind).toBe("unknown");
    expect(classifyResult("0", "The service request is processed successfully.").kind).toBe("success");
  });
});

test.each<[DarajaCall, number, string, string, ErrorVerdict["kind"]]>([
  ["prompt", 400, "400.002.02", "Bad Request - Invalid PhoneNumber", "failure"],
  ["prompt", 400, "400.002.02", "Bad Request - Invalid Amount", "failure"],
  ["prompt", 400, "400.002.02", "Bad Request - Invalid BusinessShortCode", "merchant-problem"],
  ["query", 400, "400.002.02", "Bad Request - Invalid CheckoutRequestID", "unknown"],
  ["prompt", 400, "400.002.05", "Invalid Request Payload", "merchant-problem"],
  ["prompt", 404, "404.001.03", "Invalid Access Token", "token"],
  ["query", 401, "401.003.01", "Invalid Access Token", "token"],
  ["prompt", 401, "", "no apiproduct match found", "merchant-problem"],
  ["prompt", 404, "404.001.01", "Resource not found", "merchant-problem"],
  ["prompt", 405, "405.001", "Method Not Allowed", "merchant-problem"],
  ["prompt", 500, "500.001.1001", "Merchant does not exist", "merchant-problem"],
  ["prompt", 200, "500.001.1001", "Wrong credentials", "merchant-problem"],
  ["prompt", 500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process", "failure"],
  ["prompt", 500, "500.001.1001", "", "unknown"],
  ["query", 200, "500.001.1001", "The transaction is being processed", "unknown"],
  ["query", 500, "500.001.1001", "The transaction does not Exist", "unknown"],
  ["prompt", 500, "500.002.1001", "System internal error", "unknown"],
  ["query", 500, "500.003.02", "Spike Arrest Violation", "retryable"],
  ["query", 500, "500.003.03", "Quota Violation", "retryable"],
  ["query", 429, "policies.ratelimit.SpikeArrestViolation", "Spike arrest violation.", "retryable"],
  ["prompt", 429, "policies.ratelimit.SpikeArrestViolation", "Spike arrest violation.", "failure"],
  ["prompt", 403, "403.002.1001", "", "merchant-problem"],
  ["token", 400, "400.008.01", "Invalid Authentication passed", "merchant-problem"],
  ["token", 400, "", "", "merchant-problem"],
  ["token", 503, "", "<html>", "retryable"],
  ["prompt", 502, "", "<html>Bad Gateway</html>", "unknown"],
  ["query", 502, "", "<html>Bad Gateway</html>", "retryable"],
  ["prompt", 200, "", "<html>", "unknown"],
])("error of a %s, HTTP %i %s %s: %s", (call, status, code, text, kind) => {
  expect(classifyError(call, status, code, text).kind).toBe(kind);
});

test.each([
  ["payout", "0", "done"],
  ["payout", "1", "failed"],
  ["payout", "2040", "failed"],
  ["payout", "SFC_IC0003", "failed"],
  ["payout", "R000001", "unknown"],
  ["payout", "17", "unknown"],
  ["reversal", "R000001", "done"],
  ["reversal", "R000002", "failed"],
  ["reversal", "2040", "unknown"],
  ["reversal", "toString", "unknown"],
] as const)("[PAY-15] a %s whose result is %s is %s: what no list has says nothing", (kind, code, verdict) => {
  expect(classifyRefundResult(kind, code)).toBe(verdict);
});
