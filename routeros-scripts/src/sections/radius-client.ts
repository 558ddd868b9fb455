import { type Section, tagged } from "../steps/step.ts";
import { agentPlace } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * The agent first, then the hub. Three seconds each, because a router's flash may be busy; replies must be authenticated,
 * which the agent does. Ours stand before other rows: the first one for a service is asked first.
 */
export function radiusClient(values: ScriptValues): Section {
  const { radius, tunnel } = values;
  const { address, routerAddress } = agentPlace(values);
  const common = {
    service: "hotspot",
    "authentication-port": 1812,
    "accounting-port": 1813,
    timeout: "3s",
    "require-message-auth": "yes-for-request-resp",
    disabled: false,
  } as const;
  const first = { first: true };
  return {
    title: "RADIUS: who may be online is the agent's word",
    steps: [
      tagged(
        "/radius",
        "agent-radius",
        { ...common, address, "src-address": routerAddress, secret: radius.secret },
        first,
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
              first,
            ),
          ]),
      {
        kind: "setting",
        menu: "/radius/incoming",
        what: "coa",
        properties: { accept: true, port: radius.incomingPort },
        remember: { accept: "flag", port: "text" },
      },
    ],
  };
}
