/** What the console has of a module of the hub: a folder here of the same name. It is shown where the hub is run with that module. */
import type { allModules } from "@karibu/cloud/modules/all-modules";
import type { WaitingKindsOf } from "@karibu/cloud/modules/hub-module";
import type { ModuleName } from "@karibu/cloud/modules/names";
import type { ModuleAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { TemplateResult } from "lit";
import type { AppContext } from "../components/app-element.ts";
import type { Role } from "../data/identity/roles.ts";
import type { Names } from "../data/names.ts";
import type { PageRow } from "../page-row.ts";
import type { Strings } from "../strings/en.ts";

export type WaitingPlace = readonly [href: string, action: keyof Strings];

export interface RuleTick {
  readonly field: "push";
  readonly label: keyof Strings;
  readonly whom: keyof Strings;
}

export interface InBrowser {
  /** After a log-in, and in another language. */
  cameIn(userId: string): Promise<void>;
  /** Before a log-out. */
  goesOut(): Promise<void>;
  /** Nobody is logged in any more, whoever ended that. */
  nobodyIn(): Promise<void>;
}

export interface ConsoleModule {
  /** They stand behind the hub's own in their rooms, but for one that is the first. */
  readonly pages: readonly PageRow[];
  /** Where what needs a person is done, by the kinds of the hub's module. */
  readonly waiting?: Readonly<Record<string, WaitingPlace>>;
  /** What it shows of one customer, on the customer's page. */
  readonly customerCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext, customerId: string) => TemplateResult;
  };
  /** What it shows on the person's own account. */
  readonly accountCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext) => TemplateResult;
  };
  /** What it shows of one provider, on the platform's page of the provider. `changed`: when the provider's quotas are others. */
  readonly providerCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (
      app: AppContext,
      provider: { readonly providerId: string; readonly name: string },
      changed: () => void,
    ) => TemplateResult;
  };
  /** What it shows below the provider's staff, to who manages them. */
  readonly staffCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext, roles: readonly Role[]) => TemplateResult;
  };
  /** A button beside the list of sites, for who manages them, and what it opens above that list. `changed`: when it has others in it. */
  readonly besideSites?: {
    readonly text: keyof Strings;
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext, changed: () => void) => TemplateResult;
  };
  /** What it shows below the reports, to who manages the settings. */
  readonly reportsCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext) => TemplateResult;
  };
  /** A subject of the provider's settings. */
  readonly settings?: {
    readonly name: string;
    /** By which the search among the settings finds it. */
    readonly words: readonly (keyof Strings)[];
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext) => TemplateResult;
  };
  /** Where one does something about an alarm of the hub's module, and what that is called. */
  readonly alarms?: Partial<Readonly<Record<ModuleAlarm, readonly [href: string, place: keyof Strings]>>>;
  /** What it adds to the page of who hears of alarms. */
  readonly alarmRules?: {
    readonly load: () => Promise<unknown>;
    readonly card: (app: AppContext) => TemplateResult;
    /** A rule may tell its people by it, too; said of them: `whom`. */
    readonly tick?: RuleTick;
    /** Whom a rule may tell by it. */
    readonly recipients?: {
      readonly field: "webhookIds";
      readonly label: keyof Strings;
      readonly names: () => Promise<Names>;
    };
  };
  /** What it keeps in this browser of who is logged in. Asked also where the hub is run without it: it was on when that was kept. */
  readonly inBrowser?: {
    /** Nothing is kept without it, and then nothing is fetched. */
    readonly mayHold: () => boolean;
    readonly load: () => Promise<InBrowser>;
  };
  /** Where the sale of a code that lies with somebody else is booked, and what that place is called. */
  readonly heldCodes?: readonly [href: string, place: keyof Strings];
  /** What it says above every page. */
  readonly band?: {
    readonly permission: string;
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext, language: string) => TemplateResult;
  };
}

type KindsOf<Name extends ModuleName> = WaitingKindsOf<(typeof allModules)[Name]>;

/** A kind of the hub's module that has no place here would be left out of the first page, in silence. */
export type ConsoleModules = {
  readonly [Name in ModuleName]?: [KindsOf<Name>] extends [never]
    ? ConsoleModule
    : ConsoleModule & { readonly waiting: Readonly<Record<KindsOf<Name>, WaitingPlace>> };
};
