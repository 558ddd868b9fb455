/**
 * What a router should have, as data for its agent: the very steps that set it up, so that the two can't say different things. Secrets and
 * what only a script can do are left out; of a script's text there is a digest, by which the agent sees that it was changed.
 */
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
import { scriptHash } from "@karibu/protocol/router/script-hash";
import type { Properties, PropertyValue } from "../language/rsc-text.ts";
import type { VersionDialect } from "../language/version-dialect.ts";
import { sectionsOf, serviceNames } from "../sections/service-sections.ts";
import { setUpSections } from "../sections/set-up-sections.ts";
import { type ObjectStep, portTag, type SettingStep, type Step } from "../steps/step.ts";
import { guestInterface } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** Of these only the presence counts: they hold secrets or scripts, or their values are the router's own. */
const presenceOnly = ["/user", "/interface/veth"];
/** Compared by what they may do and when they run, and by the digest of their text. */
const scriptMenus: Readonly<Record<string, { readonly columns: readonly string[]; readonly text: string }>> = {
  "/system/script": { columns: ["policy", "dont-require-permissions"], text: "source" },
  "/system/scheduler": { columns: ["policy", "interval", "start-time"], text: "on-event" },
};
/** Without its container the agent is not there to say so; and an image update changes it by itself. */
const leftOut = "/container";
const secretOrScript = /password|secret|private-key|source|script|on-event|policy/;

/** `values` are those that `checkValues` accepted. Pure. */
export function desiredState(values: ScriptValues, dialect: VersionDialect): DesiredRouter {
  const steps = setUpSections(values, dialect).flatMap((section) => section.steps);
  const services = serviceNames.flatMap((service) =>
    sectionsOf(service, values)
      .flatMap((section) => section.steps)
      .flatMap(desiredObject)
      .map((object) => ({ ...object, service })),
  );
  return {
    minor: dialect.minor,
    guestInterface: guestInterface(values),
    objects: steps.flatMap(desiredObject),
    ...(services.length === 0 ? {} : { services }),
  };
}

function desiredObject(step: Step): DesiredObject[] {
  if (step.kind === "commands") return [];
  if (step.kind === "port") {
    const { interfaceName, bridge } = step;
    const is = { bridge };
    return [{ id: portTag(step), menu: "/interface/bridge/port", column: "interface", value: interfaceName, is }];
  }
  if (step.menu === leftOut || step.menu.startsWith(`${leftOut}/`)) return [];
  return [step.kind === "object" ? objectOf(step) : settingOf(step)];
}

function objectOf(step: ObjectStep): DesiredObject {
  const script = scriptMenus[step.menu];
  if (script !== undefined) return scriptOf(step, script);
  const { menu, tag, tagIn, properties, addOnlyProperties = {}, beforeOtherRows } = step;
  const isPresence = presenceOnly.some((prefix) => menu === prefix || menu.startsWith(`${prefix}/`));
  const adds = isPresence ? {} : valuesOf(addOnlyProperties);
  return {
    id: tag,
    menu,
    column: tagIn,
    value: tagIn === "comment" ? `karibu:${tag}` : `karibu-${tag}`,
    is: isPresence ? {} : valuesOf(properties),
    ...(Object.keys(adds).length === 0 ? {} : { adds }),
    ...(beforeOtherRows === true ? { isFirst: true } : {}),
    ...("disabled" in addOnlyProperties || properties.disabled === true ? { isOn: false } : {}),
  };
}

function scriptOf(
  { menu, tag, tagIn, properties }: ObjectStep,
  { columns, text }: { readonly columns: readonly string[]; readonly text: string },
): DesiredObject {
  const is = columns.flatMap((column): [string, string][] => {
    const value = properties[column];
    const word = value === undefined ? null : wordOf(value);
    return word === null ? [] : [[column, word]];
  });
  const source = properties[text];
  return {
    id: tag,
    menu,
    column: tagIn,
    value: tagIn === "comment" ? `karibu:${tag}` : `karibu-${tag}`,
    is: Object.fromEntries(is),
    ...(typeof source === "string" ? { hashes: { [text]: scriptHash(source) } } : {}),
  };
}

function settingOf({ menu, row, savedAs, properties }: SettingStep): DesiredObject {
  const is = valuesOf(properties);
  return { id: savedAs, menu, column: row === undefined ? "" : "name", value: row ?? "", is };
}

function valuesOf(properties: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const text = secretOrScript.test(name) || name === "disabled" ? null : wordOf(value);
      return text === null ? [] : [[name, text]];
    }),
  );
}

/** Null: an expression that only the router can work out. */
function wordOf(value: PropertyValue): string | null {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  if ("raw" in value) return value.raw.startsWith("[") ? null : value.raw;
  return value.join(",");
}
