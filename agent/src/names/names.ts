/**
 * Resolves names without a thread. Node's default (getaddrinfo) waits in the thread pool, and the journal's syncs wait
 * behind it: a silent DNS server would stop first log-ins.
 *
 * The order: a literal address; the hosts file and `localhost`; an answer within its TTL; the servers of
 * `/etc/resolv.conf`. When the servers are silent, the last good address is used (RFC 8767, serving stale data). Each
 * name has one query out at a time.
 */
import type { LookupFunction } from "node:net";
import { Fault } from "@karibu/protocol/fault";
import type { LogFields, World } from "@karibu/protocol/world";
import { type FoundAddress, literalAddress, lookupWith, unknownName } from "../ground/lookup.ts";
import type { AskServers, DnsAnswer } from "./ask-servers.ts";
import { ipv4First, localAddresses, plainName } from "./hosts-file.ts";
import { parseResolvConf, questionsFor } from "./resolv-conf.ts";
import type { SavedAddresses } from "./saved-addresses.ts";

export interface Names {
  readonly lookup: LookupFunction;
  /** What is wrong with the names that were queried last, as sentences; null: nothing. */
  readonly problem: string | null;
}

export interface NamesParts {
  /** The text of a system file; null: there is none. Read at each query: both files are small and may change. */
  readonly readText: (path: string) => string | null;
  readonly askServers: AskServers;
  readonly saved: SavedAddresses;
  /** The addresses of this machine's interfaces. */
  readonly ownAddresses: () => readonly string[];
}

interface Known {
  readonly addresses: readonly FoundAddress[];
  readonly freshUntilMs: number;
}

type NameProblem = { readonly kind: "silent" | "none"; readonly servers: string };

/** The longest wait for an answer: enough for a first try of three servers. */
const answerMsMax = 6000;
/** The longest wait when a last good address is known: RFC 8767 §5, client response timer. */
const staleAnswerMs = 1800;
/** After silence, no new query for this long: RFC 8767 §5, failure recheck timer. */
const askAgainMs = 30_000;
/** The wait for the second family after the first has answered: RFC 8305 §3. */
const otherFamilyMs = 50;
/** The longest time that an answer is used, even when its TTL is longer. */
const freshMsMax = 3_600_000;

