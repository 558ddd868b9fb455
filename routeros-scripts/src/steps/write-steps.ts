/**
 * Writes steps as lines of a script. Each line can run again: it finds an object by its tag, then sets it or adds it. RouterOS
 * stops an import at the first line that fails and keeps what it did before. Importing the script again completes it.
 */
import {
  find,
  formatProperties,
  formatValue,
  indent,
  type Properties,
  type PropertyValue,
  quote,
  raw,
} from "../language/rsc-text.ts";
import {
  findTagged,
  type ObjectStep,
  type PortStep,
  portTag,
  type Section,
  type SettingStep,
  type Step,
  type ValueKind,
} from "./step.ts";

export function writeSection(section: Section): string[] {
  return [
    "",
    `# ${section.title}`,
    `:put ${quote(`karibu: ${section.title}`)}`,
    ...section.steps.flatMap(writeStep),
    ...writeRowOrder(section.steps),
  ];
}

export function writeStep(step: Step): string[] {
  switch (step.kind) {
    case "object":
      return writeObject(step);
    case "setting":
      return step.optionalMenu ? parsedWhenRun(writeWholeSetting(step), step.menu) : writeWholeSetting(step);
    case "port":
      return writePort(step);
    case "commands":
      return [...step.lines];
  }
}

const writeWholeSetting = (step: SettingStep) => [...writeSavedSetting(step), ...writeSetting(step)];

/** A router without this menu shows a message and goes on. */
function parsedWhenRun(lines: readonly string[], menu: string): string[] {
  const failed = quote(`karibu: could not set ${menu}`);
  return [`:do { [[:parse ${quote(lines.join("\n"))}]] } on-error={ :put ${failed} }`];
}

/** A long text stands once: the lines that add and those that set both use it. */
function writeObject(step: ObjectStep): string[] {
  const long = Object.entries(step.properties).filter(
    ([, value]) => typeof value === "string" && value.length > longTextLength,
  );
  if (long.length === 0) return writeAddOrSet(step);
  const names = Object.fromEntries(long.map(([property], index) => [property, raw(`$text${index + 1}`)]));
  return [
    "{",
    ...long.map(([, value], index) => `  :local text${index + 1} ${formatValue(value)}`),
    ...indent(writeAddOrSet({ ...step, properties: { ...step.properties, ...names } })),
    "}",
  ];
}

const longTextLength = 400;

function writeAddOrSet(step: ObjectStep): string[] {
  const { menu, properties, addOnlyProperties } = step;
  const tag: Properties = step.tagIn === "comment" ? { comment: `karibu:${step.tag}` } : { name: `karibu-${step.tag}` };
  const added = formatProperties({ ...properties, ...addOnlyProperties, ...tag });
  if (step.onlyIfThere === true)
    return [`:foreach item in=${findTagged(step)} do={ ${menu}/set $item ${formatProperties(properties)} }`];
  const set = `${menu}/set ${findTagged(step)} ${formatProperties(properties)}`;
  return [
    `:if ([:len ${findTagged(step)}] = 0) do={`,
    `  ${menu}/add ${added}`,
    "} else={",
    ...indent(writeSet(step, set)),
    "}",
  ];
}

function writeSet(step: ObjectStep, set: string): string[] {
  if (step.messageWhenInUse !== undefined) {
    return [`:do { ${set} } on-error={ :put ${quote(`karibu: ${step.messageWhenInUse}`)} }`];
  }
  if (step.setOnlyIfChanged === undefined) return [set];
  return writeIfDiffers(set, `${step.menu}/get ${findTagged(step)}`, step.properties, step.setOnlyIfChanged);
}

/** The text that the lines of `readValue` read for this value. */
function valueAsRead(value: PropertyValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return "raw" in value ? value.raw : value.join(",");
}

/** Saves the present values as the command that restores them, in a script on the router. */
function writeSavedSetting(step: SettingStep): string[] {
  const target = step.row === undefined ? "" : ` ${targetOf(step).trimEnd()}`;
  const values = Object.entries(step.savedProperties).map(([property, kind], index) => ({
    property,
    variable: `was${index + 1}`,
    lines:
      kind === "free text"
        ? readFreeText(`[${step.menu}/get${target} ${property}]`, `was${index + 1}`)
        : readValue(`[${step.menu}/get${target} ${property}]`, kind, `was${index + 1}`),
  }));
  const unsettable = values.filter(({ property }) => step.unsetWhenEmpty?.includes(property));
  const parts = values
    .filter((value) => !unsettable.includes(value))
    .map(
      ({ property, variable }, index) =>
        `${quote(`${index === 0 ? `${step.menu}/set${target}` : '"'} ${property}="`)} . $${variable}`,
    );
  const more = unsettable.map(({ property, variable }) => ({
    lines: [
      `:local ${variable}Line ${quote(`\n${step.menu}/unset${target} value-name=${property}`)}`,
      `:if ([:len $${variable}] > 0) do={ :set ${variable}Line (${quote(`\n${step.menu}/set${target} ${property}="`)} . $${variable} . ${quote('"')}) }`,
    ],
    part: `$${variable}Line`,
  }));
  return writeSavedCommand(
    step.savedAs,
    [...values.flatMap(({ lines }) => lines), ...more.flatMap(({ lines }) => lines)],
    `(${[...parts, quote('"'), ...more.map(({ part }) => part)].join(" . ")})`,
  );
}

