/**
 * Checks that everything is present and works: one line per part, with what to do. Changes nothing. The first half comes from
 * the sections of set-up; the second half asks the running parts.
 */

import { sha512Hex } from "@karibu/protocol/hash";
import { installerKeyOf } from "@karibu/protocol/installer-key";
import { find, quote } from "../language/rsc-text.ts";
import { findTagged, portTag, type Section, type Step } from "../steps/step.ts";
import { portalUrl } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { type Check, dateIsKnown, writeCheck } from "./conditions.ts";

export function verificationLines(sections: readonly Section[], values: ScriptValues): string[] {
  return [
    ...sections.filter((section) => !section.needsContainerPackage).flatMap(presenceCheck),
    ...textCheck(sections),
    ...liveChecks(values).flatMap(writeCheck),
    // The last one, because it fails without the container package.
    ...sections.filter((section) => section.needsContainerPackage).flatMap(presenceCheck),
  ];
}

function presenceCheck(section: Section): string[] {
  const objects = section.steps.filter(
    (step): step is TaggedStep => step.kind === "port" || (step.kind === "object" && step.onlyIfThere !== true),
  );
  return [
    "{",
    '  :local missing ""',
    ...objects.map(
      (step) => `  :if ([:len ${findStep(step)}] = 0) do={ :set missing ($missing . ${quote(` ${tagOf(step)}`)}) }`,
    ),
    "  :if ([:len $missing] = 0) do={",
    `    :put ${quote(`ok       ${section.title}`)}`,
    "  } else={",
    `    :put (${quote(`MISSING  ${section.title}:`)} . $missing . ${quote(". Import setup.rsc again.")})`,
    "  }",
    "}",
  ];
}

/**
 * Our scripts run with more rights than the agent's user has. No source says whether RouterOS keeps a user without `policy` from changing their
 * text, and a full user may change it at any time. A board that stores other line ends than it was given would show all as changed: unproved.
 */
function textCheck(sections: readonly Section[]): string[] {
  const scripts = sections.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      const source = step.kind === "object" && step.menu === "/system/script" ? step.properties.source : undefined;
      return step.kind === "object" && typeof source === "string" ? [{ step, source }] : [];
    }),
  );
  if (scripts.length === 0) return [];
  return [
    "{",
    '  :local changed ""',
    ...scripts.flatMap(({ step, source }) => {
      const text = `[:tostr [/system/script/get $row source]]`;
      return [
        `  :foreach row in=${findTagged(step)} do={`,
        `    :if ([:convert ${text} transform=sha512 to=hex] != ${quote(sha512Hex(source))}) do={ :set changed ($changed . ${quote(` ${step.tag}`)}) }`,
        "  }",
      ];
    }),
    "  :if ([:len $changed] = 0) do={",
    `    :put ${quote("ok       The scripts on this router have the text that set-up gave them")}`,
    "  } else={",
    `    :put (${quote("CHANGED  The scripts on this router have another text than set-up gave them:")} . $changed . ${quote(". If you did not update Karibu since, somebody else was here: import repair.rsc and change this router's passwords.")})`,
    "  }",
    "}",
  ];
}

type TaggedStep = Extract<Step, { kind: "object" | "port" }>;
const tagOf = (step: TaggedStep) => (step.kind === "port" ? portTag(step) : step.tag);
const findStep = (step: TaggedStep) =>
  step.kind === "port" ? find("/interface/bridge/port", "comment", `karibu:${portTag(step)}`) : findTagged(step);

function liveChecks(values: ScriptValues): Check[] {
  const { radius, tunnel, services } = values;
  const otherRadiusServers = '[/radius/find where service~"hotspot" and !(comment~"^karibu:")]';
  const checks: Check[] = [
    {
      condition: dateIsKnown,
      whenTrue: "ok       The router knows the date",
      whenFalse: "CHECK    The router does not know the date. Is the internet connected? See /system/ntp/client/print",
    },
    coaIsAccepted,
    {
      condition: `[:len ${otherRadiusServers}] = 0`,
      whenTrue: "ok       The hotspot uses no other RADIUS server",
      whenFalse: "CHECK    Another RADIUS server is set up for the hotspot and may refuse guests. See /radius/print",
    },
    {
      condition: '[:len [/ip/hotspot/user/find where !(name~"^(default-trial|admin)")]] = 0',
      whenTrue: "ok       The router has no local hotspot users",
      whenFalse: "CHECK    Users in /ip/hotspot/user log in without the agent. Remove those that should not be there",
    },
    agentAnswers(values),
    {
      condition: `([/radius/monitor ${find("/radius", "comment", "karibu:agent-radius")} once as-value]->"bad-replies") = 0`,
      whenTrue: "ok       RADIUS answers are valid",
      whenFalse: `CHECK    RADIUS answers are invalid. Does the agent have the secret of /radius? It has ${radius.secret.length} characters`,
    },
  ];
  if (tunnel !== null) checks.push(tunnelIsUp);
  if (services?.chosen.pppoe) checks.push(noLocalSecrets);
  if (services?.chosen.fairUplink) checks.push(noFasttrack);
  return checks;
}

const noLocalSecrets: Check = {
  condition: '[:len [/ppp/secret/find where service~"(any|pppoe)"]] = 0',
  whenTrue: "ok       The router has no PPP secrets",
  whenFalse: "CHECK    Names in /ppp/secret dial in without the agent. Remove those that should not be there",
};

const noFasttrack: Check = {
  condition: "[:len [/ip/firewall/filter/find where action=fasttrack-connection and disabled=no]] = 0",
  whenTrue: "ok       Nothing goes past the fair line",
  whenFalse:
    "CHECK    Fasttrack takes the owner's own traffic past the fair line; guests and PPPoE customers are shared. Disable the fasttrack rule to share all of it",
};

export const coaIsAccepted: Check = {
  condition: "[/radius/incoming/get accept] = true",
  whenTrue: "ok       The router accepts Disconnect and CoA requests",
  whenFalse: "CHECK    The agent can't end sessions on this router. Import setup.rsc again",
};

export const tunnelIsUp: Check = {
  condition: `[:len [/interface/wireguard/peers/get ${find("/interface/wireguard/peers", "comment", "karibu:hub-peer")} last-handshake]] > 0`,
  whenTrue: "ok       The tunnel to the hub is up",
  whenFalse:
    "CHECK    The tunnel to the hub was never up. Does the hub know this router's public key? Is the date right?",
};

export function agentAnswers(values: ScriptValues): Check {
  const portal = portalUrl(values);
  return {
    condition: `([/tool/fetch url=${quote(`${portal}/health`)} output=user as-value]->"status") = "finished"`,
    whenTrue: `ok       The agent answers. Its page for installers: ${portal}/status?key=${installerKeyOf(values.radius.secret)}`,
    whenFalse:
      values.agent.place === "container"
        ? "CHECK    The agent does not answer. See /container/print and /log/print where topics~container"
        : "CHECK    The agent does not answer. Is the tunnel up?",
  };
}
