/**
 * What a set-up that is under way keeps on the router: a script with the key for going on, and two schedulers that run it, at boot and each
 * minute. They carry our tag, so removal takes them too; the last step of the set-up removes them, or the script itself after a day.
 */
import { find, indent, quote } from "../language/rsc-text.ts";
import { checkLines } from "./request-lines.ts";

export const scriptName = "karibu-set-up";
const minutesMax = 24 * 60;
/** It makes users and scripts, fetches into files and imports them. */
const policy = "read,write,policy,test,reboot,sensitive,ftp";

const script = find("/system/script", "comment", "karibu:set-up");
const minute = find("/system/scheduler", "comment", "karibu:set-up-minute");

const removeSchedulers = '/system/scheduler/remove [/system/scheduler/find where comment~"^karibu:set-up-"]';

/** Everything that only a set-up needs: what holds keys first. A scheduler that finds no script any more removes itself. */
export const forgetSetUp = [
  '/file/remove [/file/find where name="karibu-stage-two.rsc"]',
  '/system/script/remove [/system/script/find where comment~"^karibu:set-up"]',
  removeSchedulers,
];

/** Lines that keep `$hub`, `$bearer`, `$sha` and `$mine` for the next run. The script comes last: without it the schedulers do nothing. */
export const keepSetUp = [
  // A line that is pasted again begins to count anew.
  `:do { /system/scheduler/remove ${minute} } on-error={ }`,
  `:if ([:len ${minute}] = 0) do={`,
  `  /system/scheduler/add name=karibu-set-up-minute start-date=1970-01-01 start-time=00:00:00 interval=1m policy=${policy} on-event=${quote(runStored("0s"))} comment="karibu:set-up-minute"`,
  "}",
  `:if ([:len ${find("/system/scheduler", "comment", "karibu:set-up-boot")}] = 0) do={`,
  `  /system/scheduler/add name=karibu-set-up-boot start-time=startup interval=0s policy=${policy} on-event=${quote(runStored("20s"))} comment="karibu:set-up-boot"`,
  "}",
  `:local source (${[
    quote(':local hub "'),
    "$hub",
    quote('"\n:local key "'),
    "$bearer",
    quote('"\n:local sha "'),
    "$sha",
    quote('"\n:local ports "'),
    "$escapedPorts",
    quote(`"\n${resumeLines().join("\n")}`),
  ].join(" . ")})`,
  `:if ([:len ${script}] = 0) do={`,
  `  /system/script/add name=${scriptName} policy=${policy} source=$source comment="karibu:set-up"`,
  "} else={",
  `  /system/script/set ${script} source=$source`,
  "}",
];

function runStored(delay: string): string {
  const run = `:if ([:len ${script}] > 0) do={ /system/script/run ${scriptName} } else={ ${removeSchedulers} }`;
  return delay === "0s" ? run : `:delay ${delay}; ${run}`;
}

function fetchStageOne(check = ""): string[] {
  return [
    ":onerror why in={",
    `  :local got [/tool/fetch url=($hub . "/enrol/stage-one")${check} output=user as-value]`,
    '  :set text ($got->"data")',
    "} do={ :set failed $why }",
  ];
}

/** The stored script: one run at a time, the same stage one as the first time, and an end after a day. */
function resumeLines(): string[] {
  return [
    ":local runs 0",
    `:foreach one in=${minute} do={ :set runs [:tonum [/system/scheduler/get $one run-count]] }`,
    `:if ($runs > ${minutesMax}) do={`,
    ...indent(forgetSetUp),
    "} else={",
    `  :if ([:len [/system/script/job/find where script="${scriptName}"]] < 2) do={`,
    '    :local text ""',
    '    :local failed ""',
    ...indent(indent(fetchStageOne())),
    // No certificate can be checked while the clock is wrong, and the digest proves the text. But that there is another one only the hub may say.
    "    :if (([:len $failed] = 0) && ([:convert $text transform=sha512 to=hex] != $sha)) do={",
    ...indent(indent(indent([...checkLines, ...fetchStageOne(" check-certificate=$check")]))),
    "    }",
    "    :if ([:len $failed] = 0) do={",
    "      :if ([:convert $text transform=sha512 to=hex] = $sha) do={",
    "        :local run [:parse $text]",
    '        $run hub=$hub token="" key=$key sha=$sha ports=$ports',
    "      } else={",
    '        :put "Karibu: the hub has a newer set-up. Make a new line in the console and paste it"',
    ...indent(indent(indent(indent(forgetSetUp)))),
    "      }",
    "    } else={",
    '      :put ("Karibu: the hub does not answer; the next try is in a minute. " . $failed)',
    "    }",
    "  }",
    "}",
  ];
}