/** Reads a text as it must stand between quotes: the saved command is parsed again when it restores the value. */
export function readFreeText(get: string, variable: string): string[] {
  const plain = `${variable}Plain`;
  return [
    `:local ${plain} [:tostr ${get}]`,
    `:local ${variable} ""`,
    // A loop from 0 to -1 would count down.
    `:if ([:len $${plain}] > 0) do={`,
    `  :for at from=0 to=([:len $${plain}] - 1) do={`,
    `    :local one [:pick $${plain} $at ($at + 1)]`,
    `    :if ($one ~ ${quote('["\\\\$]')}) do={ :set ${variable} ($${variable} . ${quote("\\")}) }`,
    `    :set ${variable} ($${variable} . $one)`,
    "  }",
    "}",
  ];
}

function writeSavedCommand(savedAs: string, readLines: readonly string[], command: string): string[] {
  const script = { name: `karibu-before-${savedAs}`, comment: `karibu:before-${savedAs}` };
  return [
    `:if ([:len ${find("/system/script", "comment", script.comment)}] = 0) do={`,
    ...indent(readLines),
    `  /system/script/add ${formatProperties(script)} source=${command}`,
    "}",
  ];
}

/** Lines that read a value into a variable, as text. */
function readValue(get: string, kind: ValueKind, variable: string): string[] {
  if (kind === "text" || kind === "free text") return [`:local ${variable} [:tostr ${get}]`];
  if (kind === "flag") return [`:local ${variable} "no"`, `:if (${get} = true) do={ :set ${variable} "yes" }`];
  return [
    `:local ${variable} ""`,
    `:foreach one in=${get} do={`,
    `  :if ([:len $${variable}] > 0) do={ :set ${variable} ($${variable} . ",") }`,
    `  :set ${variable} ($${variable} . [:tostr $one])`,
    "}",
  ];
}

function writeSetting(step: SettingStep): string[] {
  const { menu, properties, savedProperties } = step;
  const set = `${menu}/set ${targetOf(step)}${formatProperties(properties)}`;
  if (!step.onlyIfChanged) return [set];
  const compared = Object.entries(savedProperties).filter(([property]) => properties[property] !== undefined);
  return [
    "{",
    ...indent(writeIfDiffers(set, `${menu}/get ${targetOf(step)}`, properties, Object.fromEntries(compared))),
    "}",
  ];
}

/** A name with other characters than a simple word is found first: quotes would be taken as part of an expression. */
function targetOf({ menu, row }: SettingStep): string {
  if (row === undefined) return "";
  return `${/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(row) ? row : find(menu, "name", row)} `;
}

/** Reads each property and runs `set` when one of them differs. */
function writeIfDiffers(
  set: string,
  get: string,
  properties: Properties,
  kinds: Readonly<Record<string, ValueKind>>,
): string[] {
  const compared = Object.entries(kinds).map(([property, kind], index) => ({
    lines: readValue(`[${get.trimEnd()} ${property}]`, kind, `was${index + 1}`),
    differs: `($was${index + 1} != ${quote(valueAsRead(properties[property] ?? ""))})`,
  }));
  return [
    ...compared.flatMap(({ lines }) => lines),
    `:if (${compared.map(({ differs }) => differs).join(" || ")}) do={`,
    `  ${set}`,
    "}",
  ];
}

function writePort(step: PortStep): string[] {
  const { interfaceName, bridge } = step;
  const menu = "/interface/bridge/port";
  const comment = `karibu:${portTag(step)}`;
  const present = find(menu, "interface", interfaceName);
  const properties = formatProperties({ bridge, comment });
  // Set, not added anew: the row keeps its VLAN and what else its owner gave it.
  const restored = "bridge=$was1 comment=$was2";
  const restore = [
    `:if ([:len ${present}] = 0) do={`,
    `  ${menu}/add interface=${formatValue(interfaceName)} ${restored}`,
    "} else={",
    `  ${menu}/set ${present} ${restored}`,
    "}",
  ].join("\n");
  const command = `(${quote(':local was1 "')} . $was1 . ${quote('"\n:local was2 "')} . $was2 . ${quote(`"\n${restore}`)})`;
  const readLines = [
    ...readFreeText(`[${menu}/get ${present} bridge]`, "was1"),
    ...readFreeText(`[${menu}/get ${present} comment]`, "was2"),
  ];
  const join = [
    `:if ([:len ${present}] = 0) do={`,
    `  ${menu}/add interface=${formatValue(interfaceName)} ${properties}`,
    "} else={",
    `  :if ([:len ${find(menu, "comment", comment)}] = 0) do={`,
    ...indent(indent(writeSavedCommand(portTag(step), readLines, command))),
    "  }",
    `  ${menu}/set ${present} ${properties}`,
    "}",
  ];
  return [
    `:if ([:len ${find("/interface", "name", interfaceName)}] = 0) do={`,
    `  :put ${quote(`karibu: this router has no port ${interfaceName}; left out`)}`,
    "} else={",
    ...indent(join),
    "}",
  ];
}

/**
 * Moves our rows before the first row that is not ours, in their order. Rules of a filter go to the end without such a row: one that is added
 * later would stand behind those of ours that refuse. Dynamic rows of RouterOS stay on top.
 */
function writeRowOrder(steps: readonly Step[]): string[] {
  const ordered = steps.filter((step) => step.kind === "object").filter((step) => step.beforeOtherRows);
  return [...new Set(ordered.map(({ menu }) => menu))].flatMap((menu) => {
    const notDynamic = menu === "/radius" ? "" : "dynamic=no and ";
    const moves = ordered.filter((step) => step.menu === menu).map((step) => `${menu}/move ${findTagged(step)}`);
    return [
      "{",
      `  :local others [${menu}/find where ${notDynamic}!(comment~"^karibu:")]`,
      "  :if ([:len $others] > 0) do={",
      ...moves.map((move) => `    ${move} destination=[:pick $others 0]`),
      ...(menu.endsWith("/filter") ? ["  } else={", ...moves.map((move) => `    ${move}`)] : []),
      "  }",
      "}",
    ];
  });
}
