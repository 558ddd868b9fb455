/**
 * The script that an installer imports to update the image of the agent (rare: only when Node itself changes). It fetches the archive,
 * asks the running agent to check its SHA-256, and adds a scheduler that runs the step script each minute. From then on the router
 * continues alone: its configuration stores the phase.
 *
 * The agent checks the digest because RouterOS can hash texts (`:convert`), but no file of 110 MB.
 */
import { find, formatProperties, indent, type Properties, quote } from "../language/rsc-text.ts";
import { imageUpdateTag, unpackedMark, watchAgent } from "../sections/agent-container.ts";
import { writeStep } from "../steps/write-steps.ts";
import { storageOf } from "../values/agent-storage.ts";
import { findContainer, oneIsActive, removeContainers } from "./container-commands.ts";
import { agentQuestionUrl, archiveFile, type ImageUpdate, rootFolder } from "./image-update.ts";
import { keepArchive, updateStepLines } from "./step-script.ts";
import { addStored, enterPhase, findStored, readStored, stepScriptName, storedPolicy } from "./stored-state.ts";

/** Free space that the disk needs besides the archive and the unpacked image. */
const spareBytes = 64 * 1024 * 1024;
/** The same for a flash: what the agent writes meanwhile. */
const spareFlashBytes = 4_000_000;

export function imageUpdateLines(update: ImageUpdate): string[] {
  return [
    "{",
    ...indent([
      ...refusals(update),
      ...fetchLines(update),
      ...digestLines(update),
      ...watchAgent(update.container, update.dialect).flatMap(writeStep),
      ...storeUpdate(update),
      `:put ${quote("karibu: the router continues by itself. Log-ins wait for about a minute. If the new image does not pass its health checks, the router goes back to the old one")}`,
      ':put "karibu: follow it with /log/print where message~\\"karibu\\""',
    ]),
    "}",
  ];
}

function refusals(update: ImageUpdate): string[] {
  const schedulers = find("/system/scheduler", "comment", imageUpdateTag);
  return [
    ...requireThat(oneIsActive, "there is no agent on this router, or an update is under way; nothing was changed"),
    ...requireThat(
      `[:len ${schedulers}] = 0`,
      'an update is under way; nothing was changed. See /log/print where message~"karibu"',
    ),
    ...requireThat(
      `[:len [/container/find where comment="karibu:agent" and root-dir~${quote(`${rootFolder(update)}$`)}]] = 0`,
      "the agent already runs this image; nothing was changed",
    ),
  ];
}

function fetchLines(update: ImageUpdate): string[] {
  const { container, image } = update;
  const file = archiveFile(update);
  const size = `[:tonum [/file/get ${find("/file", "name", file)} size]]`;
  const removeArchive = `:do { /file/remove ${find("/file", "name", file)} } on-error={ }`;
  const { freeBytes, name } = storageOf(container);
  // Without a disk, only the archive lies there.
  const neededBytes = container.disk === null ? image.bytes + spareFlashBytes : 2 * image.bytes + spareBytes;
  return [
    ':put "karibu: fetching the image"',
    ":local size 0",
    `:do { :set size ${size} } on-error={ }`,
    `:if ($size != ${image.bytes}) do={`,
    `  ${removeArchive}`,
    ...indent(
      requireThat(
        `${freeBytes} > ${neededBytes}`,
        `${name} needs ${Math.ceil(neededBytes / 1e6)} MB of free space; nothing was changed`,
      ),
    ),
    // No check of the certificate: this script holds the digest of the image, and the image holds no secret. So a router with a wrong
    // date or without root certificates can be updated too.
    `  :do { /tool/fetch url=${quote(image.url)} dst-path=${quote(file)} check-certificate=no } on-error={ }`,
    "  :delay 2s",
    `  :do { :set size ${size} } on-error={ }`,
    "}",
    `:if ($size != ${image.bytes}) do={`,
    `  ${removeArchive}`,
    `  :error ${quote(`karibu: the image was not fetched completely (${image.bytes} bytes); nothing was changed. Check that its address can be reached and that the disk has space. Then import this script again`)}`,
    "}",
  ];
}

