import { raw } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { paymentList, suspendedList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * What a customer reaches whose address is in the list `karibu-suspended`: the agent puts it there and takes it out, with no redial. DNS and
 * the payment pages are open; plain HTTP shows the agent's page, all else is refused at once, IPv6 too, so that nothing waits for a time-out.
 * HTTPS can't be redirected. The filter sees the page's address after the redirect, so the agent itself is in the list of what is open.
 * These rules stand above those that accept known connections; flows that were open before the suspension are the agent's to end.
 */
export function suspendedCustomers(values: ScriptValues): Section {
  const { address, httpPort } = agentEndpoint(values);
  const open = [...(values.hub === null ? [] : [hostOf(values.hub.url)]), ...values.guests.openHosts];
  return suspendedRules({ address, port: httpPort }, open);
}

/** `page`: where the agent's page is reached from this router. `hosts`: what else stays open. */
export function suspendedRules(
  page: { readonly address: string; readonly port: number },
  hosts: readonly string[],
): Section {
  const filter = "/ip/firewall/filter";
  const before = { beforeOtherRows: true };
  const suspended = { "src-address-list": suspendedList } as const;
  const open = [...new Set(hosts)];
  return {
    title: "Suspended customers reach the page that says why, and nothing else",
    steps: [
      tagged("/ip/firewall/address-list", "payment-agent", { list: paymentList, address: page.address }),
      ...open.map((host) =>
        tagged("/ip/firewall/address-list", `payment-${host}`, { list: paymentList, address: host }),
      ),
      tagged(
        "/ip/firewall/nat",
        "suspended-page",
        {
          chain: "dstnat",
          action: "dst-nat",
          protocol: "tcp",
          "dst-port": 80,
          ...suspended,
          "dst-address-list": raw(`!${paymentList}`),
          "to-addresses": page.address,
          "to-ports": page.port,
        },
        before,
      ),
      tagged(
        filter,
        "suspended-pay",
        { chain: "forward", action: "accept", ...suspended, "dst-address-list": paymentList },
        before,
      ),
      ...(["udp", "tcp"] as const).map((protocol) =>
        tagged(
          filter,
          `suspended-dns-${protocol}`,
          { chain: "forward", action: "accept", ...suspended, protocol, "dst-port": 53 },
          before,
        ),
      ),
      tagged(
        filter,
        "suspended-tcp",
        { chain: "forward", action: "reject", "reject-with": "tcp-reset", ...suspended, protocol: "tcp" },
        before,
      ),
      tagged(
        filter,
        "suspended-rest",
        { chain: "forward", action: "reject", "reject-with": "icmp-admin-prohibited", ...suspended },
        before,
      ),
      tagged(
        "/ipv6/firewall/filter",
        "suspended6",
        { chain: "forward", action: "reject", "reject-with": "icmp-admin-prohibited", ...suspended },
        before,
      ),
    ],
  };
}

const hostOf = (url: string) => new URL(url).hostname;
