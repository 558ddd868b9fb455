/**
 * Steps become lines. Every line is safe to run again: find by tag, then set or add. RouterOS stops an import at the first
 * line that fails and keeps what went before, so running the script again goes on where it stopped.
 */
import { assignments, indent, type Properties, quote, type Value, word } from "../language/rsc-text.ts";
import { find, findTagged, type ObjectStep, type PortStep, type Section, type SettingStep, type Step } from "./step.ts";

export function writeSection(section: Section): string[] {
  return [
    "",
    `# ${section.title}`,
    `:put ${quote(`karibu: ${section.title}`)}`,
    ...section.steps.flatMap(writeStep),
    ...writeOrder(section.steps),
  ];
}

export function writeStep(step: Step): string[] {
  switch (step.kind) {
    case "object":
      return writeObject(step);
    case "setting":
      return [...writeMemory(step), writeSetting(step)];
    case "port":
      return writePort(step);
    case "commands":
      return [...step.lines];
  }
}

function writeObject(step: ObjectStep): string[] {
  const { menu, properties, atCreation } = step;
  const tag: Properties =
    step.tagIn === "comment" ? { comment: `karibu:${step.what}` } : { name: `karibu-${step.what}` };
  const added = assignments({ ...properties, ...atCreation, ...tag });
  const set = `${menu}/set ${findTagged(step)} ${assignments(properties)}`;
  return [
    `:if ([:len ${findTagged(step)}] = 0) do={`,
    `  ${menu}/add ${added}`,
    "} else={",
    ...indent(writeSet(step, set)),
    "}",
  ];
}

function writeSet(step: ObjectStep, set: string): string[] {
  if (step.whenBusy !== undefined) {
    return [`:do { ${set} } on-error={ :put ${quote(`karibu: ${step.whenBusy}`)} }`];
  }
  if (step.setOnlyIfChanged === undefined) return [set];
  const compared = Object.entries(step.setOnlyIfChanged).map(([property, kind], index) => ({
    lines: readValue(`[${step.menu}/get ${findTagged(step)} ${property}]`, kind, `was${index + 1}`),
    differs: `($was${index + 1} != ${quote(plain(step.properties[property] ?? ""))})`,
  }));
  return [
    ...compared.flatMap(({ lines }) => lines),
    `:if (${compared.map(({ differs }) => differs).join(" || ")}) do={`,
    `  ${set}`,
    "}",
  ];
}

/** A value as `readValue` gives it. */
function plain(value: Value): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return "bare" in value ? value.bare : value.join(",");
}

/** What was there before, as the very command that puts it back, kept in a script of the router. */
function writeMemory(step: SettingStep): string[] {
  const target = step.row === undefined ? "" : ` ${step.row}`;
  const values = Object.entries(step.remember).map(([property, kind], index) => ({
    property,
    variable: `was${index + 1}`,
    lines: readValue(`[${step.menu}/get${target} ${property}]`, kind, `was${index + 1}`),
  }));
  const parts = values.map(
    ({ property, variable }, index) =>
      `${quote(`${index === 0 ? `${step.menu}/set${target}` : '"'} ${property}="`)} . $${variable}`,
  );
  return writeRemembered(
    step.what,
    values.flatMap(({ lines }) => lines),
    `(${parts.join(" . ")} . ${quote('"')})`,
  );
}

function writeRemembered(what: string, read: readonly string[], source: string): string[] {
  const memory = find("/system/script", "comment", `karibu:before-${what}`);
  return [
    `:if ([:len ${memory}] = 0) do={`,
    ...indent(read),
    `  /system/script/add ${assignments({ name: `karibu-before-${what}`, comment: `karibu:before-${what}` })} source=${source}`,
    "}",
  ];
}

function readValue(get: string, kind: "text" | "flag" | "list", variable: string): string[] {
  if (kind === "text") return [`:local ${variable} [:tostr ${get}]`];
  if (kind === "flag") return [`:local ${variable} "no"`, `:if (${get} = true) do={ :set ${variable} "yes" }`];
  return [
    `:local ${variable} ""`,
    `:foreach one in=${get} do={`,
    `  :if ([:len $${variable}] > 0) do={ :set ${variable} ($${variable} . ",") }`,
    `  :set ${variable} ($${variable} . [:tostr $one])`,
    "}",
  ];
}

function writeSetting({ menu, row, properties }: SettingStep): string {
  return `${menu}/set ${row === undefined ? "" : `${row} `}${assignments(properties)}`;
}

function writePort({ interfaceName, bridge }: PortStep): string[] {
  const menu = "/interface/bridge/port";
  const what = `guest-port-${interfaceName}`;
  const there = find(menu, "interface", interfaceName);
  const ours = find(menu, "comment", `karibu:${what}`);
  const properties = assignments({ bridge, comment: `karibu:${what}` });
  const back = quote(`${menu}/add interface=${word(interfaceName)} bridge="`);
  const source = `(${back} . $was1 . ${quote('" comment="')} . $was2 . ${quote('"')})`;
  const read = [
    ...readValue(`[${menu}/get ${there} bridge]`, "text", "was1"),
    ...readValue(`[${menu}/get ${there} comment]`, "text", "was2"),
  ];
  const join = [
    `:if ([:len ${there}] = 0) do={`,
    `  ${menu}/add interface=${word(interfaceName)} ${properties}`,
    "} else={",
    `  :if ([:len ${ours}] = 0) do={`,
    ...indent(indent(writeRemembered(what, read, source))),
    "  }",
    `  ${menu}/set ${there} ${properties}`,
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

/** Our rules go before the first rule that is not ours, in their order. Rules that RouterOS makes itself stay on top. */
function writeOrder(steps: readonly Step[]): string[] {
  const ordered = steps.filter((step) => step.kind === "object").filter((step) => step.first);
  return [...new Set(ordered.map(({ menu }) => menu))].flatMap((menu) => {
    const others = menu === "/radius" ? "" : "dynamic=no and ";
    return [
      "{",
      `  :local others [${menu}/find where ${others}!(comment~"^karibu:")]`,
      "  :if ([:len $others] > 0) do={",
      ...ordered
        .filter((step) => step.menu === menu)
        .map((step) => `    ${menu}/move ${findTagged(step)} destination=[:pick $others 0]`),
      "  }",
      "}",
    ];
  });
}