export function createNames(world: Pick<World, "clock" | "log">, parts: NamesParts): Names {
  const { clock, log } = world;
  const known = new Map<string, Known>();
  for (const [name, addresses] of parts.saved.loaded) known.set(name, { addresses, freshUntilMs: 0 });
  const asking = new Map<string, Promise<DnsAnswer>>();
  const silentUntilMs = new Map<string, number>();
  const problems = new Map<string, NameProblem>();

  const conf = () => parseResolvConf(parts.readText("/etc/resolv.conf") ?? "");

  async function find(wanted: string): Promise<readonly FoundAddress[]> {
    const literal = literalAddress(wanted);
    if (literal !== null) return [literal];
    const local = localAddresses(wanted, parts.readText("/etc/hosts") ?? "");
    if (local !== null) return local;
    const name = wanted.toLowerCase();
    const last = known.get(name);
    const nowMs = clock.monotonicMs();
    if (last !== undefined && nowMs < Math.max(last.freshUntilMs, silentUntilMs.get(name) ?? 0)) return last.addresses;
    const answer = await answerWithin(last === undefined ? answerMsMax : staleAnswerMs, asking.get(name) ?? ask(name));
    if (answer.kind === "addresses") return answer.addresses;
    if (answer.kind === "none") throw unknownName(plainName(name), "the DNS server knows no address of it");
    noteSilence(name, answer.why);
    if (last !== undefined) return last.addresses;
    throw silentFault(name, answer.why);
  }

  /** A later answer is still stored, for the next query. */
  function answerWithin(waitMs: number, answer: Promise<DnsAnswer>): Promise<DnsAnswer> {
    return new Promise((resolve) => {
      const timer = clock.after(waitMs, () => resolve({ kind: "silent", why: "ETIMEOUT" }));
      void answer.then((answered) => {
        timer.cancel();
        resolve(answered);
      });
    });
  }

  function ask(name: string): Promise<DnsAnswer> {
    const answer = askSearchList(name).then((answered) => {
      asking.delete(name);
      takeAnswer(name, answered);
      return answered;
    });
    asking.set(name, answer);
    return answer;
  }

  async function askSearchList(name: string): Promise<DnsAnswer> {
    const { servers, ...searched } = conf();
    for (const question of questionsFor(name, searched)) {
      const answer = await askFamilies(servers, question);
      if (answer.kind !== "none") return answer;
    }
    return { kind: "none" };
  }

  async function askFamilies(servers: readonly string[], question: string): Promise<DnsAnswer> {
    const [one, other] = familiesToAsk(parts.ownAddresses()).map((family) =>
      parts.askServers(servers, question, family),
    );
    const first = await (one as Promise<DnsAnswer>);
    if (other === undefined) return first;
    const second = await (first.kind === "addresses" ? answerWithin(otherFamilyMs, other) : other);
    return merged(first, second);
  }

  function takeAnswer(name: string, answer: DnsAnswer): void {
    if (answer.kind === "addresses") {
      const { addresses, ttlSeconds } = answer;
      known.set(name, { addresses, freshUntilMs: clock.monotonicMs() + Math.min(freshMsMax, ttlSeconds * 1000) });
      silentUntilMs.delete(name);
      if (problems.delete(name)) log.info("dns-answers", { name });
      void parts.saved.save(name, addresses);
    } else if (answer.kind === "none") {
      // The name does not exist now. The last good address stays, for when the server is silent.
      silentUntilMs.delete(name);
      noteProblem(name, "none", {});
    } else noteSilence(name, answer.why);
  }

  function noteSilence(name: string, why: string): void {
    silentUntilMs.set(name, clock.monotonicMs() + askAgainMs);
    noteProblem(name, "silent", { why, lastAddressKnown: known.has(name) });
  }

  /** Logs each problem once. */
  function noteProblem(name: string, kind: NameProblem["kind"], fields: LogFields): void {
    if (problems.get(name)?.kind === kind) return;
    const servers = conf().servers.join(", ");
    problems.set(name, { kind, servers });
    log.warn(kind === "none" ? "dns-unknown-name" : "dns-silent", { name, servers, ...fields });
  }

  return {
    lookup: lookupWith(find),
    get problem() {
      const sentences = [...problems].map(([name, { kind, servers }]) => {
        if (kind === "none") return `The DNS server (${servers}) knows no address of ${name}.`;
        const now = known.has(name) ? "its last known address is used" : "its address is not known";
        return `The DNS server (${servers}) does not answer for ${name}: ${now}.`;
      });
      return sentences.length === 0 ? null : sentences.join(" ");
    },
  };
}

/** The families that this machine has a route for; IPv4 when it has none. @see RFC 6724 */
export function familiesToAsk(ownAddresses: readonly string[]): readonly (4 | 6)[] {
  const routable = ownAddresses.filter((each) => !/^(127\.|::1$|fe80:)/i.test(each));
  const has6 = routable.some((each) => each.includes(":"));
  const has4 = routable.some((each) => !each.includes(":"));
  if (has6) return has4 ? [4, 6] : [6];
  return [4];
}

/** Merges the answers of both families. A silent family does not count when the other answers. */
function merged(first: DnsAnswer, second: DnsAnswer): DnsAnswer {
  if (first.kind === "addresses" && second.kind === "addresses") {
    return {
      kind: "addresses",
      addresses: ipv4First([...first.addresses, ...second.addresses]),
      ttlSeconds: Math.min(first.ttlSeconds, second.ttlSeconds),
    };
  }
  if (first.kind === "addresses") return first;
  if (second.kind === "addresses" || second.kind === "silent") return second;
  return first;
}

function silentFault(name: string, why: string): Fault {
  return new Fault("dns/silent", `no DNS server answers for ${name} (${why})`, {
    retry: "later",
    hint: "Is the internet there? Do the DNS servers answer that this machine, or the container, is set to?",
  });
}
