import { bytes, seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type PortalStateInput, portalState } from "./portal-state.ts";

const online = {
  planName: "1 GB",
  secondsLeft: seconds(600),
  bytesLeft: bytes(20_000_000),
  bytesUsed: bytes(0),
  endsAtMs: null,
  downKbps: null,
};

function shown(view: Partial<PortalStateInput["view"]>) {
  const none = { available: [], held: null, ended: null };
  return portalState({
    provider: undefined,
    site: undefined,
    brand: {},
    plans: [],
    offerOf: () => {
      throw new Error("nothing is for sale");
    },
    hub: "none",
    device: { mac: null, address: null },
    view: { online, onlineGrantId: "g1", ...none, ...view },
    purchase: null,
    trial: null,
  }).online;
}

test("[BEY-21] the page is told that the router gives more at the next log-in alone, and otherwise nothing of it", () => {
  expect(shown({ moreAtNextLogIn: true })).toMatchObject({ grantId: "g1", moreAtNextLogIn: true });
  expect(shown({ onlineDevices: 2 })).toEqual({ ...online, grantId: "g1", devices: 2 });
});
