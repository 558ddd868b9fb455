/** Commands on the containers of an image update. A container's tag says what it is. */
import { containerIs, liveStates } from "../language/container-state.ts";
import { find, formatProperties, indent, quote } from "../language/rsc-text.ts";
import { restartPolicy, startsByItself } from "../sections/agent-container.ts";
import type { ImageUpdate } from "./image-update.ts";

/**
 * `agent`: the active container, which serves guests; there is never more than one. `agent-next`: unpacked or being unpacked.
 * `agent-old`: kept until the new one passed its health checks. `agent-failed`: did not pass them.
 */
export type ContainerTag = "agent" | "agent-next" | "agent-old" | "agent-failed";

export const findContainer = (tag: ContainerTag) => find("/container", "comment", `karibu:${tag}`);
export const findInactive = '[/container/find where comment~"^karibu:agent-"]';

export const exists = (tag: ContainerTag) => `([:len ${findContainer(tag)}] > 0)`;
export const oneIsActive = `([:len ${findContainer("agent")}] = 1)`;

export const log = (text: string) => `/log/info ${quote(`karibu: ${text}`)}`;

export const startActive = `:do { /container/start ${findContainer("agent")} } on-error={ }`;

export const isStoppedPattern = containerIs("stopped");
export const isBrokenPattern = containerIs("error", "failed");

/** Runs the lines when the container has stopped. If it does not stop in time, nothing happens: the next minute tries again. */
export function stopThen(tag: ContainerTag, lines: readonly string[]): string[] {
  const isRunning = `([:tostr [/container/get ${findContainer(tag)}]] ~ ${quote(containerIs(...liveStates))})`;
  return [
    `:do { /container/stop ${findContainer(tag)} } on-error={ }`,
    ":for left from=1 to=20 do={",
    `  :if (${isRunning}) do={ :delay 1s }`,
    "}",
    `:if (!${isRunning}) do={`,
    ...indent(lines),
    "}",
  ];
}

/**
 * One command, so that a power cut leaves the container with one of the two tags. Only the active container starts by itself: two
 * running containers would write one journal.
 */
export function changeTag(from: ContainerTag, to: ContainerTag, { container, dialect }: ImageUpdate): string[] {
  const startsAgain = to === "agent" && startsByItself(container);
  const properties = formatProperties({
    comment: `karibu:${to}`,
    "start-on-boot": startsAgain,
    ...restartPolicy(dialect, startsAgain),
  });
  const failure = log(`could not change the tag ${from} to ${to}`);
  return [`:do { /container/set ${findContainer(from)} ${properties} } on-error={ ${failure} }`];
}

/** Removes the containers and their unpacked files, in case RouterOS does not delete these itself. Errors are ignored. */
export function removeContainers(found: string): string[] {
  return [
    `:foreach item in=${found} do={`,
    "  :local root [:tostr [/container/get $item root-dir]]",
    '  :if ([:pick $root 0 1] = "/") do={ :set root [:pick $root 1 [:len $root]] }',
    "  :do { /container/stop $item } on-error={ }",
    "  :delay 3s",
    "  :do {",
    "    /container/remove $item",
    "    :delay 3s",
    "    :do { /file/remove [/file/find where name=$root] } on-error={ }",
    "  } on-error={ }",
    "}",
  ];
}
