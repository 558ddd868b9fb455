/**
 * What is there, and whether it works: one line per part, with what to do. Changes nothing. The first half comes from the
 * very sections that set-up runs; the second asks the running parts.
 */
import { installerKeyOf } from "@karibu/protocol/installer-key";
import { quote } from "../language/rsc-text.ts";
import { find, findTagged, type Section, type Step } from "../steps/step.ts";
import { portalUrl } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

export function verificationLines(sections: readonly Section[], values: ScriptValues): string[] {
  return [
    ...sections.filter((section) => !section.needsContainerPackage).flatMap(writePresence),
    ...liveChecks(values),
    // The last: it fails where the package is missing.
    ...sections.filter((section) => section.needsContainerPackage).flatMap(writePresence),
  ];
}

function writePresence(section: Section): string[] {
  const objects = section.steps.filter((step) => step.kind === "object" || step.kind === "port");
  return [
    "{",
    '  :local missing ""',
    ...objects.map(
      (step) => `  :if ([:len ${findStep(step)}] = 0) do={ :set missing ($missing . ${quote(` ${nameOf(step)}`)}) }`,
    ),
    "  :if ([:len $missing] = 0) do={",
    `    :put ${quote(`ok       ${section.title}`)}`,
    "  } else={",
    `    :put (${quote(`MISSING  ${section.title}:`)} . $missing . ${quote(". Import setup.rsc again.")})`,
    "  }",
    "}",
  ];
}

type Present = Extract<Step, { kind: "object" | "port" }>;
const nameOf = (step: Present) => (step.kind === "port" ? `guest-port-${step.interfaceName}` : step.what);
const findStep = (step: Present) =>
  step.kind === "port" ? find("/interface/bridge/port", "comment", `karibu:${nameOf(step)}`) : findTagged(step);

/** A condition that holds when all is well, a sentence for each case. An error counts as "not well". */
interface LiveCheck {
  readonly holds: string;
  readonly well: string;
  readonly otherwise: string;
}

function liveChecks(values: ScriptValues): string[] {
  const { radius, tunnel } = values;
  const foreignRadius = '[/radius/find where service~"hotspot" and !(comment~"^karibu:")]';
  const checks: LiveCheck[] = [
    {
      holds: "[:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024",
      well: "The router knows the date",
      otherwise: "The router does not know the date. Is the internet there? Look at /system/ntp/client/print",
    },
    {
      holds: "[/radius/incoming/get accept] = true",
      well: "Disconnect and change requests are listened to",
      otherwise: "Nobody's session can be ended from the agent. Import setup.rsc again",
    },
    {
      holds: `[:len ${foreignRadius}] = 0`,
      well: "No other RADIUS server is asked for the hotspot",
      otherwise: "Another RADIUS server is set up for the hotspot: guests may be refused. Look at /radius/print",
    },
    {
      holds: '[:len [/ip/hotspot/user/find where !(name~"^(default-trial|admin)")]] = 0',
      well: "No guest is known to the router itself",
      otherwise: "Users in /ip/hotspot/user are let in without the agent. Remove those that are not meant to be there",
    },
    {
      holds: `([/tool/fetch url=${quote(`${portalUrl(values)}/health`)} output=user as-value]->"status") = "finished"`,
      well: `The agent answers. Its page for you: ${portalUrl(values)}/status?key=${installerKeyOf(values.radius.secret)}`,
      otherwise:
        values.agent.place === "container"
          ? "The agent does not answer. Look at /container/print and /log/print where topics~container"
          : "The agent does not answer. Is the tunnel up?",
    },
    {
      holds: `([/radius/monitor ${find("/radius", "comment", "karibu:agent-radius")} once as-value]->"bad-replies") = 0`,
      well: "RADIUS answers can be read",
      otherwise: `RADIUS answers can't be read: is the agent's secret the one of /radius? It has ${radius.secret.length} characters`,
    },
  ];
  if (tunnel !== null) {
    checks.push({
      holds: `[:len [/interface/wireguard/peers/get ${find("/interface/wireguard/peers", "comment", "karibu:hub-peer")} last-handshake]] > 0`,
      well: "The tunnel to the hub is up",
      otherwise: "The hub's tunnel was never up. Does the hub know this router's public key? Is the date right?",
    });
  }
  return checks.flatMap(writeLiveCheck);
}

function writeLiveCheck({ holds, well, otherwise }: LiveCheck): string[] {
  return [
    "{",
    "  :local well false",
    `  :do { :if (${holds}) do={ :set well true } } on-error={ }`,
    `  :if ($well) do={ :put ${quote(`ok       ${well}`)} } else={ :put ${quote(`CHECK    ${otherwise}`)} }`,
    "}",
  ];
}
