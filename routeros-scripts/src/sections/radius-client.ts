import { type ObjectStep, type Section, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

const common = {
  service: "hotspot",
  "authentication-port": 1812,
  "accounting-port": 1813,
  timeout: "3s",
  "require-message-auth": "yes-for-request-resp",
  disabled: false,
} as const;

export interface AskedServer {
  readonly address: string;
  /** The router's own address, as the server sees it. */
  readonly from: string;
  readonly secret: string;
  /** True: a row that is there keeps its secret. The router changes it by itself, and a script of before must not set it back. */
  readonly keepsSecret?: boolean;
}

export function hotspotRadius({ address, from, secret, keepsSecret = false }: AskedServer): ObjectStep {
  const properties = { ...common, address, "src-address": from };
  const more = keepsSecret ? { addOnlyProperties: { secret } } : {};
  return tagged("/radius", "agent-radius", keepsSecret ? properties : { ...properties, secret }, {
    beforeOtherRows: true,
    ...more,
  });
}

/**
 * The router asks the agent first, then the hub. Each has three seconds to answer, because the flash of a router may be busy. Answers must
 * carry a Message-Authenticator, which the agent adds. Our rows stand before other rows: RouterOS asks the first row of a service first.
 */
export function radiusClient(values: ScriptValues): Section {
  const { radius, tunnel } = values;
  const { address, routerAddress } = agentEndpoint(values);
  return {
    title: "RADIUS: the agent decides who may be online",
    steps: [
      hotspotRadius({ address, from: routerAddress, secret: radius.secret }),
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
              { beforeOtherRows: true },
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
