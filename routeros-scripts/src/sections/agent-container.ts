import { containerIs, liveStates } from "../language/container-state.ts";
import { find, formatProperties, indent, type Properties, quote } from "../language/rsc-text.ts";
import { dialects, type VersionDialect } from "../language/version-dialect.ts";
import { type Section, type Step, tagged } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { ramDiskMiB, ramDiskSlot, storageOf } from "../values/agent-storage.ts";
import { containerList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { agentVeth } from "./agent-network.ts";

const findAgent = find("/container", "comment", "karibu:agent");

/**
 * The agent's container. This section is the last one: it fails without the container package or device-mode, and everything
 * before it stays. Image, root and records are on the disk; on a board without one, as `storageOf` says.
 */
export function agentContainer(values: ScriptValues, container: ContainerValues, dialect: VersionDialect): Section {
  const { data, tmp } = storageOf(container);
  const environment = agentEnvironment(values, container);
  const mount = { [dialect.mountItemList]: containerList, src: data, dst: "/data" };
  return {
    title: "The agent",
    needsContainerPackage: true,
    steps: [
      ...(container.disk === null ? [{ kind: "commands", lines: addRamDisk } as const] : []),
      containerConfig(tmp, container.memoryMiB, dialect),
      { kind: "commands", lines: markOutdated(environment) },
      ...Object.entries(environment).map(([key, value]) =>
        tagged("/container/envs", `env-${key}`, { [dialect.envItemList]: containerList, key, value }),
      ),
      ...(container.disk === null ? [] : [{ kind: "commands", lines: forgetFlash } as const]),
      { kind: "commands", lines: stopOutdated },
      tagged("/container/mounts", "agent-data", mount),
      tagged("/container", "agent", activeProperties(container, dialect), {
        addOnlyProperties: addOnlyProperties(container),
        messageWhenInUse:
          "the agent still runs with its old settings. Stop its container and import this script again to apply the new ones",
        // All containers with our tag: an image update may be under way.
        beforeRemoval: [
          `:foreach item in=[/container/find where comment~"^karibu:"] do={ :do { /container/stop $item } on-error={ } }`,
          ":delay 15s",
        ],
      }),
      ...startSchedulers(container, dialect, addLines(container)),
      {
        kind: "commands",
        lines: [':put "karibu: the router unpacks the image. The agent starts by itself within five minutes"'],
        undo: [
          // The archive of an image update. The other files in this folder are the site's records.
          `:foreach file in=[/file/find where name~"(^|/)karibu/data/image-update\\\\.tar(\\\\.gz)?\\$"] do={ :do { /file/remove $file } on-error={ } }`,
          // The image: the pasted line fetched it, or the installer uploaded it.
          `:foreach file in=[/file/find where name~"(^|/)karibu-agent(-new)?\\\\.tar(\\\\.gz)?\\$"] do={ :do { /file/remove $file } on-error={ } }`,
          `:foreach disk in=${findRamDisk} do={ :do { /disk/remove $disk } on-error={ :put "karibu: could not remove an object in /disk" } }`,
        ],
      },
    ],
  };
}

const findRamDisk = find("/disk", "comment", "karibu:agent-ram");
/** A board without a disk: RouterOS unpacks the image into memory. */
const addRamDisk = [
  `:if ([:len ${findRamDisk}] = 0) do={ /disk/add ${formatProperties({ type: "tmpfs", slot: ramDiskSlot, "tmpfs-max-size": `${ramDiskMiB}M`, comment: "karibu:agent-ram" })} }`,
];

/** The router had no disk before. */
const forgetFlash = [
  `:foreach item in=${find("/container/envs", "comment", "karibu:env-KARIBU_INTERNAL_FLASH")} do={ /container/envs/remove $item }`,
];

/** While it is there, the container may run with an environment of before: it got that when it started. */
const outdated = "karibu:agent-outdated";
const outdatedMark = find("/system/script", "comment", outdated);

/** The mark stands before the first value is written: whatever ends the script in between, the next one knows. */
function markOutdated(environment: Readonly<Record<string, string>>): string[] {
  const differs = Object.entries(environment).map(([key, value]) => {
    const listed = `[:tostr [/container/envs/get ${find("/container/envs", "comment", `karibu:env-${key}`)} value]]`;
    return `:do { :if (${listed} != ${quote(value)}) do={ :set differs true } } on-error={ :set differs true }`;
  });
  return [
    `:if (([:len ${findAgent}] > 0) && ([:len ${outdatedMark}] = 0)) do={`,
    "  :local differs false",
    ...indent(differs),
    `  :if ($differs) do={ /system/script/add ${formatProperties({ name: "karibu-agent-outdated", comment: outdated })} source="x" }`,
    "}",
  ];
}

const isLive = `([:tostr [/container/get ${findAgent}]] ~ ${quote(containerIs(...liveStates))})`;

/** What starts the container each minute starts it again, and so does the pasted line. */
const stopOutdated = [
  `:if (([:len ${findAgent}] > 0) && ([:len ${outdatedMark}] > 0)) do={`,
  '  :put "karibu: the agent starts anew, with its new settings"',
  `  :do { /container/stop ${findAgent} } on-error={ }`,
  `  :for left from=1 to=30 do={ :if (${isLive}) do={ :delay 1s } }`,
  `  :if (${isLive}) do={ :error "karibu: the container of the agent does not stop. Stop it, then try again" }`,
  "}",
  `:foreach mark in=${outdatedMark} do={ /system/script/remove $mark }`,
];

/** The container that serves guests. */
const activeProperties = (container: ContainerValues, dialect: VersionDialect): Properties => ({
  ...containerProperties(container, dialect),
  "start-on-boot": startsByItself(container),
  ...(dialect.containerName ? { name: "karibu-agent" } : {}),
});

/**
 * RouterOS starts it at boot, and again after it ended. What was unpacked into memory is gone after a boot: there only the start script starts
 * it, after it made the container anew.
 */
export const startsByItself = ({ disk }: ContainerValues): boolean => disk !== null;

const addOnlyProperties = (container: ContainerValues): Properties => ({
  file: container.imageFile,
  "root-dir": storageOf(container).root,
});

/**
 * Lines that make the container anew. RouterOS reads a script whole before it runs the first line, and a router gets newer versions with other
 * words: so each version's command is a text, and the script reads the one of the version that runs then; of an unknown one, the newest.
 */
function addLines(container: ContainerValues): string[] {
  const newest = dialects.at(-1) as VersionDialect;
  const minors = new Map<string, string[]>();
  for (const dialect of dialects) {
    const line = addLine(container, dialect);
    minors.set(line, [...(minors.get(line) ?? []), dialect.minor]);
  }
  const newestLine = addLine(container, newest);
  const others = [...minors].filter(([line]) => line !== newestLine);
  const minorLength = newest.minor.length;
  return [
    `:local minor [:pick [:tostr [/system/resource/get version]] 0 ${minorLength}]`,
    `:local add ${quote(newestLine)}`,
    ...others.map(([line, known]) => {
      const isOne = known.map((minor) => `($minor = ${quote(minor)})`).join(" || ");
      return `:if (${isOne}) do={ :set add ${quote(line)} }`;
    }),
    `:do { [[:parse $add]] } on-error={ /log/info ${quote("karibu: RouterOS refuses the container of the agent")} }`,
  ];
}

/** The command of set-up that adds the container. */
function addLine(container: ContainerValues, dialect: VersionDialect): string {
  const properties = { ...activeProperties(container, dialect), ...addOnlyProperties(container) };
  return `/container/add ${formatProperties({ ...properties, comment: "karibu:agent" })}`;
}

/** The properties of every container of the agent, for any image. */
export function containerProperties(container: ContainerValues, dialect: VersionDialect): Properties {
  return {
    interface: agentVeth,
    [dialect.envLists]: containerList,
    [dialect.mountLists]: containerList,
    dns: container.routerAddress,
    hostname: "karibu",
    logging: true,
    ...(dialect.memoryPerContainer ? { "memory-high": `${container.memoryMiB}M` } : {}),
    ...restartPolicy(dialect, startsByItself(container)),
    ...healthProperties(dialect),
  };
}

/** The argument of this version that says whether RouterOS starts the container again after it ended. */
export function restartPolicy({ restart }: VersionDialect, restarts: boolean): Properties {
  switch (restart) {
    case "scheduler":
      return {};
    case "auto-restart-interval":
      return { "auto-restart-interval": restarts ? "10s" : "0s" };
    case "restart-policy":
      return restarts ? { "restart-policy": "always", "restart-interval": "10s" } : { "restart-policy": "no" };
  }
}

/** The tag of the scheduler that exists while an image update is under way. */
export const imageUpdateTag = "karibu:update-minute";

/** Settings of the agent that differ between sites. For the other settings the image has defaults. */
export function agentEnvironment(
  { hub, radius, api, guests, furtherRouters = [] }: ScriptValues,
  { routerAddress, disk }: ContainerValues,
): Record<string, string> {
  return {
    ...(hub === null
      ? { KARIBU_SITE_FILE: "/data/site.json" }
      : { KARIBU_HUB_URL: hub.url, KARIBU_ENROL_TOKEN: hub.enrolToken }),
    ...(disk === null ? { KARIBU_INTERNAL_FLASH: "1" } : {}),
    KARIBU_RADIUS_SECRET: radius.secret,
    // A listed client must sign its requests (Message-Authenticator). Set-up configures the router to sign.
    KARIBU_RADIUS_CLIENTS: furtherRouters.length === 0 ? routerAddress : clientList(routerAddress, furtherRouters),
    // Guests of a further router may come before any router has named its log-in page: each answers to this name for its own guests.
    ...(furtherRouters.some(({ guestNetwork }) => guestNetwork !== undefined)
      ? { KARIBU_HOTSPOT_URL: `http://${guests.dnsName}/login` }
      : {}),
    KARIBU_COA_HOST: routerAddress,
    KARIBU_COA_PORT: String(radius.incomingPort),
    KARIBU_ROUTER_HOST: routerAddress,
    KARIBU_ROUTER_PORT: String(api.port),
    KARIBU_ROUTER_USER: api.user,
    KARIBU_ROUTER_PASSWORD: api.password,
  };
}

/** Each further router has a secret of its own. */
const clientList = (routerAddress: string, further: NonNullable<ScriptValues["furtherRouters"]>) =>
  JSON.stringify([
    { network: routerAddress },
    ...further.map(({ address, radiusSecret }) => ({ network: address, secret: radiusSecret })),
  ]);

function containerConfig(tmpdir: string, memoryMiB: number, dialect: VersionDialect): Step {
  const step = { kind: "setting", menu: "/container/config", savedAs: "containers" } as const;
  if (dialect.memoryPerContainer) return { ...step, properties: { tmpdir }, savedProperties: { tmpdir: "text" } };
  return {
    ...step,
    properties: { tmpdir, "ram-high": `${memoryMiB}M` },
    savedProperties: { tmpdir: "text", "ram-high": "text" },
  };
}

function healthProperties({ healthChecks }: VersionDialect): Properties {
  if (!healthChecks) return {};
  // The image defines the health command.
  return {
    "healthcheck-interval": "30s",
    "healthcheck-timeout": "10s",
    "healthcheck-retries": 4,
    "healthcheck-start-period": "2m",
    "stop-on-unhealthy": true,
  };
}

const script = { "dont-require-permissions": true, policy: ["read", "write", "test"] };
const start = `:do { /container/start ${findAgent} } on-error={ }`;

/** So many minutes in which the container did not run, though it was started in each. */
const idleMinutesMax = 10;
const idleMark = find("/system/script", "comment", "karibu:agent-idle");

/** RouterOS runs, stops or unpacks it. */
const isBusyPattern = containerIs(...liveStates, "extracting", "downloading");

/** Removes the containers in `$agent` and what was unpacked of them. */
const removeAgents = [
  ":foreach item in=$agent do={",
  "  :local root [:tostr [/container/get $item root-dir]]",
  '  :if ([:pick $root 0 1] = "/") do={ :set root [:pick $root 1 [:len $root]] }',
  "  :do { /container/stop $item } on-error={ }",
  "  :delay 3s",
  "  :do { /container/remove $item } on-error={ }",
  "  :delay 3s",
  "  :do { /file/remove [/file/find where name=$root] } on-error={ }",
  "}",
];

/** It lies in the RAM disk, so it is there when this boot unpacked the image. */
export const unpackedMark = `${ramDiskSlot}/unpacked.txt`;
const isUnpacked = `([:len ${find("/file", "name", unpackedMark)}] > 0)`;

/**
 * A board without a disk: after a boot the RAM disk is empty, and the container is made anew from the packed image. The mark goes with the
 * RAM disk; one that was not written is written once the container runs.
 */
function unpackAfterBoot(imageFile: string, add: readonly string[]): string[] {
  const mark = `:do { /file/add name=${quote(unpackedMark)} contents="x" } on-error={ }`;
  return [
    ":do {",
    ...indent(addRamDisk),
    `} on-error={ /log/info ${quote("karibu: RouterOS refuses the RAM disk of the agent")} }`,
    `:if ($isBusy && (!${isUnpacked})) do={ ${mark} }`,
    `:if ((!$isBusy) && (!${isUnpacked}) && ([:len ${find("/file", "name", imageFile)}] > 0)) do={`,
    `  /log/info ${quote("karibu: the router unpacks the agent into memory")}`,
    ...indent(removeAgents),
    `  :if ([:len ${findAgent}] = 0) do={`,
    ...indent(indent(add)),
    "  }",
    `  :if ([:len ${findAgent}] > 0) do={`,
    `    ${mark}`,
    "    :set isBusy true",
    "  }",
    "}",
  ];
}

/**
 * Starts the container. If it does not run for ten minutes, though it is started in each, it is removed and made anew from the image's
 * file: RouterOS can lose what it unpacked, or the container itself (a stick that was away, an upgrade). The agent's records are in a
 * mount and stay. Once an outage: a script without use counts the minutes by the length of its text, and goes when the agent runs again.
 * Never during an image update, which has its own way back.
 */
function startLines({ imageFile, disk }: ContainerValues, add: readonly string[]): string[] {
  return [
    `:local agent ${findAgent}`,
    ":local isBusy false",
    `:foreach item in=$agent do={ :if ([:tostr [/container/get $item]] ~ ${quote(isBusyPattern)}) do={ :set isBusy true } }`,
    ...(disk === null ? unpackAfterBoot(imageFile, add) : []),
    ":local tries 0",
    `:foreach item in=${idleMark} do={ :set tries [:len [:tostr [/system/script/get $item source]]] }`,
    ":if ($isBusy) do={",
    `  :if ($tries > 0) do={ :do { /system/script/remove ${idleMark} } on-error={ } }`,
    "} else={",
    `  :if ([:len $agent] > 0) do={ ${start} }`,
    `  :if ([:len ${find("/system/scheduler", "comment", imageUpdateTag)}] = 0) do={`,
    "    :if ($tries = 0) do={",
    '      /system/script/add name="karibu-agent-idle" comment="karibu:agent-idle" source="x"',
    "    }",
    `    :if (($tries > 0) && ($tries < ${idleMinutesMax})) do={`,
    `      /system/script/set ${idleMark} source=([:tostr [/system/script/get ${idleMark} source]] . "x")`,
    "    }",
    `    :if ($tries = ${idleMinutesMax}) do={`,
    `      /system/script/set ${idleMark} source=${quote("x".repeat(idleMinutesMax + 1))}`,
    `      :if ([:len ${find("/file", "name", imageFile)}] = 0) do={`,
    `        /log/info ${quote(`karibu: the agent does not start, and ${imageFile} is not there to make its container anew`)}`,
    "      } else={",
    `        /log/info ${quote("karibu: the agent does not start: its container is made anew")}`,
    ...indent(indent(indent(indent(removeAgents)))),
    `        :if ([:len ${findAgent}] = 0) do={`,
    ...indent(indent(indent(indent(indent(add))))),
    "        }",
    "      }",
    "    }",
    "  }",
    "}",
  ];
}

/** A USB disk may be ready late. */
const bootDelaySeconds = ({ disk }: ContainerValues): number => (disk === null ? 20 : 60);

/**
 * Two schedulers start the agent if RouterOS does not. One runs at boot: the USB disk may be ready only after RouterOS tried to
 * start it. One runs each minute. Its start date is 1970, because the clock of a router can show 1970 after a boot.
 */
function startSchedulers(container: ContainerValues, dialect: VersionDialect, add: readonly string[]): Step[] {
  const source = startLines(container, add).join("\n");
  return [
    tagged("/system/script", "agent-start", { ...script, name: "karibu-agent-start", source }),
    tagged("/system/scheduler", "agent-boot", {
      name: "karibu-agent-boot",
      "start-time": "startup",
      interval: "0s",
      "on-event": `:delay ${bootDelaySeconds(container)}s; /system/script/run karibu-agent-start`,
      policy: script.policy,
    }),
    tagged("/system/scheduler", "agent-minute", {
      name: "karibu-agent-minute",
      "start-date": "1970-01-01",
      "start-time": "00:00:00",
      interval: "1m",
      "on-event": "/system/script/run karibu-agent-start",
      policy: script.policy,
    }),
    ...watchAgent(container, dialect),
  ];
}

/**
 * In versions without health checks, netwatch requests the agent's page and restarts the agent when it does not answer. Netwatch does
 * nothing during an image update, which checks the agent by itself. The update script contains these steps too, because an older
 * release may have set up the router.
 */
export function watchAgent({ agentAddress }: ContainerValues, { healthChecks }: VersionDialect): Step[] {
  if (healthChecks) return [];
  const restart = [
    `:if ([:len ${find("/system/scheduler", "comment", imageUpdateTag)}] = 0) do={`,
    `  :do { /container/stop ${findAgent} } on-error={ }`,
    "  :delay 15s",
    `  ${start}`,
    "}",
  ].join("\n");
  return [
    tagged("/system/script", "agent-restart", { ...script, name: "karibu-agent-restart", source: restart }),
    tagged("/tool/netwatch", "agent-watch", {
      type: "http-get",
      host: agentAddress,
      port: 80,
      interval: "1m",
      timeout: "10s",
      "startup-delay": "5m",
      "ignore-initial-down": true,
      "down-script": "/system/script/run karibu-agent-restart",
    }),
  ];
}
