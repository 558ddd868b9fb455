/**
 * The script that a scheduler runs each minute while an image update is under way. Each run does one phase, and each phase can be
 * repeated at any point: a power cut only delays the update.
 *
 * `unpack` unpacks the new image while the old one serves guests. `again` comes after a boot during `unpack`: the half-unpacked
 * container is removed. `try` stops the old container, starts the new one and waits for its health checks. `undo` goes back to the old
 * container. `tidy` removes what is not active, and ends the update.
 *
 * On a board without a disk a boot ends the update: both images were unpacked into memory. The router unpacks the old one again, or the new one
 * where that had passed its health checks.
 *
 * If the stored phase can't be read, the router goes back to the old container. Nothing is removed unless exactly one container is active.
 */
import { find, formatProperties, indent, type Properties, quote } from "../language/rsc-text.ts";
import { containerProperties, imageUpdateTag, restartPolicy } from "../sections/agent-container.ts";
import {
  changeTag,
  exists,
  findContainer,
  findInactive,
  isBrokenPattern,
  isStoppedPattern,
  log,
  oneIsActive,
  removeContainers,
  startActive,
  stopThen,
} from "./container-commands.ts";
import { agentQuestionUrl, archiveFile, type ImageUpdate, rootFolder, shortDigest } from "./image-update.ts";
import { enterPhase, type Phase, readStored, stepScriptName, writeStored } from "./stored-state.ts";

/** A slow USB stick needs many minutes to unpack the image. */
const unpackMinutesMax = 30;
/** From the start of the new container until it passes its health checks. Its launcher gives its release 7.5 minutes. */
const tryMinutesMax = 12;
/** So many minutes in a row must pass the health checks before the old image is removed. */
const proofsNeeded = 3;
/** After a boot the disk is ready only after some time, and until then RouterOS may not list its containers. */
const bootDelay = "00:01:30";

export function updateStepLines(update: ImageUpdate): string[] {
  const phases = {
    again: againLines(),
    unpack: unpackLines(update),
    try: tryLines(update),
    undo: undoLines(update),
    tidy: tidyLines(update),
  } satisfies Record<Phase, readonly string[]>;
  return [
    // Stopping and removing can take longer than a minute: then the next run does nothing.
    `:if (([:len ${find("/system/script/job", "script", stepScriptName)}] < 2) and ([/system/resource/get uptime] > ${bootDelay})) do={`,
    ...indent([
      ':local phase ""',
      `:do { :set phase ${readStored("phase")} } on-error={ }`,
      `:if (!($phase ~ ${quote(`^(${Object.keys(phases).join("|")})$`)})) do={`,
      // Without an old container, and with one active container, the update has not begun or is finished.
      '  :set phase "tidy"',
      `  :if (${exists("agent-old")} or !${oneIsActive}) do={ :set phase "undo" }`,
      "}",
      ...Object.entries(phases).flatMap(([phase, lines]) => [`:if ($phase = "${phase}") do={`, ...indent(lines), "}"]),
    ]),
    "}",
  ];
}

function againLines(): string[] {
  return [
    ...removeContainers(findContainer("agent-next")),
    `:if (!${exists("agent-next")}) do={ ${enterPhase("unpack")} }`,
  ];
}

function unpackLines(update: ImageUpdate): string[] {
  return [
    ...countMinute(unpackMinutesMax),
    ':local state ""',
    `:if (!${exists("agent-next")}) do={`,
    `  :if ([:len ${find("/file", "name", archiveFile(update))}] > 0) do={`,
    "    :do {",
    `      /container/add ${formatProperties(nextContainer(update))}`,
    `      ${log("unpacking the new image")}`,
    `    } on-error={ ${log("RouterOS refuses the new image")} }`,
    "  }",
    "} else={",
    `  :set state [:tostr [/container/get ${findContainer("agent-next")}]]`,
    "}",
    `:if ($state ~ ${quote(isStoppedPattern)}) do={`,
    `  ${writeStored("count", quote("0"))}`,
    `  ${enterPhase("try")}`,
    "} else={",
    `  :if (($count > ${unpackMinutesMax}) or ($state ~ ${quote(isBrokenPattern)})) do={`,
    `    ${log("the new image can't be unpacked; the old one stays")}`,
    `    ${enterPhase("tidy")}`,
    "  }",
    "}",
  ];
}

