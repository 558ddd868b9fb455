import { type Section, tagged } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * The agent's account: the API alone, from its own address alone. `write` ends sessions, `test` pings, `reboot` is for the
 * operator far away; no `policy` (it would make users), no `sensitive`, no `ftp`. The API service listens to the agent only.
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
        what: "api",
        properties: { disabled: false, port: api.port, address: `${agent.agentAddress}/32` },
        remember: { disabled: "flag", port: "text", address: "list" },
      },
    ],
  };
}
