/**
 * Stage one: the same text for every router, without a secret. The pasted line fetches it, proves it by its digest and runs it with the hub's
 * address and the token; a scheduler runs it again with the router's own key. It sets the clock, sees to it that the hub can be proved, makes
 * the tunnel's key, tells the hub the facts, waits for the choices, and runs stage two.
 *
 * It gets `$hub`, `$token` (empty when it goes on), `$key` (the key for going on), `$sha` (its own digest) and `$ports` (the ports through
 * which the installer worked).
 */
import { find, indent, quote } from "../language/rsc-text.ts";
import { dateIsKnown } from "../scripts/conditions.ts";
import { trustLines } from "../scripts/trust-hub.ts";
import { tunnelInterface } from "../sections/hub-tunnel.ts";
import { timeSetting } from "../sections/time-and-dns.ts";
import { readFreeText, writeStep } from "../steps/write-steps.ts";
import { defaultTimeServers } from "../values/time-servers.ts";
import { checkLines, jsonKey, jsonText, postLines, say } from "./request-lines.ts";
import { factsLines } from "./router-facts-lines.ts";
import { forgetSetUp, keepSetUp, scriptName } from "./stored-set-up.ts";

const stageTwoFile = "karibu-stage-two.rsc";
/** So many times the router asks for the choices, every five seconds. Then it reads its facts again, because a disk may be new. */
const questions = 24;

export function stageOne(): string {
  return [
    ":local bearer $token",
    ":if ([:len $bearer] = 0) do={ :set bearer $key }",
    ...checkLines,
    ':local failed ""',
    ':local answer [:toarray ""]',
    ':local stop ""',
    ...clockLines,
    ...ifGoing(trustLines),
    ...ifGoing([
      ...writeStep(tunnelInterface),
      ...factsLines(),
      ...postLines({ path: "/enrol/facts", body: "$body" }),
      ...afterFailure,
      ...ifGoing([":if ([:len $token] > 0) do={", ...indent(claimed), "} else={", ...indent(goOn), "}"]),
    ]),
    `:if ([:len $stop] > 0) do={ :put ("Karibu: " . $stop); /log/info ("karibu: " . $stop) }`,
    "",
  ].join("\n");
}

const ifGoing = (lines: readonly string[]) => [":if ([:len $stop] = 0) do={", ...indent(lines), "}"];
const stopWith = (text: string) => `:set stop ${quote(text)}`;

/** Without the date no certificate can be checked, and the tunnel's first message is taken for an old one. */
const clockLines = [
  `:if (!(${dateIsKnown})) do={`,
  ...indent(writeStep(timeSetting(defaultTimeServers))),
  ...indent(say("the clock is wrong; waiting for a time server")),
  "  :local waited 0",
  `  :while ((!(${dateIsKnown})) && ($waited < 24)) do={ :delay 5s; :set waited ($waited + 1) }`,
  `  :if (!(${dateIsKnown})) do={`,
  `    ${stopWith("the router does not know the date. Connect the internet, or enter /system/clock/set date=2026-11-20 time=12:00:00. Then paste the line again")}`,
  "  }",
  "}",
];

const is = (code: number) => `($failed ~ "(^|[^0-9])${code}([^0-9]|\\$)")`;

/** What went wrong with the first question to the hub, and what to do about it. */
const afterFailure = [
  ":if ([:len $failed] > 0) do={",
  `  :if ($failed ~ "(ertificate|SSL|TLS|handshake)") do={`,
  `    :set stop ("the hub's certificate is not trusted. The router's date is " . [:tostr [/system/clock/get date]] . ": if that is wrong, enter the right one with /system/clock/set. Else update RouterOS to 7.19 or newer, or import the hub's root with /certificate/import. Then paste the line again")`,
  "  }",
  `  :if (${is(401)}) do={`,
  `    ${stopWith("this line is used up or too old. Make a new line in the console and paste it")}`,
  ...indent(indent([":if ([:len $token] = 0) do={", ...indent(forgetSetUp), "}"])),
  "  }",
  `  :if (${is(403)}) do={ ${stopWith("this line belongs to another router. Make a new line for this one")} }`,
  "  :if ([:len $stop] = 0) do={",
  '    :set stop ("the hub does not answer: " . $failed . ". Is the internet connected? Then paste the line again")',
  '    :if ([:len $token] = 0) do={ :set stop ("the hub does not answer; the next try is in a minute. " . $failed) }',
  "  }",
  "}",
];

