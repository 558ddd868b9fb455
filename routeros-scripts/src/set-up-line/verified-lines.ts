/** The last step: what must be true before a site sells. The same questions as `verify.rsc` asks, but the router tells the hub. */
import type { SetUpProblem } from "@karibu/protocol/router/set-up-progress";
import { quote, raw } from "../language/rsc-text.ts";
import { type Check, dateIsKnown } from "../scripts/conditions.ts";
import { agentAnswers, coaIsAccepted, tunnelIsUp } from "../scripts/verification.ts";
import type { ScriptValues } from "../values/script-values.ts";
import type { Report } from "./request-lines.ts";

/** So many tries, ten seconds apart: a container that was just unpacked needs its time. */
const triesMax = 30;

/** `lastReport`: what the hub must hear before the router forgets its key. */
export function verifiedLines(
  values: ScriptValues,
  { report, lastReport }: Readonly<Record<"report" | "lastReport", (one: Report) => string>>,
): string[] {
  const agentProblem = values.agent.place === "hosted" ? "tunnel-silent" : "container-stopped";
  const date = { condition: dateIsKnown, whenFalse: "The router does not know the date" };
  const checks: [SetUpProblem, Pick<Check, "condition" | "whenFalse">][] = [
    ["clock", date],
    ["script-failed", coaIsAccepted],
    ...(values.tunnel === null ? [] : [["tunnel-silent", tunnelIsUp] as [SetUpProblem, Check]]),
    [agentProblem, agentAnswers(values)],
  ];
  return [
    report({ step: "verified", state: "running" }),
    "{",
    '  :local finding "begin"',
    '  :local problem ""',
    "  :local tries 0",
    `  :while (([:len $finding] > 0) && ($tries < ${triesMax})) do={`,
    '    :set finding ""',
    ...checks.flatMap(([problem, { condition, whenFalse }]) => [
      "    :if ([:len $finding] = 0) do={",
      `      :set finding ${quote((whenFalse ?? "").replace(/^CHECK +/, ""))}`,
      `      :set problem ${quote(problem)}`,
      `      :do { :if (${condition}) do={ :set finding "" } } on-error={ }`,
      "    }",
    ]),
    "    :set tries ($tries + 1)",
    "    :if ([:len $finding] > 0) do={ :delay 10s }",
    "  }",
    "  :if ([:len $finding] > 0) do={",
    `    ${lastReport({ step: "verified", state: "failed", problem: raw("$problem"), detail: raw("$finding") })}`,
    "  } else={",
    `    ${lastReport({ step: "verified", state: "done" })}`,
    "  }",
    "}",
  ];
}
