import { askWords, hasWords, rotationPath, rotationScriptName } from "@karibu/protocol/router/secret-proof";
import { find, quote } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import { portalUrl } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** It reads and sets what the agent's user may not: secrets and the password of that user. */
const policy = ["read", "write", "policy", "test", "sensitive"];

const rows = {
  radius: find("/radius", "comment", "karibu:agent-radius"),
  allRadius: '[/radius/find where comment~"^karibu:(agent-radius|ppp-radius|staff-radius)\\$"]',
  user: find("/user", "comment", "karibu:agent-user"),
  radiusEnvironment: find("/container/envs", "comment", "karibu:env-KARIBU_RADIUS_SECRET"),
  apiEnvironment: find("/container/envs", "comment", "karibu:env-KARIBU_ROUTER_PASSWORD"),
};

/**
 * A fixed script that gives router and agent new secrets: the agent starts it by its name, over the API. It proves the present secret, gets the
 * new ones from the agent, changes its own objects alone, reads them back and proves what it has. The environment comes first: a container that
 * starts anew in between knows both. Cut off anywhere, it can run again. It holds no secret itself.
 */
export function secretRotation(values: ScriptValues): Section {
  const url = `${portalUrl(values)}${rotationPath}`;
  return {
    title: "The script that changes the secrets between router and agent",
    steps: [
      tagged("/system/script", "rotate-secrets", {
        name: rotationScriptName,
        "dont-require-permissions": true,
        policy,
        source: sourceLines(url).join("\n"),
      }),
    ],
  };
}

function sourceLines(url: string): string[] {
  const sha512 = (text: string) => `[:convert ${text} transform=sha512 to=hex]`;
  const ask = (proof: string) =>
    `[/tool/fetch url=${quote(url)} http-method=post http-data="{}" http-header-field=("Authorization: Bearer " . ${proof}) output=user as-value]`;
  return [
    `:local was [:tostr [/radius/get ${rows.radius} secret]]`,
    `:local proof ${sha512(`(${quote(askWords)} . $was)`)}`,
    `:local got ${ask("$proof")}`,
    ':local new [:deserialize from=json value=($got->"data") options=json.no-string-conversion]',
    ':local id [:tostr ($new->"id")]',
    ':local radius [:tostr ($new->"radius")]',
    ':local api [:tostr ($new->"api")]',
    ":if (([:len $id] = 0) || ([:len $radius] < 24) || ([:len $api] < 24)) do={",
    '  :error "karibu: the agent gave no new secrets; nothing was changed"',
    "}",
    `/container/envs/set ${rows.radiusEnvironment} value=$radius`,
    `/container/envs/set ${rows.apiEnvironment} value=$api`,
    `:foreach row in=${rows.allRadius} do={ /radius/set $row secret=$radius }`,
    `/user/set ${rows.user} password=$api`,
    ':local has ""',
    `:set has ($id . " " . [:tostr [/radius/get ${rows.radius} secret]])`,
    `:set has ($has . " " . [:tostr [/container/envs/get ${rows.radiusEnvironment} value]])`,
    `:set has ($has . " " . [:tostr [/container/envs/get ${rows.apiEnvironment} value]])`,
    `:local shown ${sha512(`(${quote(hasWords)} . $has)`)}`,
    `:set got ${ask("$shown")}`,
    '/log/info "karibu: the secrets between router and agent were changed"',
  ];
}