/** The hub took the token: from now on this router has a key of its own, and the stored script goes on, now and after each reboot. */
const claimed = [
  ':set bearer [:tostr ($answer->"resumeKey")]',
  `:if (!($bearer ~ "^[A-Za-z0-9_-]+\\$")) do={`,
  `  :if (($answer->"state") = "failed") do={ :set stop [:tostr ($answer->"remedy")] } else={ ${stopWith("the hub gave no key. Make a new line in the console and paste it")} }`,
  "} else={",
  // Names of ports are the owner's: in the stored script they must stay one text.
  ...indent(readFreeText("$mine", "escapedPorts")),
  ...indent(keepSetUp),
  ...indent(
    say(
      "the hub has this router's facts. Choose disk, ports and Wi-Fi in the console. The set-up goes on by itself, after a reboot too",
    ),
  ),
  `  /system/script/run ${scriptName}`,
  "}",
];

/** In the first half hour each minute's run tries stage two, later each tenth: a set-up that can't succeed must not wear out the flash. */
const turnLines = [
  ':local turn "0"',
  ':foreach one in=[/system/scheduler/find where comment="karibu:set-up-minute"] do={ :set turn [:tostr [/system/scheduler/get $one run-count]] }',
  ":local isTurn true",
  ':if (([:tonum $turn] > 30) && ([:pick $turn ([:len $turn] - 1) [:len $turn]] != "0")) do={ :set isTurn false }',
];

const goOn = [
  ':local state [:tostr ($answer->"state")]',
  `:for question from=1 to=${questions} do={`,
  '  :if ($state = "choose") do={',
  "    :delay 5s",
  ...indent(indent(postLines({ path: "/enrol/progress", body: quote('{"step":"choices","state":"waiting"}') }))),
  '    :if (([:len $failed] = 0) && ([:len [:tostr ($answer->"state")]] > 0)) do={ :set state [:tostr ($answer->"state")] }',
  "  }",
  "}",
  ':if (($state = "failed") || ($state = "cancelled")) do={',
  '  :set stop ("the set-up has ended. " . [:tostr ($answer->"remedy")])',
  ...indent(forgetSetUp),
  "}",
  ':if ($state = "ready") do={',
  ...indent(turnLines),
  ...indent([":if ($isTurn) do={", ...indent(stageTwoLines()), "}"]),
  "}",
];

/** Stage two is read back from the file in pieces: the digest is of what will be imported. */
function stageTwoLines(): string[] {
  const file = find("/file", "name", stageTwoFile);
  return [
    ":onerror why in={",
    `  :do { /file/remove ${file} } on-error={ }`,
    `  /tool/fetch url=($hub . "/enrol/stage-two") http-header-field=("Authorization: Bearer " . $bearer) check-certificate=$check dst-path=${stageTwoFile}`,
    "  :delay 1s",
    `  :local size [:tonum [/file/get ${file} size]]`,
    '  :local text ""',
    "  :while ([:len $text] < $size) do={",
    `    :local piece ([/file/read file=${stageTwoFile} offset=[:len $text] chunk-size=32768 as-value]->"data")`,
    '    :if ([:len $piece] = 0) do={ :error "the file can not be read back" }',
    "    :set text ($text . $piece)",
    "  }",
    '  :if ([:convert $text transform=sha512 to=hex] != ($answer->"sha512")) do={ :error "stage two is not what the hub made" }',
    `  /import file-name=${stageTwoFile} verbose=no`,
    "} do={ :set failed $why }",
    `:do { /file/remove ${file} } on-error={ }`,
    // Stage two has told the hub what failed, in words that begin like this.
    ':if (([:len $failed] > 0) && (!($failed ~ "karibu: "))) do={',
    `  :local body (${quote('{"step":"configuration","state":"failed","problem":"script-failed"')} . ${jsonKey("detail")} . ${jsonText("$failed", 400)} . "}")`,
    "  :local words $failed",
    ...indent(postLines({ path: "/enrol/progress", body: "$body" })),
    "  :set failed $words",
    "}",
    ":set stop $failed",
  ];
}
