/**
 * What set-up does, as data: from one list of sections come the set-up script, the check of what is there, and the removal.
 *
 * Every object carries the tag `karibu:<what>` as its comment. Three menus have no comments (hotspot server and profile,
 * and the list names of containers' settings are names anyway): there the name `karibu-<what>` is the tag.
 */
import { type Properties, quote } from "../language/rsc-text.ts";

export interface Section {
  /** A plain sentence, shown while the script runs. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** Its very menus are unknown to a router without that package. */
  readonly needsContainerPackage?: boolean;
}

export type Step = ObjectStep | SettingStep | PortStep | CommandStep;

/** An object of ours: found by its tag, then set, or added. */
export interface ObjectStep {
  readonly kind: "object";
  readonly menu: string;
  /** `agent-bridge`; the tag is `karibu:agent-bridge`. */
  readonly what: string;
  readonly tagIn: "comment" | "name";
  readonly properties: Properties;
  /** Only when it is made: what may change later without our doing. */
  readonly atCreation?: Properties;
  /** Must stand before everything that is not ours, in the order of the steps. */
  readonly first?: boolean;
  /** Words before its removal, e.g. stopping it. */
  readonly beforeRemoval?: readonly string[];
  /** Set only when one of these differs: setting it throws guests out. */
  readonly setOnlyIfChanged?: Readonly<Record<string, "text" | "flag" | "list">>;
  /** Setting it may fail while it is in use: say this instead of stopping. */
  readonly whenBusy?: string;
}

/** A setting that the router has anyway: its values before us are remembered, and put back on removal. */
export interface SettingStep {
  readonly kind: "setting";
  readonly menu: string;
  readonly what: string;
  /** Of a menu with several rows: the one with this name. By its bare name, because services also list connections by it. */
  readonly row?: string;
  readonly properties: Properties;
  readonly remember: Readonly<Record<string, "text" | "flag" | "list">>;
}

/** A port that joins the guest bridge, wherever it was before. */
export interface PortStep {
  readonly kind: "port";
  readonly interfaceName: string;
  readonly bridge: string;
}

/** Lines as they are, for what fits nowhere else; `undo` when there is something to undo. */
export interface CommandStep {
  readonly kind: "commands";
  readonly lines: readonly string[];
  readonly undo?: readonly string[];
}

/** `[/ip/pool/find where comment="karibu:guest-pool"]`: a step's object, wherever it is. */
export function findTagged({ menu, what, tagIn }: Pick<ObjectStep, "menu" | "what" | "tagIn">): string {
  return tagIn === "comment" ? find(menu, "comment", `karibu:${what}`) : find(menu, "name", `karibu-${what}`);
}

export function find(menu: string, property: string, value: string): string {
  // In a condition `.` joins texts: a bare file name would be two.
  return `[${menu}/find where ${property}=${/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(value) ? value : quote(value)}]`;
}

export function tagged(
  menu: string,
  what: string,
  properties: Properties,
  more: Partial<Omit<ObjectStep, "kind" | "menu" | "what" | "properties">> = {},
): ObjectStep {
  return { kind: "object", menu, what, properties, tagIn: "comment", ...more };
}

/** For the menus that have no comments. */
export function named(
  menu: string,
  what: string,
  properties: Properties,
  setOnlyIfChanged: ObjectStep["setOnlyIfChanged"] = {},
): ObjectStep {
  return { kind: "object", menu, what, properties, tagIn: "name", setOnlyIfChanged };
}
