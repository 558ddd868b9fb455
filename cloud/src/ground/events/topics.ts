/**
 * Who hears which live events. Pure, but for the look-up of one job.
 *
 * Attackers and what stops them. Who asks for somebody else's topic, or for the platform's: refused, and of the rows that a stream reads only those
 * are written that its person may hear (`hears`), whatever was asked for. Who asks for another provider's job: every reader of jobs asks
 * for those of their own provider, and the job is not found. Who acts for another, or a program: neither is that person, so neither hears what concerns the
 * person's account. Whose role was lowered or whose log-in was ended: asked again at once (`streams.ts`).
 */
import type { Tx } from "../db/database.ts";
import { type Actor, platformProviderId } from "../http/actor.ts";
import type { Permission } from "../http/permissions.ts";
import { notFound, refusal, wrongField } from "../http/problem.ts";
import type { HubEvent } from "./emit.ts";

type Topic = HubEvent["topic"];

/** The permission that a topic needs; `own`: the person whom the event names, and nobody else. */
const needed: Record<Topic, Permission | "own"> = {
  payment: "payments.read",
  session: "sessions.read",
  site: "sites.read",
  grant: "grants.read",
  voucher: "vouchers.read",
  job: "jobs.read",
  alarm: "sites.read",
  plan: "plans.read",
  customer: "customers.read",
  ticket: "tickets.read",
  message: "messages.read",
  channel: "channels.read",
  router: "routers.read",
  "router-figures": "routers.read",
  "set-up": "sites.read",
  user: "own",
  admin: "platform.read",
};

/**
 * The permission that reading the job of this id takes; null: this provider has none. The transaction sees the rows of all providers: a reader
 * asks for those of this one. Each room that has jobs of its own gives one (`District`).
 */
export type JobReader = (tx: Tx, jobId: string, providerId: string) => Promise<Permission | null>;

/** What one stream was asked for; null: all that its person may hear. */
export interface AskedTopics {
  readonly topics: ReadonlySet<string>;
  /** Jobs by id, each with the permission that reading it takes. */
  readonly jobs: ReadonlyMap<string, Permission>;
}

interface Row {
  readonly topic: string;
  readonly id: string;
}

const topicsMax = 20;

/** Whether a live stream has anything to say to this caller, ever. */
export function mayListen(actor: Actor): boolean {
  return actor.credential.kind === "login" || actor.may("events.read") || actor.may("platform.read");
}

/** Whether this caller hears this row, of those that were asked for. */
export function hears(actor: Actor, asked: AskedTopics | null, row: Row): boolean {
  const ofJob = row.topic === "job" ? asked?.jobs.get(row.id) : undefined;
  if (ofJob !== undefined) return actor.may(ofJob);
  return (asked === null || asked.topics.has(row.topic)) && mayHear(actor, row);
}

function mayHear(actor: Actor, { topic, id }: Row): boolean {
  const need = (needed as Record<string, Permission | "own" | undefined>)[topic];
  if (need === undefined) return false; // written by a newer release
  if (need === "own") return actor.credential.kind === "login" && actor.userId === id;
  return (actor.may("events.read") || actor.providerId === platformProviderId) && actor.may(need);
}

/**
 * `topics=user,job:<id>,payment`: the caller's own account, one job, or a topic by its name. Throws a Problem 400 for what is no topic, 403 for
 * what is not the caller's to hear, 404 for a job that their provider does not have.
 */
export async function readTopics(
  text: string | undefined,
  actor: Actor,
  findJob: (jobId: string) => Promise<Permission | null>,
): Promise<AskedTopics | null> {
  if (text === undefined) return null;
  const names = text.split(",");
  if (names.length > topicsMax) throw wrongField("topics", "too-many", topicsMax);
  const topics = new Set<string>();
  const jobs = new Map<string, Permission>();
  for (const name of names) {
    const [topic = "", id] = split(name);
    if (!Object.hasOwn(needed, topic) || id === "") throw wrongField("topics", "no-topic");
    if (id === undefined) {
      if (!mayHear(actor, { topic, id: actor.userId })) throw notYours(topic);
      topics.add(topic);
    } else if (topic === "user") {
      if (!mayHear(actor, { topic, id })) throw notYours("user");
      topics.add("user");
    } else if (topic === "job") {
      const permission = await findJob(id);
      if (permission === null) throw notFound("job");
      if (!actor.may(permission)) throw notYours("job");
      jobs.set(id, permission);
    } else throw wrongField("topics", "no-topic");
  }
  return { topics, jobs };
}

function split(name: string): readonly [string, string?] {
  const at = name.indexOf(":");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

const notYours = (topic: string) => refusal("not-allowed", { field: "topics", value: topic });
