import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { Properties } from "../language/rsc-text.ts";
import { named, type Section, tagged } from "../steps/step.ts";

/**
 * Each device gets its share of the line to the internet, both ways: CAKE counts hosts (`dual-dsthost` down, `dual-srchost` up, through NAT).
 * A board with little memory gets PCQ, which shares by address too, with short queues. The queues stand below what our guests and customers
 * bought, and over all of them together. They see what fasttrack leaves: guests and PPPoE customers skip it; the owner's own fasttracked
 * traffic is not shared, and verification says so.
 */
export function fairUplink(
  { uplink, downKbps, upKbps }: NonNullable<RouterServices["fairUplink"]>,
  hasSmallMemory: boolean,
): Section {
  const mangle = "/ip/firewall/mangle";
  const mark = (way: "down" | "up", side: Properties) =>
    tagged(
      mangle,
      `fair-${way}-mark`,
      { chain: "forward", action: "mark-packet", ...side, "new-packet-mark": `karibu-${way}`, passthrough: true },
      { beforeOtherRows: true },
    );
  const queue = (way: "down" | "up", kbps: number) =>
    tagged("/queue/tree", `fair-${way}`, {
      name: `karibu-fair-${way}`,
      parent: "global",
      "packet-mark": `karibu-${way}`,
      queue: `karibu-fair-${way}`,
      "max-limit": `${kbps}k`,
    });
  return {
    title: "A fair line to the internet",
    steps: [
      named("/queue/type", "fair-down", typeOf("down", hasSmallMemory), { kind: "text" }),
      named("/queue/type", "fair-up", typeOf("up", hasSmallMemory), { kind: "text" }),
      mark("down", { "in-interface": uplink }),
      mark("up", { "out-interface": uplink }),
      queue("down", downKbps),
      queue("up", upKbps),
    ],
  };
}

function typeOf(way: "down" | "up", hasSmallMemory: boolean): Properties {
  if (hasSmallMemory)
    return {
      kind: "pcq",
      "pcq-classifier": way === "down" ? "dst-address" : "src-address",
      "pcq-total-limit": "1000KiB",
    };
  return { kind: "cake", "cake-flowmode": way === "down" ? "dual-dsthost" : "dual-srchost", "cake-nat": true };
}
