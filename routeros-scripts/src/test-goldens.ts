/**
 * The golden files: every byte of every script of every version, rendered from the sample values.
 *
 * `golden/<newest version>/` holds the newest version in full. `golden/<version>.diff` is a unified diff from the next newer
 * version to this one: what the newer version changed. `repair.rsc` has no golden file: it is `setup.rsc` with two other lines.
 *
 * A script inside a script is one long string. For readers, each line end in a string (`\0A`) is followed by a line break, written
 * as RouterOS continues a line: `\` at its end. The test takes these breaks out and compares to the byte.
 */
import { applyPatch, createTwoFilesPatch, FILE_HEADERS_ONLY, parsePatch } from "diff";
import { checkedVersions } from "./language/version-dialect.ts";
import { setUpSections } from "./sections/set-up-sections.ts";
import { pastedLine } from "./set-up-line/pasted-line.ts";
import { stageOne } from "./set-up-line/stage-one.ts";
import { stageTwo } from "./set-up-line/stage-two.ts";
import { writeSection } from "./steps/write-steps.ts";
import { renderVersion, testDialect } from "./test-render.ts";
import { sampleFlashValues, sampleImage, sampleServiceValues, sampleValues } from "./values/sample-values.ts";

/** File name (`setup.rsc`) -> text. */
export type ScriptFiles = Readonly<Record<string, string>>;

const newestFirst = checkedVersions.toReversed();
const [newest = ""] = newestFirst;

/** The scripts that have golden files, as the renderer writes them now. */
export function renderedFiles(version: string): ScriptFiles {
  const { "repair.rsc": _repair, "login.html": loginPage, ...scripts } = renderVersion(version);
  const services = renderVersion(version, sampleServiceValues)["services.rsc"] ?? "";
  // The formatter leaves a `.txt` alone.
  return {
    ...scripts,
    "services.rsc": services,
    "login.html.txt": loginPage,
    ...setUpLine(version),
    ...withoutDisk(version),
  };
}

/** What is other on a board without a disk. */
function withoutDisk(version: string): ScriptFiles {
  const sections = setUpSections(sampleFlashValues, testDialect(version));
  const agent = sections.filter(({ needsContainerPackage }) => needsContainerPackage);
  const { "preflight.rsc": preflight, "update-image.rsc": update = "" } = renderVersion(version, sampleFlashValues);
  return {
    "no-disk-agent.rsc": agent.flatMap(writeSection).join("\n"),
    "no-disk-preflight.rsc": preflight,
    "no-disk-update-image.rsc": update,
  };
}

/** The pasted line and its two stages. The line's digest is that of a text that never changes, so that only its words are pinned. */
function setUpLine(version: string): ScriptFiles {
  const hubUrl = "https://hub.example.com";
  const { sha256, bytes } = sampleImage;
  return {
    "line.rsc": pastedLine({ hubUrl, token: "sample-pasted-line-tok", stageOneSha512: "0".repeat(128) }),
    "stage-one.rsc": stageOne(),
    "stage-two.rsc": stageTwo({
      values: sampleValues,
      dialect: testDialect(version),
      hubUrl,
      resumeKey: "sample-resume-key",
      image: { sha256, bytes },
      formatDisk: true,
    }),
  };
}

const breakStrings = (text: string) => text.replaceAll("\\0A", "\\0A\\\n");
const joinStrings = (text: string) => text.replaceAll("\\0A\\\n", "\\0A");

function mapTexts(files: ScriptFiles, change: (text: string) => string): ScriptFiles {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, change(text)]));
}

const readableFiles = (version: string) => mapTexts(renderedFiles(version), breakStrings);

/** What the folder `golden` must hold: path -> text. */
export function goldenFiles(): ScriptFiles {
  const files: Record<string, string> = {};
  for (const [name, text] of Object.entries(readableFiles(newest))) files[`${newest}/${name}`] = text;
  for (const [index, version] of newestFirst.entries()) {
    const newer = newestFirst[index - 1];
    if (newer !== undefined) files[`${version}.diff`] = diffOf(newer, version);
  }
  return files;
}

/** The scripts of one version, from the golden files alone. Throws where a difference does not fit. */
export function scriptsFromGoldens(version: string, golden: ScriptFiles): ScriptFiles {
  const steps = newestFirst.slice(1, newestFirst.indexOf(version) + 1);
  const readable = steps.reduce(
    (scripts, step) => applyDiff(scripts, golden[`${step}.diff`] ?? ""),
    folderOf(newest, golden),
  );
  return mapTexts(readable, joinStrings);
}

function folderOf(version: string, golden: ScriptFiles): ScriptFiles {
  const inside = Object.entries(golden).filter(([path]) => path.startsWith(`${version}/`));
  return Object.fromEntries(inside.map(([path, text]) => [path.slice(version.length + 1), text]));
}

function diffOf(newer: string, older: string): string {
  const [before, after] = [readableFiles(newer), readableFiles(older)];
  return Object.entries(after)
    .filter(([name, text]) => before[name] !== text)
    .map(([name, text]) =>
      createTwoFilesPatch(`${newer}/${name}`, `${older}/${name}`, before[name] ?? "", text, undefined, undefined, {
        context: 1,
        headerOptions: FILE_HEADERS_ONLY,
      }),
    )
    .join("");
}

function applyDiff(scripts: ScriptFiles, diff: string): ScriptFiles {
  const changed = parsePatch(diff).map((patch): [string, string] => {
    const name = patch.newFileName?.replace(/^[^/]*\//, "") ?? "";
    const text = applyPatch(scripts[name] ?? "", patch);
    if (text === false) throw new Error(`golden: the difference of ${patch.newFileName} does not fit`);
    return [name, text];
  });
  return { ...scripts, ...Object.fromEntries(changed) };
}
