import { raw } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import { guestInterface } from "../values/agent-endpoint.ts";
import { mayShareList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * What guests are sent may take no further step (TTL 1): a phone that shares its connection drops it. No proof: who sets the TTL anew, or has
 * a VPN, passes. Guests have no IPv6. A bridge between access point and router is no step; a router of the owner's between them is one.
 */
export function sharingRule(values: ScriptValues, mayShare: readonly string[]): Section {
  return {
    title: "No sharing behind one phone",
    steps: [
      ...mayShare.map((address) =>
        tagged("/ip/firewall/address-list", `may-share-${address}`, { list: mayShareList, address }),
      ),
      tagged(
        "/ip/firewall/mangle",
        "no-sharing",
        {
          chain: "postrouting",
          action: "change-ttl",
          "out-interface": guestInterface(values),
          "dst-address-list": raw(`!${mayShareList}`),
          "new-ttl": "set:1",
          passthrough: false,
        },
        { beforeOtherRows: true },
      ),
    ],
  };
}
