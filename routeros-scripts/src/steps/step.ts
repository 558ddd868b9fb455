/**
 * What set-up does, as data. One list of sections gives the set-up script, the check of what is present, and the removal.
 *
 * Every object carries its tag, `karibu:<tag>`, in its comment. The hotspot server and its profile have no comments: there the
 * name `karibu-<tag>` is the tag.
 */
import { find, type Properties } from "../language/rsc-text.ts";

export interface Section {
  /** A plain sentence that is shown while the script runs. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** A router without the package `container` does not know the menus of this section. */
  readonly needsContainerPackage?: boolean;
}

export type Step = ObjectStep | SettingStep | PortStep | CommandStep;

/**
 * How a script reads the present value of a property: as a text, as yes or no, or as a list. A free text is the router's owner's own
 * and may hold quotes: it is escaped where it is saved.
 */
export type ValueKind = "text" | "free text" | "flag" | "list";

/** An object that Karibu adds. The script finds it by its tag and sets it, or adds it. */
export interface ObjectStep {
  readonly kind: "object";
  readonly menu: string;
  /** `agent-bridge` for the tag `karibu:agent-bridge`. */
  readonly tag: string;
  readonly tagIn: "comment" | "name";
  readonly properties: Properties;
  /** Properties that are set only when the object is added: they may change later for other reasons. */
  readonly addOnlyProperties?: Properties;
  /** It is set where it is, and never added: the script does not have all that it needs. */
  readonly onlyIfThere?: boolean;
  /** The row stands before all rows that are not ours, in the order of the steps: firewall rules, RADIUS servers. */
  readonly beforeOtherRows?: boolean;
  /** Commands that run before the object is removed, for example to stop it. */
  readonly beforeRemoval?: readonly string[];
  /** The object is set only when one of these properties differs: setting it disconnects guests. */
  readonly setOnlyIfChanged?: Readonly<Record<string, ValueKind>>;
  /** Setting the object may fail while it is in use. Then the script shows this message and goes on. */
  readonly messageWhenInUse?: string;
}

/** A setting that every router has. The script saves its values before it sets it, and removal restores them. */
export interface SettingStep {
  readonly kind: "setting";
  readonly menu: string;
  /** Its values are saved in the script `karibu-before-<savedAs>` on the router. */
  readonly savedAs: string;
  /** The name of the row, in a menu with several rows. A name, because `/ip/service` lists connections by the same name. */
  readonly row?: string;
  readonly properties: Properties;
  readonly savedProperties: Readonly<Record<string, ValueKind>>;
  /** It is set only when one of the saved properties differs: setting it disconnects guests. */
  readonly onlyIfChanged?: boolean;
  /** Saved properties that removal unsets where they were empty: an empty value is not the same as none. */
  readonly unsetWhenEmpty?: readonly string[];
  /** Only some routers have this menu: the lines are parsed when they run, and a failure is shown. */
  readonly optionalMenu?: boolean;
}

/** A port that moves into the guest bridge. */
export interface PortStep {
  readonly kind: "port";
  readonly interfaceName: string;
  readonly bridge: string;
}

/** Commands that are neither an object nor a setting. `undo` runs on removal. */
export interface CommandStep {
  readonly kind: "commands";
  readonly lines: readonly string[];
  readonly undo?: readonly string[];
}

/** `[/ip/pool/find where comment="karibu:guest-pool"]` */
export function findTagged({ menu, tag, tagIn }: Pick<ObjectStep, "menu" | "tag" | "tagIn">): string {
  return tagIn === "comment" ? find(menu, "comment", `karibu:${tag}`) : find(menu, "name", `karibu-${tag}`);
}

/** The tag of a port that moved into the guest bridge. */
export function portTag({ interfaceName }: PortStep): string {
  return `guest-port-${interfaceName}`;
}

type MoreOfObject = Partial<Omit<ObjectStep, "kind" | "menu" | "tag" | "properties">>;

/** An object with its tag in its comment. */
export function tagged(menu: string, tag: string, properties: Properties, more: MoreOfObject = {}): ObjectStep {
  return { kind: "object", menu, tag, properties, tagIn: "comment", ...more };
}

/** An object in a menu without comments: its name is the tag. */
export function named(
  menu: string,
  tag: string,
  properties: Properties,
  setOnlyIfChanged: ObjectStep["setOnlyIfChanged"] = {},
): ObjectStep {
  return { kind: "object", menu, tag, properties, tagIn: "name", setOnlyIfChanged };
}
