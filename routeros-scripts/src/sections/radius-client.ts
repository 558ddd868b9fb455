import { type Section, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * The router asks the agent first, then the hub. Each has three seconds to answer, because the flash of a router may be busy. Answers must
 * carry a Message-Authenticator, which the agent adds. Our rows stand before other rows: RouterOS asks the first row of a service first.
 */
export function radiusClient(values: ScriptValues): Section {
  const { radius, tunnel } = values;
  const { address, routerAddress } = agentEndpoint(values);
  const common = {
    service: "hotspot",
    "authentication-port": 1812,
    "accounting-port": 1813,
    timeout: "3s",
    "require-message-auth": "yes-for-request-resp",
    disabled: false,
  } as const;
  const beforeOtherRows = { beforeOtherRows: true };
  return {
    title: "RADIUS: the agent decides who may be online",
    steps: [
      tagged(
        "/radius",
        "agent-radius",
        { ...common, address, "src-address": routerAddress, secret: radius.secret },
        beforeOtherRows,
      ),
      ...(radius.second === null || tunnel === null
        ? []
        : [
            tagged(
              "/radius",
              "hub-radius",
              {
                ...common,
                address: radius.second.address,
                "src-address": tunnel.address,
                secret: radius.second.secret,
              },
              beforeOtherRows,
            ),
          ]),
      {
        kind: "setting",
        menu: "/radius/incoming",
        savedAs: "coa",
        properties: { accept: true, port: radius.incomingPort },
        savedProperties: { accept: "flag", port: "text" },
      },
    ],
  };
}
