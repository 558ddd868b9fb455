/** Checks whether this router can run Karibu, before anything is changed. Plain sentences for the installer. */
import { find, quote } from "../language/rsc-text.ts";
import type { VersionDialect } from "../language/version-dialect.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { flashBytesMin, storageOf } from "../values/agent-storage.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { dateIsKnown, versionIs, writeCheck } from "./conditions.ts";

export function preflightLines({ agent }: ScriptValues, dialect: VersionDialect): string[] {
  return [
    `:put (${quote("Board: ")} . ${resource("board-name")} . ${quote(", RouterOS ")} . ${resource("version")})`,
    ...writeCheck({
      condition: versionIs(dialect),
      whenTrue: `ok    RouterOS is ${dialect.minor}, as these scripts need`,
      whenFalse: `STOP  These scripts are for RouterOS ${dialect.minor}. Get the scripts for this router's version, or update the router`,
    }),
    ...writeCheck({
      condition: `${deviceMode("flagged")} ~ "(true|yes)"`,
      whenTrue: "STOP  RouterOS found traces of an intruder (flagged). Reinstall it with Netinstall before you go on",
      whenFalse: null,
    }),
    ...(agent.place === "container"
      ? containerChecks(agent, dialect)
      : ["hotspot", "fetch"].flatMap((feature) => deviceModeCheck(feature, "mode=advanced"))),
    ...licence,
    ...writeCheck({
      condition: dateIsKnown,
      whenTrue: "ok    The router knows the date",
      whenFalse:
        "DO    The date is wrong. Connect the internet and wait a minute, or enter /system/clock/set date=2026-11-20",
    }),
  ];
}

const resource = (property: string) => `[/system/resource/get ${property}]`;
const deviceMode = (feature: string) => `[:tostr [/system/device-mode/get ${feature}]]`;
const hostedInstead = "Use this router as a hosted site: its agent runs beside the hub.";

function containerChecks(container: ContainerValues, dialect: VersionDialect): string[] {
  const [bytes, size] = container.disk === null ? [900_000_000, "1 GB"] : [400_000_000, "512 MB"];
  return [
    ...architecture,
    ...writeCheck({
      condition: `${resource("total-memory")} > ${bytes}`,
      whenTrue: "ok    The router has enough memory",
      whenFalse: `STOP  The agent needs a router with ${size} of memory or more. ${hostedInstead}`,
    }),
    ...writeCheck({
      condition: `[:len [/system/package/find where name="container" and disabled=no]] > 0`,
      whenTrue: "ok    The container package is installed",
      whenFalse: "DO    Install the package 'container' of exactly this RouterOS version",
    }),
    ...["hotspot", "scheduler", "fetch", "container"].flatMap((feature) =>
      deviceModeCheck(feature, "mode=advanced container=yes"),
    ),
    ...(container.disk === null ? flashChecks(container) : diskChecks(container.disk, dialect)),
    ...writeCheck({
      condition: `[:len ${find("/file", "name", container.imageFile)}] > 0`,
      whenTrue: `ok    The image ${container.imageFile} is present`,
      whenFalse: `DO    Upload the image as ${container.imageFile}`,
    }),
  ];
}

function diskChecks(slot: string, dialect: VersionDialect): string[] {
  const disk = find("/disk", "slot", slot);
  return [
    ...writeCheck({
      condition: `[:len ${disk}] > 0`,
      whenTrue: `ok    The disk ${slot} is present`,
      whenFalse: `DO    There is no disk ${slot}. Plug it in and check /disk/print`,
    }),
    ...writeCheck({
      condition: `[:tonum [/disk/get ${disk} free]] > 400000000`,
      whenTrue: "ok    The disk has enough free space",
      whenFalse: `DO    The disk needs 400 MB free and the file system ext4. To empty it: ${dialect.formatDisk} ${slot} file-system=ext4 mbr-partition-table=no`,
    }),
  ];
}

/** The image may be there already. */
function flashChecks(container: ContainerValues): string[] {
  const isThere = `([:len ${find("/file", "name", container.imageFile)}] > 0)`;
  const megabytes = flashBytesMin / 1_000_000;
  return writeCheck({
    condition: `(${isThere} || (${storageOf(container).freeBytes} >= ${flashBytesMin}))`,
    whenTrue: "ok    The router's own flash has enough free space",
    whenFalse: `STOP  The router's own flash needs ${megabytes} MB free: remove files and packages that nobody needs. ${hostedInstead}`,
  });
}

function deviceModeCheck(feature: string, update: string): string[] {
  return writeCheck({
    condition: `${deviceMode(feature)} ~ "(true|yes)"`,
    whenTrue: `ok    device-mode allows ${feature}`,
    whenFalse:
      `DO    device-mode forbids ${feature}. Enter: /system/device-mode/update ${update}` +
      " and press the button or cut the power within five minutes",
  });
}

/** The image exists for 64-bit processors only. Some boards of architecture "arm" could not even run a 32-bit image. */
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

/** The level of the licence limits how many guests can be online at once. CHR has other levels, without this limit. */
const licence = [
  ":do {",
  "  :local level [:tostr [/system/license/get level]]",
  `  :put (${quote("ok    Licence ")} . $level . ${quote(": level 3 allows 1 guest online, 4 allows 200, 5 allows 500, 6 any number")})`,
  "} on-error={ }",
];
