import type { Properties } from "../language/rsc-text.ts";
import type { Dialect } from "../language/version-dialect.ts";
import { find, type Section, type Step, tagged } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { containerList, interfaces } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

/**
 * The agent's container, last of all: without the container package or device-mode this section fails, and all before it
 * stays. Image, root and records live on the disk; the router's own flash holds nothing of it.
 */
export function agentContainer(values: ScriptValues, container: ContainerValues, dialect: Dialect): Section {
  const folder = `${container.disk}/karibu`;
  const environment = agentEnvironment(values, container);
  const mount = { [dialect.mountItemList]: containerList, src: `${folder}/data`, dst: "/data" };
  return {
    title: "The agent",
    needsContainerPackage: true,
    steps: [
      containerConfig(`${folder}/tmp`, container.memoryMiB, dialect),
      ...Object.entries(environment).map(([key, value]) =>
        tagged("/container/envs", `env-${key}`, { [dialect.envItemList]: containerList, key, value }),
      ),
      tagged("/container/mounts", "agent-data", mount),
      tagged(
        "/container",
        "agent",
        {
          ...containerProperties(container, dialect),
          "start-on-boot": true,
          ...(dialect.containerName ? { name: "karibu-agent" } : {}),
        },
        {
          atCreation: { file: container.imageFile, "root-dir": `${folder}/root` },
          whenBusy:
            "the agent is running with its old settings; stop it and import this script again to give it the new ones",
          // All of them: a removal may meet an image update half-way.
          beforeRemoval: [
            `:foreach item in=[/container/find where comment~"^karibu:"] do={ :do { /container/stop $item } on-error={ } }`,
            ":delay 15s",
          ],
        },
      ),
      ...keepRunning(container, dialect),
      {
        kind: "commands",
        lines: [':put "karibu: the image is being unpacked; the agent starts by itself, within five minutes"'],
        undo: [
          // What an image update fetched: the rest of that folder are the site's records.
          `:foreach file in=[/file/find where name~"(^|/)karibu/data/image-update\\\\.tar\\$"] do={ :do { /file/remove $file } on-error={ } }`,
        ],
      },
    ],
  };
}

/** What every container of the agent is like, whichever image it holds. */
export function containerProperties(container: ContainerValues, dialect: Dialect): Properties {
  return {
    interface: interfaces.agentVeth,
    [dialect.envLists]: containerList,
    [dialect.mountLists]: containerList,
    dns: container.routerAddress,
    hostname: "karibu",
    logging: true,
    ...(dialect.memoryPerContainer ? { "memory-high": `${container.memoryMiB}M` } : {}),
    ...restartPolicy(dialect, true),
    ...healthProperties(dialect),
  };
}

/** Whether RouterOS starts the container again after it ended, in the words of that version. */
export function restartPolicy({ restart }: Dialect, startsAgain: boolean): Properties {
  switch (restart) {
    case "scheduler":
      return {};
    case "auto-restart-interval":
      return { "auto-restart-interval": startsAgain ? "10s" : "0s" };
    case "restart-policy":
      return startsAgain ? { "restart-policy": "always", "restart-interval": "10s" } : { "restart-policy": "no" };
  }
}

/** Of the scheduler entry that an image update has from its beginning to its end. */
export const imageUpdateTag = "karibu:update-minute";

const findAgent = find("/container", "comment", "karibu:agent");

/** The settings of the agent that the image can't know. An absent one keeps the image's default. */
export function agentEnvironment(
  { hub, radius, api }: ScriptValues,
  { routerAddress }: ContainerValues,
): Record<string, string> {
  return {
    ...(hub === null
      ? { KARIBU_SITE_FILE: "/data/site.json" }
      : { KARIBU_HUB_URL: hub.url, KARIBU_ENROL_TOKEN: hub.enrolToken }),
    KARIBU_RADIUS_SECRET: radius.secret,
    // Listed, it must sign: setup.rsc makes the router do so.
    KARIBU_RADIUS_CLIENTS: routerAddress,
    KARIBU_COA_HOST: routerAddress,
    KARIBU_COA_PORT: String(radius.incomingPort),
    KARIBU_ROUTER_HOST: routerAddress,
    KARIBU_ROUTER_PORT: String(api.port),
    KARIBU_ROUTER_USER: api.user,
    KARIBU_ROUTER_PASSWORD: api.password,
  };
}

function containerConfig(tmpdir: string, memoryMiB: number, dialect: Dialect): Step {
  const step = { kind: "setting", menu: "/container/config", what: "containers" } as const;
  if (dialect.memoryPerContainer) return { ...step, properties: { tmpdir }, remember: { tmpdir: "text" } };
  return {
    ...step,
    properties: { tmpdir, "ram-high": `${memoryMiB}M` },
    remember: { tmpdir: "text", "ram-high": "text" },
  };
}

function healthProperties({ healthChecks }: Dialect): Properties {
  if (!healthChecks) return {};
  // The command is the image's own.
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

/**
 * Two schedulers start the agent where nothing else does: one at boot, because a USB disk may come up after RouterOS tried;
 * one each minute, with a date that is past even for a router that wakes up in 1970.
 */
function keepRunning(container: ContainerValues, dialect: Dialect): Step[] {
  return [
    tagged("/system/script", "agent-start", { ...script, name: "karibu-agent-start", source: start }),
    tagged("/system/scheduler", "agent-boot", {
      name: "karibu-agent-boot",
      "start-time": "startup",
      interval: "0s",
      "on-event": ":delay 60s; /system/script/run karibu-agent-start",
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
 * Where RouterOS runs no health checks, netwatch asks the agent's page and starts it anew when it does not answer. An image update
 * judges for itself meanwhile: it writes these steps too, for a router that was set up before there were updates.
 */
export function watchAgent({ agentAddress }: ContainerValues, { healthChecks }: Dialect): Step[] {
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
