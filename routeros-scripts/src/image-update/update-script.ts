/**
 * A new image (rare: Node itself). Importing the script fetches it, lets the agent that runs compare its SHA-256, and leaves a
 * scheduler entry behind that takes a step each minute: unpack beside the old one, swap, wait for proof, keep or go back. The
 * router decides alone; where it stands is in its configuration, so that a power cut at any moment only delays it.
 *
 * Why the agent compares: RouterOS can hash a text (`:convert`, MD5 and SHA-512), but no file of 110 MB.
 * Why it is fetched into the data mount: there the agent sees it.
 *
 * Tags    `karibu:agent` is the container that sells, always at most one; `-next` is unpacked and waits, `-old` waits for the
 *         proof of the other, `-failed` gave none.
 * Phases  `unpack` (the old one sells; `again` after a boot in the middle of it), `try` (swapped, or about to be), `undo` (back to
 *         the old one), `tidy`. Each may be begun anew at any point of it; a run does one of them. A note that can't be read
 *         means back, and nothing is removed unless there is one container that sells.
 * Proof   the launcher's own of the new image: health, portal, and RADIUS on both ports; asked of the agent each minute.
 */
import { installerKeyOf } from "@karibu/protocol/installer-key";
import { assignments, indent, type Properties, quote } from "../language/rsc-text.ts";
import type { Dialect } from "../language/version-dialect.ts";
import { containerProperties, imageUpdateTag, restartPolicy, watchAgent } from "../sections/agent-container.ts";
import { find } from "../steps/step.ts";
import { writeStep } from "../steps/write-steps.ts";
import { type ContainerValues, portalUrl } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** An archive as `npm run image` makes it, uncompressed. */
export interface ImageRelease {
  readonly url: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Minutes. Unpacking to a slow stick; from the swap to the proof (the image's own release gets 7.5 from the launcher). */
const unpackMinutesMax = 30;
const tryMinutesMax = 12;
/** So many minutes in a row with proof: then the old image goes. */
const proofsNeeded = 3;
/** Beside the image and what is unpacked of it. */
const spareBytes = 64 * 1024 * 1024;
/** After a boot the disk comes up first: until then a container that is there may not be listed. */
const bootSettling = "00:01:30";
/** Of the script that takes a step: RouterOS lists its runs by it. */
const stepScript = "karibu-update-step";

/** Where the router puts the file; the agent sees it as `/data/image-update.tar`. */
const fileOf = ({ disk }: ContainerValues) => `${disk}/karibu/data/image-update.tar`;

const log = (text: string) => `/log/info ${quote(`karibu: ${text}`)}`;
const ours = (which: string) => find("/container", "comment", `karibu:${which}`);
const isThere = (which: string) => `([:len ${ours(which)}] > 0)`;
const oneSells = `([:len ${ours("agent")}] = 1)`;
const memory = (what: string) => find("/system/script", "comment", `karibu:update-${what}`);
const recall = (what: string) => `[/system/script/get ${memory(what)} source]`;
const remember = (what: string, value: string) => `/system/script/set ${memory(what)} source=${value}`;

export function imageUpdateLines(
  values: ScriptValues,
  container: ContainerValues,
  image: ImageRelease,
  dialect: Dialect,
): string[] {
  const file = fileOf(container);
  const root = rootOf(container, image);
  const schedulers = find("/system/scheduler", "comment", imageUpdateTag);
  const size = `[:tonum [/file/get ${find("/file", "name", file)} size]]`;
  return [
    "{",
    ...indent([
      ...unless(oneSells, "there is no agent on this router, or an update is under way; nothing was changed"),
      ...unless(
        `[:len ${schedulers}] = 0`,
        'an update is under way; nothing was changed. Look at /log/print where message~"karibu"',
      ),
      ...unless(
        `[:len [/container/find where comment="karibu:agent" and root-dir~${quote(`${root}$`)}]] = 0`,
        "the agent runs this very image; nothing was changed",
      ),
      ':put "karibu: fetching the image"',
      ":local there 0",
      `:do { :set there ${size} } on-error={ }`,
      `:if ($there != ${image.bytes}) do={`,
      `  :do { /file/remove ${find("/file", "name", file)} } on-error={ }`,
      ...indent(
        unless(
          `[:tonum [/disk/get ${find("/disk", "slot", container.disk)} free]] > ${2 * image.bytes + spareBytes}`,
          `${container.disk} lacks room: ${Math.ceil((2 * image.bytes + spareBytes) / 1e6)} MB must be free; nothing was changed`,
        ),
      ),
      // Not the certificate makes it trusted but its digest, which this script holds: a router with a wrong date or without
      // authorities' certificates is served too, and an image holds no secret.
      `  :do { /tool/fetch url=${quote(image.url)} dst-path=${quote(file)} check-certificate=no } on-error={ }`,
      "  :delay 2s",
      `  :do { :set there ${size} } on-error={ }`,
      "}",
      `:if ($there != ${image.bytes}) do={`,
      `  :do { /file/remove ${find("/file", "name", file)} } on-error={ }`,
      `  :error ${quote(`karibu: the image did not come whole (${image.bytes} bytes); nothing was changed. Is its address reachable, and room on the disk? Then import this script again`)}`,
      "}",
      ':put "karibu: the agent compares its SHA-256"',
      ':local verdict "reading"',
      ":for left from=1 to=120 do={",
      '  :if ($verdict = "reading") do={',
      "    :delay 3s",
      '    :set verdict "silent"',
      `    :do { :set verdict ([/tool/fetch url=${quote(`${askUrl(values)}&sha256=${image.sha256}`)} output=user as-value]->"data") } on-error={ }`,
      "  }",
      "}",
      ':if ($verdict = "differs") do={',
      `  :do { /file/remove ${find("/file", "name", file)} } on-error={ }`,
      `  :error ${quote("karibu: the image's SHA-256 is another one; it was deleted, nothing was changed")}`,
      "}",
      ...unless(
        '$verdict = "same"',
        "the agent that runs can't compare the image (is it up, and its release new enough?); nothing was changed",
      ),
      ...watchAgent(container, dialect).flatMap(writeStep),
      ...keeper(values, container, image, dialect),
      `:put ${quote("karibu: the router goes on by itself: guests are cut off for a minute, and it goes back to the old image if the new one does not prove itself.")}`,
      ':put "karibu: look at /log/print where message~\\"karibu\\""',
    ]),
    "}",
  ];
}

/** The last of it: whatever else is there, without the entry of each minute nothing happens. */
function keeper(values: ScriptValues, container: ContainerValues, image: ImageRelease, dialect: Dialect): string[] {
  const policy = ["ftp", "read", "write", "policy", "test"];
  const script = (what: string, source: string): string[] => {
    const properties = {
      "dont-require-permissions": true,
      policy,
      source,
      name: `karibu-update-${what}`,
      comment: `karibu:update-${what}`,
    };
    return [
      `:if ([:len ${memory(what)}] > 0) do={ /system/script/remove ${memory(what)} }`,
      `/system/script/add ${assignments(properties)}`,
    ];
  };
  const scheduler = (what: string, properties: Properties): string[] => {
    const there = find("/system/scheduler", "comment", `karibu:update-${what}`);
    const tag = { name: `karibu-update-${what}`, policy, comment: `karibu:update-${what}` };
    return [
      `:if ([:len ${there}] > 0) do={ /system/scheduler/remove ${there} }`,
      `/system/scheduler/add ${assignments({ ...properties, ...tag })}`,
    ];
  };
  return [
    ...removeQuietly(ours("agent-next")),
    ...script("phase", "unpack"),
    ...script("count", "0"),
    ...script("proofs", "0"),
    ...script("step", imageUpdateStep(values, container, image, dialect).join("\n")),
    ...scheduler("boot", { "start-time": "startup", interval: "0s", "on-event": unpackAgain.join("\n") }),
    ...scheduler("minute", {
      "start-date": "1970-01-01",
      "start-time": "00:00:00",
      interval: "1m",
      "on-event": takeStep.join("\n"),
    }),
  ];
}

/** What was being unpacked when the power went may look whole and is not. */
const unpackAgain = [`:if (${recall("phase")} = "unpack") do={ ${enter("again")} }`];

/** The entry of each minute is the last to go: a power cut may have taken it from its script. */
const takeStep = [
  `:if ([:len ${memory("step")}] > 0) do={`,
  `  /system/script/run ${stepScript}`,
  "} else={",
  `  /system/scheduler/remove ${find("/system/scheduler", "comment", imageUpdateTag)}`,
  "}",
];

/** Run each minute until it has removed itself; takes well below a minute. Exported for the checks of its text. */
export function imageUpdateStep(
  values: ScriptValues,
  container: ContainerValues,
  image: ImageRelease,
  dialect: Dialect,
): string[] {
  const file = fileOf(container);
  const root = rootOf(container, image);
  const next: Properties = {
    ...containerProperties(container, dialect),
    ...restartPolicy(dialect, false),
    "start-on-boot": false,
    ...(dialect.containerName ? { name: `karibu-agent-${image.sha256.slice(0, 8)}` } : {}),
    file,
    "root-dir": root,
    comment: "karibu:agent-next",
  };
  const setTag = (from: string, to: string) => setTagLines(from, to, dialect);
  /** Without its note it is taken for too many. */
  const count = (minutesMax: number) => [
    `:local count ${minutesMax + 1}`,
    ":do {",
    `  :set count ([:tonum ${recall("count")}] + 1)`,
    `  ${remember("count", "[:tostr $count]")}`,
    "} on-error={ }",
  ];
  const phases = {
    again: [...removeQuietly(ours("agent-next")), `:if (!${isThere("agent-next")}) do={ ${enter("unpack")} }`],
    unpack: [
      ...count(unpackMinutesMax),
      ':local state ""',
      `:if (!${isThere("agent-next")}) do={`,
      `  :if ([:len ${find("/file", "name", file)}] > 0) do={`,
      "    :do {",
      `      /container/add ${assignments(next)}`,
      `      ${log("the new image is being unpacked")}`,
      `    } on-error={ ${log("the new image is not taken")} }`,
      "  }",
      "} else={",
      `  :set state [:tostr [/container/get ${ours("agent-next")}]]`,
      "}",
      `:if ($state ~ ${quote(isStopped)}) do={`,
      `  ${remember("count", quote("0"))}`,
      `  ${enter("try")}`,
      "} else={",
      `  :if (($count > ${unpackMinutesMax}) or ($state ~ ${quote(isBroken)})) do={`,
      `    ${log("the new image can't be unpacked; the old one stays")}`,
      `    ${enter("tidy")}`,
      "  }",
      "}",
    ],
    try: [
      ...count(tryMinutesMax),
      `:if (${isThere("agent")} and ${isThere("agent-next")}) do={`,
      ...indent(stopThen("agent", setTag("agent", "agent-old"))),
      // It could not be set aside: it sells on, and the next minute tries again.
      `  ${startAgent}`,
      "}",
      `:if (!${isThere("agent")} and ${isThere("agent-next")}) do={`,
      ...indent([...setTag("agent-next", "agent"), log("the new image is started")]),
      "}",
      ":local proofs 0",
      `:if (!${isThere("agent-next")}) do={`,
      ...indent([
        startAgent,
        ':local said ""',
        `:do { :set said ([/tool/fetch url=${quote(askUrl(values))} output=user as-value]->"data") } on-error={ }`,
        `:do { :if ($said = "proved") do={ :set proofs ([:tonum ${recall("proofs")}] + 1) } } on-error={ }`,
        remember("proofs", "[:tostr $proofs]"),
      ]),
      "}",
      `:if ($proofs > ${proofsNeeded - 1}) do={`,
      `  ${log("the new image has proved itself; the old one goes")}`,
      `  ${enter("tidy")}`,
      "} else={",
      `  :if ($count > ${tryMinutesMax}) do={`,
      `    ${log("the new image did not prove itself; back to the old one")}`,
      `    ${enter("undo")}`,
      "  }",
      "}",
    ],
    undo: [
      `:if (${isThere("agent")} and ${isThere("agent-old")}) do={`,
      ...indent(stopThen("agent", setTag("agent", "agent-failed"))),
      "}",
      `:if (!${isThere("agent")} and ${isThere("agent-old")}) do={`,
      ...indent(setTag("agent-old", "agent")),
      "}",
      // Somebody took the old one away: any that sells is better than none.
      `:if (!${isThere("agent")} and !${isThere("agent-old")} and ${isThere("agent-next")}) do={`,
      ...indent(setTag("agent-next", "agent")),
      "}",
      startAgent,
      `:if (${oneSells} and !${isThere("agent-old")}) do={ ${enter("tidy")} }`,
    ],
    tidy: [
      `:if (${oneSells}) do={`,
      ...indent([
        ...removeQuietly(notSelling),
        `:if ([:len ${notSelling}] = 0) do={`,
        `  :do { /file/remove ${find("/file", "name", file)} } on-error={ }`,
        `  ${log("the image update is over")}`,
        `  /system/scheduler/remove ${find("/system/scheduler", "comment", "karibu:update-boot")}`,
        '  /system/script/remove [/system/script/find where comment~"^karibu:update-"]',
        `  /system/scheduler/remove ${find("/system/scheduler", "comment", imageUpdateTag)}`,
        "}",
      ]),
      "} else={",
      `  ${enter("undo")}`,
      "}",
    ],
  } satisfies Record<Phase, readonly string[]>;
  return [
    // A step may take longer than a minute: stopping, removing. And it starts when the containers are all there.
    `:if (([:len ${find("/system/script/job", "script", stepScript)}] < 2) and ([/system/resource/get uptime] > ${bootSettling})) do={`,
    ...indent([
      ':local phase ""',
      `:do { :set phase ${recall("phase")} } on-error={ }`,
      `:if (!($phase ~ ${quote(`^(${Object.keys(phases).join("|")})$`)})) do={`,
      // Before there is an old one, and after, who sells is sure.
      '  :set phase "tidy"',
      `  :if (${isThere("agent-old")} or !${oneSells}) do={ :set phase "undo" }`,
      "}",
      ...Object.entries(phases).flatMap(([phase, lines]) => [`:if ($phase = "${phase}") do={`, ...indent(lines), "}"]),
    ]),
    "}",
  ];
}

type Phase = "again" | "unpack" | "try" | "undo" | "tidy";

/** The next run's: in the one that enters it nothing more is done. */
function enter(phase: Phase): string {
  return remember("phase", phase);
}

const startAgent = `:do { /container/start ${ours("agent")} } on-error={ }`;

/** Goes on when it runs no more; leaves it as it is when it does not stop in time: the next minute tries again. */
function stopThen(which: string, lines: readonly string[]): string[] {
  const isRunning = `([:tostr [/container/get ${ours(which)}]] ~ ${quote(stateIs("(running|stopping|healthy|unhealthy)"))})`;
  return [
    `:do { /container/stop ${ours(which)} } on-error={ }`,
    ":for left from=1 to=20 do={",
    `  :if (${isRunning}) do={ :delay 1s }`,
    "}",
    `:if (!${isRunning}) do={`,
    ...indent(lines),
    "}",
  ];
}

/**
 * One command, so that a power cut leaves it with the one or the other tag. Only the one that sells starts by itself: two at once
 * would write one journal.
 */
function setTagLines(from: string, to: string, dialect: Dialect): string[] {
  const sells = to === "agent";
  const changed = assignments({
    comment: `karibu:${to}`,
    "start-on-boot": sells,
    ...restartPolicy(dialect, sells),
  });
  return [`:do { /container/set ${ours(from)} ${changed} } on-error={ ${log(`${from} could not become ${to}`)} }`];
}

/** With its unpacked files, wherever RouterOS does not delete these itself. */
function removeQuietly(which: string): string[] {
  return [
    `:foreach item in=${which} do={`,
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

/** Next, old and failed. */
const notSelling = '[/container/find where comment~"^karibu:agent-"]';

/** RouterOS told a container's state as one word (`status=stopped`), later as flags (`stopped=true`). */
const stateIs = (word: string) => `(^|;)(status=${word}|${word}=(true|yes))(;|$)`;
const isStopped = stateIs("stopped");
const isBroken = stateIs("(error|failed)");

const rootOf = ({ disk }: ContainerValues, { sha256 }: ImageRelease) => `${disk}/karibu/root-${sha256.slice(0, 8)}`;
const askUrl = (values: ScriptValues) =>
  `${portalUrl(values)}/image-update?key=${installerKeyOf(values.radius.secret)}`;

const unless = (holds: string, otherwise: string): string[] => [
  `:if (!(${holds})) do={`,
  `  :error ${quote(`karibu: ${otherwise}`)}`,
  "}",
];
