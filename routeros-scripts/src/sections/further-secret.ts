import { furtherScriptName, furtherSecretPath, hasWords } from "@karibu/protocol/router/secret-proof";
import { indent, quote } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";

/** Where a further router asks for its secret. */
export interface SecretSource {
  /** Of the hub, without a slash at its end. */
  readonly url: string;
  /** Of this script alone: it is exchanged once for a key of the router's own. */
  readonly claim: string;
}

/** It reads and sets the secret of `/radius`, and keeps its own key. */
const policy = ["read", "write", "policy", "test", "sensitive"];
const own = '[/radius/find where comment~"^karibu:(agent-radius|ppp-radius)\\$"]';
const keyTag = "own-key";
const ownKey = `[/system/script/find where comment="karibu:${keyTag}"]`;

/**
 * A further router gets its secret from the hub, over https and with the hub's certificate checked: the cable between the routers is nobody's
 * in particular, and on it neither a listener learns a secret nor somebody in between sets one. At import, and then each half hour, the router
 * tells which secret it has by its SHA-512; where the hub wants another one, it sets its own rows of `/radius` alone, reads them back, and tells
 * again. Cut off anywhere, it asks again: the agent takes both secrets until the hub has heard of the new one.
 *
 * The script's key works once: the router exchanges it for one of its own, which lies beside it. Whoever reads the script later has a dead key.
 */
export function secretChange(source: SecretSource): Section {
  return {
    title: "The router gets its secret from the hub",
    steps: [
      tagged(
        "/system/script",
        keyTag,
        { name: "karibu-own-key", "dont-require-permissions": false, policy: ["read"] },
        { addOnlyProperties: { source: "" } },
      ),
      tagged("/system/script", "change-secret", {
        name: furtherScriptName,
        "dont-require-permissions": true,
        policy,
        source: sourceLines(source).join("\n"),
      }),
      tagged("/system/scheduler", "change-secret", {
        name: furtherScriptName,
        "start-date": "1970-01-01",
        "start-time": startOf(source.claim),
        interval: "30m",
        "on-event": `/system/script/run ${furtherScriptName}`,
        policy,
      }),
    ],
  };
}

/** After everything is set up. A hub that is not reached now is asked each half hour. */
export const firstAsk: readonly string[] = [
  `:onerror why in={ /system/script/run ${furtherScriptName} } do={ :put ("karibu: the hub was not asked for this router's secret, and is asked again each half hour. " . $why) }`,
];

export const checkOf = (url: string): string => (url.startsWith("http:") ? "no" : "yes-without-crl");

/** Its own second of the half hour: a thousand routers do not ask at once. */
function startOf(claim: string): string {
  let second = 0;
  for (const character of claim) second = (second * 31 + character.charCodeAt(0)) % 1800;
  const two = (count: number) => String(count).padStart(2, "0");
  return `00:${two(Math.floor(second / 60))}:${two(second % 60)}`;
}

function sourceLines({ url, claim }: SecretSource): string[] {
  const header = '("Authorization: Bearer " . $bearer . ",Content-Type: application/json")';
  const body = '("{\\"has\\":\\"" . $has . "\\"}")';
  const ask = `[/tool/fetch url=${quote(`${url}${furtherSecretPath}`)} http-method=post http-header-field=${header} http-data=${body} check-certificate=${checkOf(url)} output=user as-value]`;
  const is = "[:tostr [/radius/get $row secret]]";
  /** Rows that differ count as no secret at all. */
  const readBack = [
    ':set present ""',
    `:foreach row in=${own} do={ :set present ${is} }`,
    `:foreach row in=${own} do={ :if (${is} != $present) do={ :set present "" } }`,
    `:set has [:convert (${quote(hasWords)} . $present) transform=sha512 to=hex]`,
  ];
  return [
    `:local claim ${quote(claim)}`,
    ":local bearer $claim",
    `:foreach row in=${ownKey} do={`,
    "  :local kept [:tostr [/system/script/get $row source]]",
    "  :if ([:len $kept] > [:len $claim]) do={",
    "    :if ([:pick $kept 0 [:len $claim]] = $claim) do={ :set bearer [:pick $kept ([:len $claim] + 1) [:len $kept]] }",
    "  }",
    "}",
    ':local present ""',
    ':local has ""',
    ...readBack,
    `:local got ${ask}`,
    ':local answer [:deserialize from=json value=($got->"data") options=json.no-string-conversion]',
    ':local key [:tostr ($answer->"key")]',
    ":if ([:len $key] > 23) do={",
    `  :foreach row in=${ownKey} do={ /system/script/set $row source=($claim . "/" . $key) }`,
    "  :set bearer $key",
    "}",
    ':local radius [:tostr ($answer->"radius")]',
    ":if ([:len $radius] > 23) do={",
    `  :foreach row in=${own} do={ /radius/set $row secret=$radius }`,
    ...indent(readBack),
    '  :if ($present != $radius) do={ :error "karibu: a row of /radius has another secret" }',
    `  :set got ${ask}`,
    '  /log/info "karibu: the secret between this router and the agent was changed"',
    "}",
  ];
}
