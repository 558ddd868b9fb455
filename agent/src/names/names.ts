/**
 * From names to addresses, without a thread. Node's own way (getaddrinfo) waits in the thread pool, where the journal's syncs
 * wait behind it: a DNS server that swallows questions would stop first log-ins.
 *
 * In this order: a literal address; the hosts file and `localhost`; an answer as long as it is good (its TTL); the servers
 * of `/etc/resolv.conf`. Where they are silent the last good address counts, as RFC 8767 (serving stale data) has it. Each
 * name has one question out at a time, whoever asks.
 */
import type { LookupFunction } from "node:net";
import { Fault } from "@karibu/protocol/fault";
import type { LogFields, World } from "@karibu/protocol/world";
import { type FoundAddress, literalAddress, lookupWith, unknownName } from "../ground/lookup.ts";
import type { AskServers, DnsAnswer } from "./ask-servers.ts";
import { ipv4First, localAddresses, plainName } from "./hosts-file.ts";
import { parseResolvConf, questionsFor } from "./resolv-conf.ts";
import type { KeptAddresses } from "./saved-addresses.ts";

export interface Names {
  readonly lookup: LookupFunction;
  /** What is wrong with the names that were asked for last, in a sentence; null: nothing. */
  readonly problem: string | null;
}

export interface NamesParts {
  /** The text of a system's file; null: there is none. Read at each question: both files are small, and may change. */
  readonly readText: (path: string) => string | null;
  readonly askServers: AskServers;
  readonly kept: KeptAddresses;
  /** Of this machine's interfaces. */
  readonly ownAddresses: () => readonly string[];
}

interface Known {
  readonly addresses: readonly FoundAddress[];
  readonly freshUntilMs: number;
}

type Trouble = { readonly kind: "silent" | "none"; readonly servers: string };

/** Nobody waits longer for an answer: time for a first try of three servers. */
const answerMsMax = 6000;
/** With a last good address at hand: RFC 8767 §5, client response timer. */
const staleAfterMs = 1800;
/** After silence the last good address counts for so long without a question: RFC 8767 §5, failure recheck timer. */
const askAgainMs = 30_000;
/** IPv6 may be so much later than IPv4: RFC 8305 §3. */
const otherFamilyMs = 50;
/** However long a TTL is. */
const freshMsMax = 3_600_000;

export function createNames(world: Pick<World, "clock" | "log">, parts: NamesParts): Names {
  const { clock, log } = world;
  const known = new Map<string, Known>();
  for (const [name, addresses] of parts.kept.loaded) known.set(name, { addresses, freshUntilMs: 0 });
  const asking = new Map<string, Promise<DnsAnswer>>();
  const silentUntilMs = new Map<string, number>();
  const troubles = new Map<string, Trouble>();

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
    const answer = await answerWithin(last === undefined ? answerMsMax : staleAfterMs, asking.get(name) ?? ask(name));
    if (answer.kind === "addresses") return answer.addresses;
    if (answer.kind === "none") throw unknownName(plainName(name), "the DNS server knows no address of it");
    takeSilence(name, answer.why);
    if (last !== undefined) return last.addresses;
    throw silence(name, answer.why);
  }

  /** What comes later is taken all the same, for the next who asks. */
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
    const answer = askInTurn(name).then((answered) => {
      asking.delete(name);
      take(name, answered);
      return answered;
    });
    asking.set(name, answer);
    return answer;
  }

  async function askInTurn(name: string): Promise<DnsAnswer> {
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
    return together(first, second);
  }

  function take(name: string, answer: DnsAnswer): void {
    if (answer.kind === "addresses") {
      const { addresses, ttlSeconds } = answer;
      known.set(name, { addresses, freshUntilMs: clock.monotonicMs() + Math.min(freshMsMax, ttlSeconds * 1000) });
      silentUntilMs.delete(name);
      if (troubles.delete(name)) log.info("dns-answers", { name });
      void parts.kept.keep(name, addresses);
    } else if (answer.kind === "none") {
      // The server's word holds for now; the last good address stays for when it falls silent.
      silentUntilMs.delete(name);
      takeTrouble(name, "none", {});
    } else takeSilence(name, answer.why);
  }

  function takeSilence(name: string, why: string): void {
    silentUntilMs.set(name, clock.monotonicMs() + askAgainMs);
    takeTrouble(name, "silent", { why, lastAddressKnown: known.has(name) });
  }

  /** Logged once. */
  function takeTrouble(name: string, kind: Trouble["kind"], fields: LogFields): void {
    if (troubles.get(name)?.kind === kind) return;
    const servers = conf().servers.join(", ");
    troubles.set(name, { kind, servers });
    log.warn(kind === "none" ? "dns-unknown-name" : "dns-silent", { name, servers, ...fields });
  }

  return {
    lookup: lookupWith(find),
    get problem() {
      const sentences = [...troubles].map(([name, { kind, servers }]) => {
        if (kind === "none") return `The DNS server (${servers}) knows no address of ${name}.`;
        const now = known.has(name) ? "its last known address is used" : "its address is not known";
        return `The DNS server (${servers}) does not answer for ${name}: ${now}.`;
      });
      return sentences.length === 0 ? null : sentences.join(" ");
    },
  };
}

/** Those that this machine has a way out for; IPv4 where it has none. @see RFC 6724 */
export function familiesToAsk(ownAddresses: readonly string[]): readonly (4 | 6)[] {
  const leadingOut = ownAddresses.filter((each) => !/^(127\.|::1$|fe80:)/i.test(each));
  const has6 = leadingOut.some((each) => each.includes(":"));
  const has4 = leadingOut.some((each) => !each.includes(":"));
  if (has6) return has4 ? [4, 6] : [6];
  return [4];
}

/** Of one name in both families. One that is silent beside one that answers says nothing. */
function together(first: DnsAnswer, second: DnsAnswer): DnsAnswer {
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

function silence(name: string, why: string): Fault {
  return new Fault("dns/silent", `no DNS server answers for ${name} (${why})`, {
    retry: "later",
    hint: "Is the internet there? Do the DNS servers answer that this machine, or the container, is set to?",
  });
}
