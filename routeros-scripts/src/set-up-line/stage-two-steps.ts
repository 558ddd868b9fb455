/** The steps of stage two before and after the configuration: package, device-mode, disk, image, container. */
import { containerIs } from "../language/container-state.ts";
import { find, formatValue, indent, quote, raw } from "../language/rsc-text.ts";
import type { VersionDialect } from "../language/version-dialect.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { flashBytesMin, storageOf } from "../values/agent-storage.ts";
import type { Report } from "./request-lines.ts";
import { forgetSetUp } from "./stored-set-up.ts";

export type WriteReport = (report: Report) => string;

/** Reports the failure and stops. The stored script tries again in a minute, unless `isOver`: then the line must be pasted again. */
function fail(
  report: WriteReport,
  failure: { step: string; problem: string; detail: Report["detail"]; isOver?: boolean },
): string[] {
  const { step, problem, detail, isOver } = failure;
  const words = typeof detail === "object" ? `(${quote("karibu: ")} . ${detail.raw})` : quote(`karibu: ${detail}`);
  return [
    report({ step, state: "failed", problem, ...(detail === undefined ? {} : { detail }) }),
    ...(isOver ? forgetSetUp : []),
    `:error ${words}`,
  ];
}

const installed = '[/system/package/find where name="container" and disabled=no and !(available=yes)]';
const packageMark = find("/system/script", "comment", "karibu:set-up-package");

/**
 * The package comes from MikroTik, of the router's own version. Applying it reboots the router. A mark counts the reboots: a router that
 * still lacks the package after two of them has no way to it.
 */
export function packageLines(report: WriteReport): string[] {
  const noWay =
    "RouterOS could not install the package container. Is the internet connected, and the update channel right?";
  return [
    `:if ([:len ${installed}] = 0) do={`,
    "  :local reboots 0",
    `  :foreach mark in=${packageMark} do={ :set reboots [:len [:tostr [/system/script/get $mark source]]] }`,
    "  :if ($reboots > 1) do={",
    ...indent(indent(fail(report, { step: "package", problem: "package-missing", detail: noWay, isOver: true }))),
    "  }",
    `  ${report({ step: "package", state: "running", detail: "RouterOS fetches the package container, then the router reboots" })}`,
    '  :local failed ""',
    "  :onerror why in={",
    "    /system/package/update/check-for-updates",
    "    :delay 5s",
    '    /system/package/enable [/system/package/find where name="container"]',
    `    :if ($reboots = 0) do={ /system/script/add name=karibu-set-up-package comment="karibu:set-up-package" source="x" } else={ /system/script/set ${packageMark} source="xx" }`,
    "    /system/package/apply-changes",
    "    :delay 60s",
    "  } do={ :set failed $why }",
    `  ${report({ step: "package", state: "failed", problem: "package-missing", detail: raw("$failed") })}`,
    '  :error "karibu: the router reboots to install the package container"',
    "}",
    report({ step: "package", state: "done" }),
  ];
}

/** It waits until somebody presses the button or cuts the power; then the router reboots. One try a paste: after three RouterOS refuses. */
export function deviceModeLines(place: "container" | "hosted", report: WriteReport): string[] {
  const features =
    place === "container" ? ["hotspot", "scheduler", "fetch", "container"] : ["hotspot", "scheduler", "fetch"];
  const update = `/system/device-mode/update mode=advanced${place === "container" ? " container=yes" : ""}`;
  const forbidden = features.map((feature) => `([:tostr [/system/device-mode/get ${feature}]] ~ "^(false|no)\\$")`);
  const waits = "Press the reset or mode button of the router, or cut its power, within five minutes";
  const silent = "Nobody pressed the button or cut the power within five minutes. Paste the line again";
  return [
    `:if (${forbidden.join(" || ")}) do={`,
    `  ${report({ step: "device-mode", state: "waiting", detail: waits })}`,
    `  :put ${quote(`Karibu: ${waits}`)}`,
    '  :local failed ""',
    `  :onerror why in={ ${update} } do={ :set failed $why }`,
    "  :delay 30s",
    ...indent(
      fail(report, { step: "device-mode", problem: "device-mode-not-confirmed", detail: silent, isOver: true }),
    ),
    "}",
    report({ step: "device-mode", state: "done" }),
  ];
}

export interface DiskInput {
  readonly agent: ContainerValues;
  readonly dialect: VersionDialect;
  readonly formatDisk: boolean;
}

/** What an earlier run has put there is no lack of room. */
function flashLines(agent: ContainerValues, report: WriteReport): string[] {
  const { data, freeBytes } = storageOf(agent);
  const isBegun = [data, agent.imageFile].map((name) => `([:len ${find("/file", "name", name)}] > 0)`).join(" || ");
  const small = `The router's own flash has less than ${flashBytesMin / 1_000_000} MB free. Remove files and packages that nobody needs`;
  return [
    report({ step: "disk", state: "running" }),
    `:if (!(${isBegun}) && (${freeBytes} < ${flashBytesMin})) do={`,
    ...indent(fail(report, { step: "disk", problem: "image-no-room", detail: small })),
    "}",
    report({ step: "disk", state: "done" }),
  ];
}

