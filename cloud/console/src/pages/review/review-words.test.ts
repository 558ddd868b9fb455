import { expect, test } from "vitest";
import { claimWords, refundWords } from "./review-words.ts";

test("[UIX-10] a claim and a refund on the review list are said in words, not as the hub wrote them", () => {
  expect(claimWords("UKL51ZDR4F ×2: no channel can be asked")).toBe(
    "UKL51ZDR4F · said 2 times · No channel can be asked about it",
  );
  expect(claimWords("by phone and amount: the channel is asked")).toBe(
    "Without a receipt: by phone and amount · The channel is being asked",
  );
  expect(claimWords("UKL51ZDR4F")).toBe("UKL51ZDR4F");
  expect(refundWords("failed: The balance is insufficient: 1")).toEqual({
    state: "Failed",
    raw: "The balance is insufficient: 1",
  });
  expect(refundWords("asked")).toEqual({ state: "Waits for approval", raw: null });
});
