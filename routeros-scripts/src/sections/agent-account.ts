import { type Section, tagged } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * The agent's account. It can use only the API, and only from the agent's address. `write` ends sessions, `test` pings, `reboot`
 * is for remote operators. It lacks `policy` (which can create users), `sensitive` and `ftp`. The API service accepts only the
 * agent's address.
 */
export function agentAccount({ agent, api }: ScriptValues): Section {
  return {
    title: "The agent's account on this router",
    steps: [
      tagged("/user/group", "agent-group", { name: api.user, policy: ["api", "read", "write", "test", "reboot"] }),
      tagged("/user", "agent-user", {
        name: api.user,
        group: api.user,
        password: api.password,
        address: agent.agentAddress,
        disabled: false,
      }),
      {
        kind: "setting",
        menu: "/ip/service",
        row: "api",
        savedAs: "api",
        properties: { disabled: false, port: api.port, address: `${agent.agentAddress}/32` },
        savedProperties: { disabled: "flag", port: "text", address: "list" },
      },
    ],
  };
}
