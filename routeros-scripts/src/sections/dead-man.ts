import { deadMan } from "@karibu/protocol/router/dead-man";
import { find } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";

/**
 * Takes a change back that cut the way between router and agent: at a hosted site the agent's connection comes through the line that was cut,
 * and RouterOS notices its end after minutes. While the agent holds safe mode it has rows in two address lists; the row of the second one goes
 * by itself. Nothing is written to flash: rows with a time-out are in memory, and a look changes nothing.
 *
 * Who attacks: whoever broke into the agent can make it unroll somebody's safe mode, and no more: the rows carry no words.
 *
 * Unproved on a board: that a scheduler may unroll the safe mode of another session ("any session may", says a public test of the API).
 */
export function deadManSection(): Section {
  const armed = find("/ip/firewall/address-list", "list", deadMan.armedList);
  const alive = find("/ip/firewall/address-list", "list", deadMan.aliveList);
  return {
    title: "The dead man: a change that cuts the way to the agent is taken back",
    steps: [
      tagged("/system/scheduler", deadMan.tag, {
        name: deadMan.name,
        "start-date": "1970-01-01",
        "start-time": "00:00:00",
        interval: `${deadMan.lookSeconds}s`,
        "on-event": [
          `:if (([:len ${armed}] > 0) && ([:len ${alive}] = 0)) do={`,
          '  /log/info "karibu: the agent was not heard after a change: it is taken back"',
          "  :do { /safe-mode/unroll } on-error={ }",
          `  /ip/firewall/address-list/remove ${armed}`,
          "}",
        ].join("\n"),
        policy: ["read", "write", "test"],
      }),
    ],
  };
}
