import type { JournalProjector } from "./agents/journal-projector.ts";
import type { RpcHandler } from "./agents/rpc-handler.ts";
import type { JobReader } from "./events/topics.ts";
import type { DomainOwner } from "./http/host-gate.ts";
import type { Route } from "./http/route.ts";
import type { MaintenanceJob, RetentionRule } from "./jobs/maintenance-job.ts";
import type { AlarmTeller } from "./lists/alarm-way.ts";
import type { Finder } from "./lists/search.ts";
import type { QuotaCount } from "./quotas/quotas.ts";

/** What a district of the hub contributes. Each `create-<district>.ts` returns one; `hub.ts` joins them. */
export interface District {
  readonly routes?: readonly Route[];
  /** Requests of agents that this district answers. */
  readonly rpcHandlers?: readonly RpcHandler[];
  /** Rows that this district makes of the sites' journals. Lower districts' projectors run first. */
  readonly projectors?: readonly JournalProjector[];
  /** What the search finds of this district. */
  readonly finders?: readonly Finder[];
  /** Who may read a job of this district, for its live topic. */
  readonly jobReaders?: readonly JobReader[];
  /** Whose name a host is that is none of the hub's: customers find this provider's page there. */
  readonly domainOwner?: DomainOwner;
  /** Further ways in which people are told of alarms. */
  readonly alarmTellers?: readonly AlarmTeller[];
  readonly maintenance?: readonly MaintenanceJob[];
  readonly retention?: readonly RetentionRule[];
  /** How this district counts what a provider may have only so much of. */
  readonly quotas?: readonly QuotaCount[];
  /** Before the job queue starts. */
  registerJobs?(): Promise<void>;
  /** After the job queue has started, lowest district first. */
  start?(): Promise<void>;
  /** Before the job queue stops, highest district first. */
  stop?(): Promise<void>;
}

/** All contributions of one kind, in the order of the districts. */
export function joined<
  Kind extends
    | "routes"
    | "rpcHandlers"
    | "projectors"
    | "maintenance"
    | "retention"
    | "finders"
    | "quotas"
    | "jobReaders"
    | "alarmTellers",
>(districts: readonly District[], kind: Kind): NonNullable<District[Kind]>[number][] {
  return districts.flatMap((district) => [...(district[kind] ?? [])] as NonNullable<District[Kind]>[number][]);
}