function tryLines(update: ImageUpdate): string[] {
  return [
    ...countMinute(tryMinutesMax),
    `:if (${exists("agent")} and ${exists("agent-next")}) do={`,
    ...indent(stopThen("agent", changeTag("agent", "agent-old", update))),
    // If the tag could not be changed, the old container goes on, and the next minute tries again.
    `  ${startActive}`,
    "}",
    `:if (!${exists("agent")} and ${exists("agent-next")}) do={`,
    ...indent([...changeTag("agent-next", "agent", update), log("started the new image")]),
    "}",
    ":local proofs 0",
    `:if (!${exists("agent-next")}) do={`,
    ...indent([
      startActive,
      ':local answer ""',
      `:do { :set answer ([/tool/fetch url=${quote(agentQuestionUrl(update))} output=user as-value]->"data") } on-error={ }`,
      `:do { :if ($answer = "proved") do={ :set proofs ([:tonum ${readStored("proofs")}] + 1) } } on-error={ }`,
      writeStored("proofs", "[:tostr $proofs]"),
    ]),
    "}",
    `:if ($proofs > ${proofsNeeded - 1}) do={`,
    `  ${log("the new image passed its health checks; the old one is removed")}`,
    `  ${enterPhase("tidy")}`,
    "} else={",
    `  :if ($count > ${tryMinutesMax}) do={`,
    `    ${log("the new image did not pass its health checks; going back to the old one")}`,
    `    ${enterPhase("undo")}`,
    "  }",
    "}",
  ];
}

function undoLines(update: ImageUpdate): string[] {
  return [
    `:if (${exists("agent")} and ${exists("agent-old")}) do={`,
    ...indent(stopThen("agent", changeTag("agent", "agent-failed", update))),
    "}",
    `:if (!${exists("agent")} and ${exists("agent-old")}) do={`,
    ...indent(changeTag("agent-old", "agent", update)),
    "}",
    // Somebody removed the old container: the new one is better than none.
    `:if (!${exists("agent")} and !${exists("agent-old")} and ${exists("agent-next")}) do={`,
    ...indent(changeTag("agent-next", "agent", update)),
    "}",
    startActive,
    `:if (${oneIsActive} and !${exists("agent-old")}) do={ ${enterPhase("tidy")} }`,
  ];
}

function tidyLines(update: ImageUpdate): string[] {
  return [
    `:if (${oneIsActive}) do={`,
    ...indent([
      ...removeContainers(findInactive),
      `:if ([:len ${findInactive}] = 0) do={`,
      ...indent(keepArchive(update)),
      `  :do { /file/remove ${find("/file", "name", archiveFile(update))} } on-error={ }`,
      `  ${log("the image update is finished")}`,
      `  /system/scheduler/remove ${find("/system/scheduler", "comment", "karibu:update-boot")}`,
      '  /system/script/remove [/system/script/find where comment~"^karibu:update-"]',
      // The scheduler of each minute is the last to go: without it, nothing continues after a power cut.
      `  /system/scheduler/remove ${find("/system/scheduler", "comment", imageUpdateTag)}`,
      "}",
    ]),
    "} else={",
    `  ${enterPhase("undo")}`,
    "}",
  ];
}

/**
 * A container that is lost later is made anew from the file of set-up, with records that only the new image may read: its archive becomes
 * that file. It has a third name in between: wherever the power fails, the next run goes on, and while RouterOS refuses to rename it, the
 * former file stays.
 */
export function keepArchive(update: ImageUpdate): string[] {
  const { imageFile } = update.container;
  const between = imageFile.replace(/(\.tar)?(\.gz)?$/, "-new.tar$2");
  const [archive, waiting, kept] = [archiveFile(update), between, imageFile].map((name) => find("/file", "name", name));
  const isNew = `[:len [/container/find where comment="karibu:agent" and root-dir~${quote(`${rootFolder(update)}$`)}]] > 0`;
  const failure = log(`RouterOS does not rename the new image's file: ${imageFile} is still the image of before`);
  return [
    `:if ((${isNew}) and ([:len ${archive}] > 0)) do={`,
    `  :do { /file/set ${archive} name=${quote(between)} } on-error={ ${failure} }`,
    "}",
    `:if ([:len ${waiting}] > 0) do={`,
    `  :do { /file/remove ${kept} } on-error={ }`,
    `  :do { /file/set ${waiting} name=${quote(imageFile)} } on-error={ ${failure} }`,
    "}",
  ];
}

function nextContainer(update: ImageUpdate): Properties {
  const { container, dialect, image } = update;
  return {
    ...containerProperties(container, dialect),
    ...restartPolicy(dialect, false),
    "start-on-boot": false,
    ...(dialect.containerName ? { name: `karibu-agent-${shortDigest(image)}` } : {}),
    file: archiveFile(update),
    "root-dir": rootFolder(update),
    comment: "karibu:agent-next",
  };
}

/** Without the stored count, the phase counts as too long. */
function countMinute(minutesMax: number): string[] {
  return [
    `:local count ${minutesMax + 1}`,
    ":do {",
    `  :set count ([:tonum ${readStored("count")}] + 1)`,
    `  ${writeStored("count", "[:tostr $count]")}`,
    "} on-error={ }",
  ];
}