/** A disk is emptied only when a person said yes and it has no ext4 yet: a second run finds it formatted. */
export function diskLines({ agent, dialect, formatDisk }: DiskInput, report: WriteReport): string[] {
  if (agent.disk === null) return flashLines(agent, report);
  const disk = find("/disk", "slot", agent.disk);
  const slot = formatValue(agent.disk);
  const none = `The router has no disk ${agent.disk}. Plug it in`;
  const other = `The disk ${agent.disk} must be formatted with ext4. Say yes in the console; everything on it is lost`;
  // What an earlier run has put there is no lack of room.
  const begun = find("/file", "name", `${agent.disk}/karibu`);
  const small = `The disk ${agent.disk} has less than 400 MB free`;
  return [
    report({ step: "disk", state: "running" }),
    `:if ([:len ${disk}] = 0) do={`,
    ...indent(fail(report, { step: "disk", problem: "no-disk", detail: none })),
    "}",
    `:if ([:tostr [/disk/get ${disk} fs]] != "ext4") do={`,
    ...(formatDisk
      ? [
          `  ${report({ step: "disk", state: "running", detail: `RouterOS formats ${agent.disk}` })}`,
          '  :local failed ""',
          `  :onerror why in={ ${dialect.formatDisk} ${slot} file-system=ext4 mbr-partition-table=no } do={ :set failed $why }`,
          "  :local waited 0",
          `  :while (([:tostr [/disk/get ${disk} fs]] != "ext4") && ($waited < 60)) do={ :delay 5s; :set waited ($waited + 1) }`,
          `  :if ([:tostr [/disk/get ${disk} fs]] != "ext4") do={`,
          ...indent(indent(fail(report, { step: "disk", problem: "disk-not-formatted", detail: raw("$failed") }))),
          "  }",
        ]
      : indent(fail(report, { step: "disk", problem: "disk-not-formatted", detail: other }))),
    "}",
    `:if (([:len ${begun}] = 0) && ([:len ${find("/file", "name", agent.imageFile)}] = 0) && ([:tonum [:tostr [/disk/get ${disk} free]]] < 400000000)) do={`,
    ...indent(fail(report, { step: "disk", problem: "disk-too-small", detail: small })),
    "}",
    report({ step: "disk", state: "done" }),
  ];
}

export interface ImageInput {
  readonly agent: ContainerValues;
  readonly image: { readonly sha256: string; readonly bytes: number };
  readonly hub: { readonly url: string; readonly bearer: string };
}

/**
 * The hub proves itself by its certificate and counts the bytes that it has sent. RouterOS can't hash a file of this size: a file of another
 * size is damaged, and fetched again on the next run.
 */
export function imageLines({ agent, image, hub }: ImageInput, report: WriteReport): string[] {
  const file = find("/file", "name", agent.imageFile);
  const check = hub.url.startsWith("http:") ? "no" : "yes-without-crl";
  const header = quote(`Authorization: Bearer ${hub.bearer}`);
  const size = `[:tonum [:tostr [/file/get ${file} size]]]`;
  const remove = `:do { /file/remove ${file} } on-error={ }`;
  const { freeBytes, name } = storageOf(agent);
  const noRoom = `There is no room on ${name} for the image of ${Math.ceil(image.bytes / 1_000_000)} MB`;
  const isWhole = `([:len ${file}] > 0)`;
  return [
    `:if ([:len ${find("/container", "comment", "karibu:agent")}] = 0) do={`,
    "  :local whole false",
    `  :if ${isWhole} do={ :if (${size} = ${image.bytes}) do={ :set whole true } else={ ${remove} } }`,
    "  :if (!$whole) do={",
    `    :if (${freeBytes} < ${image.bytes}) do={`,
    ...indent(indent(indent(fail(report, { step: "image", problem: "image-no-room", detail: noRoom })))),
    "    }",
    `    ${report({ step: "image", state: "running" })}`,
    '    :local arch "arm64"',
    '    :if ([/system/resource/get architecture-name] ~ "^x86") do={ :set arch "amd64" }',
    '    :local failed ""',
    `    :onerror why in={ /tool/fetch url=(${quote(`${hub.url}/enrol/${agent.disk === null ? "packed-image" : "image"}/`)} . $arch) http-header-field=${header} check-certificate=${check} dst-path=${quote(agent.imageFile)} } do={ :set failed $why }`,
    "    :delay 2s",
    "    :if ([:len $failed] > 0) do={",
    `      ${remove}`,
    ...indent(indent(indent(fail(report, { step: "image", problem: "no-internet", detail: raw("$failed") })))),
    "    }",
    `    :if ([:len ${file}] = 0) do={`,
    ...indent(
      indent(indent(fail(report, { step: "image", problem: "image-damaged", detail: "The image did not arrive" }))),
    ),
    "    }",
    `    :if (${size} != ${image.bytes}) do={`,
    `      ${remove}`,
    ...indent(
      indent(
        indent(fail(report, { step: "image", problem: "image-damaged", detail: "The image did not arrive whole" })),
      ),
    ),
    "    }",
    "  }",
    "}",
    report({ step: "image", state: "done" }),
  ];
}

const isRunning = quote(containerIs("running", "healthy"));
const isBusy = quote(containerIs("extracting", "downloading"));

/** RouterOS unpacks the image; then the start script, which each minute runs too, starts it. */
export function runningLines(report: WriteReport): string[] {
  const container = find("/container", "comment", "karibu:agent");
  const dead = "The container of the agent does not run. See /log/print where topics~container";
  return [
    report({ step: "container", state: "running", detail: "RouterOS unpacks the image" }),
    "{",
    "  :local runs false",
    "  :local waited 0",
    "  :while ((!$runs) && ($waited < 60)) do={",
    `    :local words [:tostr [/container/get ${container}]]`,
    `    :if ($words ~ ${isRunning}) do={ :set runs true } else={`,
    `      :if (!($words ~ ${isBusy})) do={ :do { /container/start ${container} } on-error={ } }`,
    "      :delay 10s",
    "      :set waited ($waited + 1)",
    "    }",
    "  }",
    "  :if (!$runs) do={",
    ...indent(indent(fail(report, { step: "container", problem: "container-stopped", detail: dead }))),
    "  }",
    "}",
    report({ step: "container", state: "done" }),
  ];
}
