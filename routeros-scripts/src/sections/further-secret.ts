import { askWords, furtherScriptName, furtherSecretPath, hasWords } from "@karibu/protocol/router/secret-proof";
import { quote } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";

/** It reads and sets the secret of `/radius`. */
const policy = ["read", "write", "policy", "test", "sensitive"];
const own = '[/radius/find where comment~"^karibu:(agent-radius|ppp-radius)\\$"]';

/**
 * A further router changes its secret by itself: the agent can't start anything here, so the router asks it each half hour whether there is a
 * new one. It proves the present secret by its SHA-512, sets its own rows of `/radius` alone, reads them back and proves what it has. Cut off
 * anywhere, it asks again: the agent takes both secrets until it has the proof. The script holds no secret.
 */
export function secretChange(asks: { readonly agentRouterAddress: string }, pagePort: number): Section {
  const url = `http://${asks.agentRouterAddress}:${pagePort}${furtherSecretPath}`;
  return {
    title: "The router changes its secret when the agent has a new one",
    steps: [
      tagged("/system/script", "change-secret", {
        name: furtherScriptName,
        "dont-require-permissions": true,
        policy,
        source: sourceLines(url).join("\n"),
      }),
      tagged("/system/scheduler", "change-secret", {
        name: furtherScriptName,
        "start-date": "1970-01-01",
        "start-time": "00:00:00",
        interval: "30m",
        "on-event": `/system/script/run ${furtherScriptName}`,
        policy,
      }),
    ],
  };
}

function sourceLines(url: string): string[] {
  const sha512 = (text: string) => `[:convert ${text} transform=sha512 to=hex]`;
  const ask = (proof: string) =>
    `[/tool/fetch url=${quote(url)} http-method=post http-data="{}" http-header-field=("Authorization: Bearer " . ${proof}) output=user as-value]`;
  const present = "[:tostr [/radius/get $row secret]]";
  return [
    ':local was ""',
    `:foreach row in=${own} do={ :set was ${present} }`,
    `:local proof ${sha512(`(${quote(askWords)} . $was)`)}`,
    `:local got ${ask("$proof")}`,
    ':local new [:deserialize from=json value=($got->"data") options=json.no-string-conversion]',
    ':local id [:tostr ($new->"id")]',
    ':local radius [:tostr ($new->"radius")]',
    ":if (([:len $id] > 0) && ([:len $radius] > 23)) do={",
    `  :foreach row in=${own} do={ /radius/set $row secret=$radius }`,
    `  :foreach row in=${own} do={`,
    `    :if (${present} != $radius) do={ :error "karibu: a row of /radius has another secret" }`,
    "  }",
    `  :local shown ${sha512(`(${quote(hasWords)} . $id . " " . $radius)`)}`,
    `  :set got ${ask("$shown")}`,
    '  /log/info "karibu: the secret between this router and the agent was changed"',
    "}",
  ];
}
