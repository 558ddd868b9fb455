/**
 * Can this router carry Karibu? Read-only, before anything else; plain sentences for the person in front of it.
 */

import { quote } from "../language/rsc-text.ts";
import type { Dialect } from "../language/version-dialect.ts";
import { find } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

export function preflightLines({ agent }: ScriptValues, dialect: Dialect): string[] {
  return [
    `:put (${quote("Board: ")} . ${resource("board-name")} . ${quote(", RouterOS ")} . ${resource("version")})`,
    ...judge({
      holds: versionIs(dialect),
      well: `RouterOS is ${dialect.minor}, as this script expects`,
      otherwise: `STOP  These scripts are for RouterOS ${dialect.minor}. Get those of this router's version, or update it`,
    }),
    ...judge({
      holds: `${mode("flagged")} ~ "(true|yes)"`,
      well: "STOP  RouterOS found traces of an intruder (flagged). Reinstall it with Netinstall before you go on",
      otherwise: null,
    }),
    ...(agent.place === "container"
      ? containerChecks(agent, dialect)
      : ["hotspot", "fetch"].flatMap((feature) => deviceMode(feature, "mode=advanced"))),
    ...licence,
    ...judge({
      holds: "[:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024",
      well: "The router knows the date",
      otherwise:
        "DO    The date is wrong. Connect the internet and wait a minute, or enter /system/clock/set date=2026-11-20",
    }),
  ];
}

const resource = (property: string) => `[/system/resource/get ${property}]`;
const mode = (feature: string) => `[:tostr [/system/device-mode/get ${feature}]]`;
const hostedInstead = "Use this router as a hosted site: its agent runs beside the hub.";

function containerChecks(container: ContainerValues, dialect: Dialect): string[] {
  const disk = find("/disk", "slot", container.disk);
  return [
    ...architecture,
    ...judge({
      holds: `${resource("total-memory")} > 400000000`,
      well: "There is enough memory",
      otherwise: `STOP  The agent needs a router with 512 MB of memory or more. ${hostedInstead}`,
    }),
    ...judge({
      holds: `[:len [/system/package/find where name="container" and disabled=no]] > 0`,
      well: "The container package is there",
      otherwise: "DO    Install the package 'container' of exactly this RouterOS version",
    }),
    ...["hotspot", "scheduler", "fetch", "container"].flatMap((feature) =>
      deviceMode(feature, "mode=advanced container=yes"),
    ),
    ...judge({
      holds: `[:len ${disk}] > 0`,
      well: `The disk ${container.disk} is there`,
      otherwise: `DO    There is no disk ${container.disk}. Plug it in and look at /disk/print`,
    }),
    ...judge({
      holds: `[:tonum [/disk/get ${disk} free]] > 400000000`,
      well: "The disk has room",
      otherwise: `DO    The disk needs 400 MB free and the file system ext4. To empty it: ${dialect.formatDisk} ${container.disk} file-system=ext4 mbr-partition-table=no`,
    }),
    ...judge({
      holds: `[:len ${find("/file", "name", container.imageFile)}] > 0`,
      well: `The image ${container.imageFile} is there`,
      otherwise: `DO    Upload the image as ${container.imageFile}`,
    }),
  ];
}

function deviceMode(feature: string, update: string): string[] {
  return judge({
    holds: `${mode(feature)} ~ "(true|yes)"`,
    well: `device-mode allows ${feature}`,
    otherwise:
      `DO    device-mode forbids ${feature}. Enter: /system/device-mode/update ${update}` +
      " and press the button or cut the power within five minutes",
  });
}

/** The processor decides whether there is an image; some boards with "arm" even lack what 32-bit images need. */
const architecture = [
  "{",
  `  :local architecture ${resource("architecture-name")}`,
  '  :if (($architecture = "arm64") || ($architecture = "x86_64") || ($architecture = "x86")) do={',
  `    :put (${quote("ok    This router can run the agent. Processor: ")} . $architecture)`,
  "  } else={",
  '    :if ($architecture = "arm") do={',
  `      :put ${quote(`STOP  This is a 32-bit router: there is no image for it. ${hostedInstead}`)}`,
  "    } else={",
  `      :put ${quote(`STOP  This router can't run containers. ${hostedInstead}`)}`,
  "    }",
  "  }",
  "}",
];

export const versionIs = ({ minor }: Dialect) =>
  `[:pick [/system/resource/get version] 0 ${minor.length}] = ${quote(minor)}`;

/** A licence's level bounds how many guests may be online at once; CHR has names instead of levels, and no bound. */
const licence = [
  ":do {",
  "  :local level [:tostr [/system/license/get level]]",
  `  :put (${quote("ok    Licence ")} . $level . ${quote(": level 3 allows 1 guest online, 4 allows 200, 5 allows 500, 6 any number")})`,
  "} on-error={ }",
];

interface Judgement {
  readonly holds: string;
  /** Said as "ok", unless it says itself what it is. */
  readonly well: string;
  /** Null: say nothing. */
  readonly otherwise: string | null;
}

function judge({ holds, well, otherwise }: Judgement): string[] {
  const yes = /^(STOP|DO) /.test(well) ? well : `ok    ${well}`;
  return [
    "{",
    "  :local holds false",
    `  :do { :if (${holds}) do={ :set holds true } } on-error={ }`,
    `  :if ($holds) do={ :put ${quote(yes)} }`,
    ...(otherwise === null ? [] : [`  :if (!$holds) do={ :put ${quote(otherwise)} }`]),
    "}",
  ];
}