function digestLines(update: ImageUpdate): string[] {
  const question = `${agentQuestionUrl(update)}&sha256=${update.image.sha256}`;
  return [
    ':put "karibu: the agent checks the SHA-256 of the image"',
    ':local answer "reading"',
    ":for left from=1 to=120 do={",
    '  :if ($answer = "reading") do={',
    "    :delay 3s",
    '    :set answer "none"',
    `    :do { :set answer ([/tool/fetch url=${quote(question)} output=user as-value]->"data") } on-error={ }`,
    "  }",
    "}",
    ':if ($answer = "differs") do={',
    `  :do { /file/remove ${find("/file", "name", archiveFile(update))} } on-error={ }`,
    `  :error ${quote("karibu: the image has a wrong SHA-256; it was deleted, nothing was changed")}`,
    "}",
    ...requireThat(
      '$answer = "same"',
      "the running agent can't check the image (is it up, and is its release new enough?); nothing was changed",
    ),
  ];
}

/** The scheduler of each minute is added last: without it nothing happens, whatever else was added. */
function storeUpdate(update: ImageUpdate): string[] {
  return [
    ...removeContainers(findContainer("agent-next")),
    ...addStored("phase", "unpack"),
    ...addStored("count", "0"),
    ...addStored("proofs", "0"),
    ...addStored("step", updateStepLines(update).join("\n")),
    ...addScheduler("boot", {
      "start-time": "startup",
      interval: "0s",
      "on-event": (update.container.disk === null ? onBootWithoutDisk(update) : onBoot).join("\n"),
    }),
    ...addScheduler("minute", {
      "start-date": "1970-01-01",
      "start-time": "00:00:00",
      interval: "1m",
      "on-event": onEachMinute.join("\n"),
    }),
  ];
}

/** A container that was being unpacked during a power cut may look complete and is not. */
const onBoot = [`:if (${readStored("phase")} = "unpack") do={ ${enterPhase("again")} }`];

/** Nothing that was unpacked is left. Without its mark the start script makes the old image's container anew, and then the update ends. */
const onBootWithoutDisk = (update: ImageUpdate) => [
  ':local phase ""',
  `:do { :set phase ${readStored("phase")} } on-error={ }`,
  // The new image had passed: its archive is what the container is made of from now on.
  ':if ($phase = "tidy") do={',
  ...indent(keepArchive(update)),
  "}",
  `:do { ${enterPhase("undo")} } on-error={ }`,
  ...removeContainers('[/container/find where comment~"^karibu:agent"]'),
  `:do { /file/remove ${find("/file", "name", unpackedMark)} } on-error={ }`,
];

/** After a power cut at the end of the update, the scheduler can be there without its script. Then it removes itself. */
const onEachMinute = [
  `:if ([:len ${findStored("step")}] > 0) do={`,
  `  /system/script/run ${stepScriptName}`,
  "} else={",
  `  /system/scheduler/remove ${find("/system/scheduler", "comment", imageUpdateTag)}`,
  "}",
];

function addScheduler(name: "boot" | "minute", properties: Properties): string[] {
  const present = find("/system/scheduler", "comment", `karibu:update-${name}`);
  const tag = { name: `karibu-update-${name}`, policy: storedPolicy, comment: `karibu:update-${name}` };
  return [
    `:if ([:len ${present}] > 0) do={ /system/scheduler/remove ${present} }`,
    `/system/scheduler/add ${formatProperties({ ...properties, ...tag })}`,
  ];
}

/** Stops the import with an error unless the condition holds. */
function requireThat(condition: string, message: string): string[] {
  return [`:if (!(${condition})) do={`, `  :error ${quote(`karibu: ${message}`)}`, "}"];
}
