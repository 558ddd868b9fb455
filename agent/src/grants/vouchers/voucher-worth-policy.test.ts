import { describe, expect, test } from "vitest";
import type { SpentReason } from "../../state/site-state.ts";
import {
  type BridgeFacts,
  bridgeRows,
  type VoucherFacts,
  type VoucherWorth,
  voucherRows,
  voucherWorth,
} from "./voucher-worth-policy.ts";

const voucher: VoucherFacts = { isStarted: false, isDisabled: false, lease: "here", spent: null };
const bridge: BridgeFacts = { isStarted: false, isAllowed: true, spent: null };
const whole = (refusal: VoucherWorth["refusal"]) => ({ grant: "whole", refusal });
const bridged = (refusal: VoucherWorth["refusal"]) => ({ grant: "bridge", refusal });

describe("[VOU-11] a voucher, in order of precedence", () => {
  test.each<[string, Partial<VoucherFacts>, Partial<BridgeFacts>, object]>([
    [
      "started here: it goes on, whatever else is known",
      { isStarted: true, isDisabled: true, lease: "gone" },
      {},
      whole(null),
    ],
    ["released, then disabled", { spent: "elsewhere", isDisabled: true }, {}, whole("disabled")],
    [
      "released, disabled, and used up elsewhere",
      { spent: "elsewhere", isDisabled: true, lease: "gone" },
      {},
      whole("disabled"),
    ],
    ["used up elsewhere", { lease: "gone" }, {}, whole("elsewhere")],
    ["used up elsewhere, and spent here before", { lease: "gone", spent: "time-used" }, {}, whole("time-used")],
    ["used up elsewhere and disabled", { lease: "gone", isDisabled: true }, {}, whole("elsewhere")],
    [
      "released to another site: no bridge on top",
      { spent: "elsewhere", lease: "elsewhere" },
      {},
      bridged("elsewhere"),
    ],
    ["released, and no row brought it back", { spent: "elsewhere", lease: "here" }, {}, bridged("elsewhere")],
    ["expired here", { spent: "expired" }, {}, whole("expired")],
    ["its data used here, then disabled", { spent: "data-used", isDisabled: true }, {}, whole("data-used")],
    ["disabled", { isDisabled: true }, {}, whole("disabled")],
    ["disabled, and leased to another site", { isDisabled: true, lease: "elsewhere" }, {}, whole("disabled")],
    ["unused, and leased to this site", {}, {}, whole(null)],
    ["leased to another site: the bridge", { lease: "elsewhere" }, {}, bridged(null)],
    [
      "the bridge started here goes on without the provider's leave",
      { lease: "elsewhere" },
      { isStarted: true, isAllowed: false, spent: "expired" },
      bridged(null),
    ],
    ["the provider allows no bridge", { lease: "elsewhere" }, { isAllowed: false }, bridged("elsewhere")],
    ["the bridge is used up", { lease: "elsewhere" }, { spent: "time-used" }, bridged("time-used")],
  ])("%s", (_, facts, bridgeFacts, expected) => {
    expect(voucherWorth({ ...voucher, ...facts }, () => ({ ...bridge, ...bridgeFacts }))).toEqual(expected);
  });
});

const booleans = [false, true];
const spent: (SpentReason | null)[] = [null, "expired", "time-used", "data-used", "revoked", "elsewhere"];

test("each row decides some case, and the last row decides what no other does", () => {
  const deciding = new Set<string>();
  for (const isStarted of booleans)
    for (const isDisabled of booleans)
      for (const lease of ["here", "elsewhere", "gone"] as const)
        for (const reason of spent) {
          const facts = { isStarted, isDisabled, lease, spent: reason };
          deciding.add(voucherRows.find((row) => row.fits(facts))?.name ?? "none");
        }
  expect([...deciding].sort()).toEqual(voucherRows.map(({ name }) => name).sort());
  const decidingBridge = new Set<string>();
  for (const isStarted of booleans)
    for (const isAllowed of booleans)
      for (const reason of spent) {
        decidingBridge.add(bridgeRows.find((row) => row.fits({ isStarted, isAllowed, spent: reason }))?.name ?? "none");
      }
  expect([...decidingBridge].sort()).toEqual(bridgeRows.map(({ name }) => name).sort());
});
