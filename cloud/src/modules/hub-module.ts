/**
 * What a module of the hub is: something that many providers never need, in a folder of its own below `modules`, which this hub may be run
 * without (`KARIBU_MODULES`). `docs/modules.md` says how to write one. A module imports the hub; of the hub only `all-modules.ts` beside this file
 * imports a module, and that file is written from the folders that there are.
 */
import type { ModuleAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { World } from "@karibu/protocol/world";
import type { RawBuilder } from "kysely";
import type { ReadTickets } from "../back-office/person/read-person.ts";
import type { RefuseErasure } from "../back-office/personal-data/erase-person.ts";
import type { PriceCurrencies } from "../catalogue/plans/price-currency.ts";
import type { ReachedBy } from "../fleet/create-fleet.ts";
import type { Sites } from "../fleet/sites/sites.ts";
import type { TunnelKeyHolders } from "../fleet/tunnel/peers.ts";
import type { HubTunnel, OperatorEnds } from "../fleet/tunnel/tunnel.ts";
import type { CallSite } from "../ground/agents/rpc-handler.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { Tx } from "../ground/db/database.ts";
import type { Schema } from "../ground/db/schema.ts";
import type { District } from "../ground/district.ts";
import type { HubNames } from "../ground/http/host-gate.ts";
import type { Permission } from "../ground/http/permissions.ts";
import type { Route } from "../ground/http/route.ts";
import type { MaintenanceJob, RetentionRule } from "../ground/jobs/maintenance-job.ts";
import type { PersonalData } from "../ground/jobs/person-data.ts";
import type { AlarmWay } from "../ground/lists/alarm-way.ts";
import type { AlarmSource } from "../ground/lists/lasting-alarm.ts";
import type { WaitingWork } from "../ground/lists/waiting-work.ts";
import type { RevocableTable } from "../ground/restores/revocable-table.ts";
import type { ProveSelf } from "../identity/credentials/prove-password.ts";
import type { PasswordDoor } from "../identity/log-in/password-door.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import type { Channels } from "../money/channels/channels.ts";
import type { AccountOwners } from "../money/ledger/names-in-books.ts";
import type { Ledger } from "../money/ledger/post-entry.ts";
import type { MakePicture } from "../tenancy/pictures/make-picture.ts";

/** What the hub hands to each module. */
export interface ModuleParts extends Ground {
  readonly messaging: Messaging;
  readonly ledger: Ledger;
  readonly callSite: CallSite;
  readonly proveSelf: ProveSelf;
  readonly priceCurrencies: PriceCurrencies;
  readonly makePhoto: MakePicture;
  /** What each room and each module holds of a person, also of those that are off. */
  readonly personRooms: readonly PersonalData[];
  /** Of those that are on. */
  readonly erasureRefusals: readonly RefuseErasure[];
  /** Tables with a `customer_id`, also of those that are off. */
  readonly builtOnCustomers: readonly string[];
  readonly hubTunnel: HubTunnel;
  readonly sites: Sites;
  readonly reachedBy: ReachedBy;
  readonly channels: Channels;
  /** Whose accounts in the books are not the hub's own, also of those that are off. */
  readonly accountOwners: readonly AccountOwners[];
  /** How it is reached. */
  readonly names: HubNames;
}

/** A price that a provider pays the platform for each month, for the hub's first page. */
export interface PublicPrice {
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly trialDays: number;
  readonly sitesMax: number | null;
  readonly messagesMax: number | null;
}

/** Outages of a provider's links that were kept: selects rows of `site_id, since_ms, until_ms`. */
export type KeptOutages = (providerId: string) => RawBuilder<unknown>;

/** What it contributes as a room of the hub does, and what only a module may. */
export interface ModuleDistrict extends Omit<District, "retention"> {
  /** Of a hub with several, the first counts. */
  readonly passwordDoor?: PasswordDoor;
}

export interface HubModule {
  /** Other modules that it is built on; it may import these. It can't be on where one of them is off. */
  readonly needs?: readonly string[];
  /** Permissions of its routes alone: where it is off, no role is offered them and nobody is told to have them. Who was given them has them when it is on again. */
  readonly permissions?: readonly Permission[];
  // What is true of its rows also where it is off: they were written while it was on.
  readonly personalData?: PersonalData;
  readonly retention?: readonly RetentionRule[];
  /** Names of its jobs, all of them: one that is not named here is not worked. Where it is off, those that wait are put off for an hour, as often as their turn comes, until their `providerId` is purged. */
  readonly jobs?: readonly string[];
  /** Names of its recurring work where it is on, all of it: one that is not named here is refused. Where it is off, one that failed is nobody's trouble. */
  readonly recurring?: readonly string[];
  /** Where it is off, of a job that names no provider: nothing is left to be done. As the platform. */
  readonly isJobOver?: (tx: Tx, name: string, data: object) => Promise<boolean>;
  /** Its tables with a `customer_id`: who stands there is not taken back, as if they had never been a customer. */
  readonly builtOnCustomers?: readonly (keyof Schema)[];
  /** What a restore counts of it, as what it would lose: a table, and the column of when a row was made. */
  readonly countedByRestore?: Readonly<Record<string, string>>;
  /** Statements that end, after a restore, what must not go on as if nothing had been decided since the back-up. Twice is as once. */
  readonly endedByRestore?: (nowMs: number) => readonly string[];
  /** Its tables by which people get in, with the triggers that note their changes. */
  readonly revocable?: Readonly<Record<string, RevocableTable>>;
  /** Who of its people has or had a key of the tunnel: no router may have it. */
  readonly tunnelKeyHolders?: TunnelKeyHolders;
  /** Whose accounts it keeps in the books, by which entries, files and balances name them. */
  readonly accountOwners?: AccountOwners;
  /** Printed codes that lie with somebody, or did (`catalogue/vouchers/held-codes.ts`): selects rows of `provider_id, batch_id, serial, is_sold`. The module books their sales. */
  readonly heldCodes?: RawBuilder<unknown>;
  /** A way in which people are told of alarms; where it is on, `open` gives who tells. */
  readonly alarmWay?: AlarmWay;
  // What it adds to others' pages and work, where it is on. What happens when it fails there: docs/modules.md.
  /** What needs a person, for the console's first page. */
  readonly waiting?: Readonly<Record<string, WaitingWork>>;
  /** Its alarms that last: rows of `protocol/src/alarms/alarm-kinds.ts` that a module raises. */
  readonly alarms?: Partial<Readonly<Record<ModuleAlarm, AlarmSource>>>;
  /** For trying the rule that credits outages. */
  readonly keptOutages?: KeptOutages;
  /** What stands in the way of an erasure. Where it is off, nothing does: nobody could clear it away. */
  readonly refuseErasure?: RefuseErasure;
  /** A person's tickets, newest first, for the page of who is not online. */
  readonly ticketsOfPerson?: ReadTickets;
  /** Routes by which people are given what it holds of them, and have it erased: also where it is off, for they have a right to that. */
  rights?(parts: ModuleParts): readonly Route[];
  /** Recurring work also where it is off: what it had under way with what is the hub's, and nobody else would end. */
  upkeep?(parts: ModuleParts, isOn: boolean): readonly MaintenanceJob[];
  /** People's own ends of the tunnel to sites. */
  readonly operatorEnds?: Omit<OperatorEnds, "module">;
  /** Cheapest first. In a transaction of the platform. */
  readonly publicPrices?: (tx: Tx) => Promise<readonly PublicPrice[]>;
  /** With what a new provider begins, in the transaction of the platform that makes it. */
  readonly onNewProvider?: (tx: Tx, providerId: string, nowMs: number) => Promise<void>;
  /** An invoice that the platform wrote was paid, in the same transaction. */
  readonly onPlatformInvoicePaid?: (world: World, tx: Tx, invoiceId: string) => Promise<void>;
  /** It says what providers that owe the platform can't do. Where no module does, a platform admin who reactivates a provider opens what was shut. */
  readonly keepsArrears?: true;
  /** What must be seen to where it is off: its rows are still there, and what others keep for it. */
  whereOff?(parts: ModuleParts): void;
  /** Its routes, jobs and recurring work: called once, where it is on. */
  open(parts: ModuleParts): ModuleDistrict;
}

/** The kinds of what needs a person that some modules have. */
export type WaitingKindsOf<Each> = Each extends { readonly waiting: infer Kinds } ? keyof Kinds : never;
