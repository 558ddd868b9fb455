/** What the console knows of a page, and the rooms that pages stand in. */
import type { TemplateResult } from "lit";
import type { AppContext } from "./components/app-element.ts";
import type { Strings } from "./strings/en.ts";

/** In the order of the menu. A provider's users see the first eight and the last, a platform admin the others; nobody sees an empty room. */
export const roomNames = [
  "home",
  "sales",
  "customers",
  "support",
  "plansAndVouchers",
  "sites",
  "money",
  "providers",
  "revenue",
  "health",
  "releases",
  "settings",
] as const;
export type RoomName = (typeof roomNames)[number];

/** Names of a guide, and of a section in it. */
export type GuideSection = readonly [guide: string, section: string];

export interface PageRow {
  /** The first part of the address after `#/`; the rest is the id of one thing. */
  readonly path: string;
  readonly title: keyof Strings;
  /** Where it is a tab, and where it is one for a platform admin, if elsewhere. */
  readonly room: RoomName;
  readonly platformRoom?: RoomName;
  /** Of a module: it stands before the hub's own pages of its room, and the room opens with it. */
  readonly isFirst?: boolean;
  /** No tab leads to it: a link on another page does. */
  readonly isHidden?: boolean;
  /** Null: every user, but not during support access. */
  readonly permission: string | null;
  /** What is set there, in the words that people look for it by among the settings. Of a module: the hub's own stand in `settings-elsewhere.ts`. */
  readonly setHere?: keyof Strings;
  /** Of a module: which section of the guides tells of it, where that is not its room's. The hub's own stand in `guide-of-page.ts`. */
  readonly guide?: GuideSection;
  /** Only where the hub is run with this module. */
  readonly module?: string;
  readonly load: () => Promise<unknown>;
  readonly render: (app: AppContext) => TemplateResult;
  /** One thing of the page, with its own address. */
  readonly detail?: (app: AppContext, id: string) => TemplateResult;
  /** A wide screen shows the thing beside the list that it was opened from. */
  readonly isBeside?: boolean;
}
