/**
 * The database part of handshakes, in one transaction: which site it is, whether its device's signature is valid, how far
 * its journal came, which batches it follows; and the presence row, which makes this link the site's only one.
 */
import { type AgentHello, supportedProtocols, type WelcomeFrame } from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import { verifyProof } from "@karibu/protocol/link/link-keys";
import { agentProof, wasTalkedDown } from "@karibu/protocol/link/link-proof";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { readFollowedBatches, readScopeVersions } from "../../ground/feed/read-pages.ts";
import { readSlowed } from "../../ground/quotas/quotas.ts";
import { notifyLinks } from "../enrolment/enrolment.ts";
import { markForked } from "../journal/intake.ts";

export interface OpenedLink {
  readonly kind: "open";
  readonly providerId: string;
  readonly siteId: string;
  readonly publicKey: string;
  readonly resumeAfterSeq: number;
  readonly newEpoch: boolean;
  /** Names what the site did that its journal lacks; null: nothing. */
  readonly recall: string | null;
  /** What the hub has of its other epochs, where it is of another generation than the site knew; null: it is the same. */
  readonly epochs: WelcomeFrame["epochs"] | null;
  readonly batches: string[];
  /** Versions of the scopes it follows, by the hub's names: a site that has them all needs no read. */
  readonly versions: ReadonlyMap<string, number>;
  /** Counts the site's connections: the highest number is the site's link. */
  readonly connection: number;
  /** Its provider's journal is beyond the quota of the day. */
  readonly slowed: boolean;
  /** The device is authentic but revoked: it learns so after the hub has proved its identity too. */
  readonly revoked: boolean;
}

export type LinkRefusal = { readonly kind: "refused"; readonly code: number; readonly reason: string };

/** Refusals that need no database. */
export function checkHello(hello: AgentHello): LinkRefusal | null {
  if (!supportedProtocols.includes(hello.protocol))
    return {
      kind: "refused",
      code: closeCodes.version,
      reason: `protocol: this hub speaks ${supportedProtocols.join(", ")}`,
    };
  if (wasTalkedDown(hello))
    return {
      kind: "refused",
      code: closeCodes.version,
      reason: "protocol: both ends speak a newer one; somebody between them changed the hub's list",
    };
  if (!isStorableName(hello.siteId)) return unauthorised;
  if (!isStorableName(hello.epoch)) return { kind: "refused", code: closeCodes.badFrame, reason: "epoch: not a name" };
  return null;
}

/** Names from outside that go into tables: no blanks, no control characters. */
export function isStorableName(name: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(name);
}

/** The same for an unknown site and a wrong signature: nobody learns which sites exist. */
const unauthorised: LinkRefusal = {
  kind: "refused",
  code: closeCodes.unauthorised,
  reason: "signature: this device is not the agent of that site",
};

export interface LinkAttempt {
  readonly hello: AgentHello;
  readonly hubNonce: string;
  readonly generation: string;
  readonly linkId: string;
  readonly processId: string;
  readonly remoteAddress: string;
}

interface Known {
  readonly siteId: string;
  readonly epoch: string;
  readonly providerId: string;
  readonly publicKey: string;
  readonly revoked: boolean;
  readonly lastSeq: number | null;
  readonly forked: boolean | null;
  readonly recalled: string | null;
  /** What the site did under all its epochs, and under all but this one, as hashes of their names and lengths; null: nothing. */
  readonly allDone: string | null;
  readonly othersDone: string | null;
  /** The process that held the link before. */
  readonly processId: string | null;
}

const replaced: LinkRefusal = {
  kind: "refused",
  code: closeCodes.replaced,
  reason: "another connection of this site took over",
};

/**
 * Many handshakes in a few statements. Answers in their order. Of a site's own at most one is opened, the last. Strangers who come under its name are
 * refused beside it: it must not wait in a queue with them.
 */
export async function openLinks(
  tx: Tx,
  attempts: readonly LinkAttempt[],
  nowMs: number,
): Promise<(OpenedLink | LinkRefusal)[]> {
  const known = await readKnown(tx, attempts);
  const judged = attempts.map(({ hello, hubNonce }): OpenedLink | LinkRefusal => {
    const agent = known.get(placeOf(hello));
    if (agent === undefined) return unauthorised;
    const proof = agentProof({ hubNonce, offered: supportedProtocols, hello });
    if (!verifyProof(agent.publicKey, proof, hello.signature)) return unauthorised;
    const { providerId, publicKey, revoked } = agent;
    const place = { kind: "open", providerId, siteId: hello.siteId, publicKey, revoked, epochs: null } as const;
    const nothing = { batches: [], versions: new Map<string, number>(), connection: 0, slowed: false };
    if (revoked) return { ...place, ...nothing, resumeAfterSeq: 0, newEpoch: false, recall: null };
    const lastSeq = agent.lastSeq ?? 0;
    const newEpoch = agent.forked === true || hello.lastSeq < lastSeq;
    // Its next epoch has nothing of this one's records that it lacks. The same name is met then, as one of the others.
    const done = newEpoch ? agent.allDone : agent.othersDone;
    const recall = newEpoch || done !== agent.recalled ? done : null;
    return { ...place, ...nothing, resumeAfterSeq: newEpoch ? 0 : lastSeq, newEpoch, recall };
  });
  const last = new Map<string, OpenedLink>();
  for (const answer of judged) if (answer.kind === "open") last.set(answer.siteId, answer);
  const answers = judged.map((answer) =>
    answer.kind === "open" && last.get(answer.siteId) !== answer ? replaced : answer,
  );
  const opened = answers.flatMap((answer, index) =>
    answer.kind === "open" && !answer.revoked ? [{ answer, attempt: attempts[index] as LinkAttempt }] : [],
  );
  if (opened.length === 0) return answers;
  for (const { answer, attempt } of opened)
    if (answer.newEpoch && known.get(placeOf(attempt.hello))?.forked === false)
      await markForked(tx, answer, attempt.hello.epoch);
  const connections = await notePresence(tx, opened, nowMs);
  const places = opened.map(({ answer: { providerId, siteId } }) => ({ providerId, siteId }));
  const restored = opened.filter(
    ({ attempt: { hello, generation } }) => ![null, generation].includes(hello.generation),
  );
  const epochs = await readOtherEpochs(tx, restored);
  const [batches, versions] = [await readFollowedBatches(tx, places), await readScopeVersions(tx, places)];
  const slowed = await readSlowed(
    tx,
    places.map(({ providerId }) => providerId),
    nowMs,
  );
  for (const { answer, attempt } of opened) {
    const before = known.get(placeOf(attempt.hello))?.processId ?? null;
    // Another process may still hold a link of this site. (A link of this process ends when the new one is admitted.)
    if (before !== null && before !== attempt.processId) await notifyLinks(tx, answer.siteId);
  }
  return answers.map((answer) => {
    if (answer.kind !== "open" || answer.revoked) return answer;
    const followed = batches.get(answer.siteId) ?? [];
    const scopes = ["provider", `site:${answer.siteId}`, ...followed.map((batchId) => `batch:${batchId}`)];
    const connection = connections.get(answer.siteId) as number;
    const here = new Map(scopes.map((scope) => [scope, versions.get(`${answer.providerId}\n${scope}`) ?? 0]));
    const isSlowed = slowed.has(answer.providerId);
    const others = epochs.get(answer) ?? null;
    return { ...answer, epochs: others, connection, batches: followed, versions: here, slowed: isSlowed };
  });
}

/** More than a site begins in the days for which it keeps them. The newest count. */
const otherEpochsMax = 1000;

async function readOtherEpochs(
  tx: Tx,
  opened: readonly { answer: OpenedLink; attempt: LinkAttempt }[],
): Promise<Map<OpenedLink, NonNullable<OpenedLink["epochs"]>>> {
  if (opened.length === 0) return new Map();
  const places = opened.map(({ answer: { providerId, siteId }, attempt }) => ({
    providerId,
    siteId,
    epoch: attempt.hello.epoch,
  }));
  const { rows } = await sql<{ siteId: string; epoch: string; seq: number | null }>`
    select f."siteId" as site_id, other.epoch, case when other.forked then null else other.last_seq end as seq
    from ${recordset("f", places, { providerId: "text", siteId: "text", epoch: "text" })}
    cross join lateral (
      select e.epoch, e.last_seq, e.forked from journal_epochs e
      where e.provider_id = f."providerId" and e.site_id = f."siteId" and e.epoch <> f.epoch
      order by e.begun_at_ms desc limit ${otherEpochsMax}
    ) other
  `.execute(tx);
  const bySite = Map.groupBy(rows, (row) => row.siteId);
  return new Map(
    opened.map(({ answer }) => [answer, (bySite.get(answer.siteId) ?? []).map(({ epoch, seq }) => ({ epoch, seq }))]),
  );
}

/** Neither part has blanks: `isStorableName`. */
const placeOf = ({ siteId, epoch }: Pick<AgentHello, "siteId" | "epoch">) => `${siteId} ${epoch}`;

/** By `placeOf`: a stranger may name another epoch of the same site. */
async function readKnown(tx: Tx, attempts: readonly LinkAttempt[]): Promise<Map<string, Known>> {
  const named = new Map(attempts.map(({ hello }) => [placeOf(hello), { siteId: hello.siteId, epoch: hello.epoch }]));
  const list = JSON.stringify([...named.values()]);
  const { rows } = await sql<Known>`
    select a.site_id, f.epoch, a.provider_id, a.public_key, l.process_id, e.last_seq, e.forked, e.recalled,
      done.all_done, done.others_done, a.revoked_at_ms is not null or s.deleted_at_ms is not null as revoked
    from jsonb_to_recordset(${list}::jsonb) as f("siteId" text, epoch text)
    join agents a on a.site_id = f."siteId"
    join sites s on s.provider_id = a.provider_id and s.site_id = a.site_id
    left join site_links l on l.provider_id = a.provider_id and l.site_id = a.site_id
    left join journal_epochs e on e.provider_id = a.provider_id and e.site_id = a.site_id and e.epoch = f.epoch
    left join lateral (
      select ${hashOf(sql`true`)} as all_done, ${hashOf(sql`known.epoch <> f.epoch`)} as others_done
      from journal_epochs known
      where known.provider_id = a.provider_id and known.site_id = a.site_id and known.last_seq > 0
    ) done on true
  `.execute(tx);
  return new Map(rows.map((row) => [placeOf({ siteId: row.siteId, epoch: row.epoch }), row]));
}

const hashOf = (which: RawBuilder<boolean>) => sql<string | null>`encode(sha256(convert_to(
  string_agg(known.epoch || ' ' || known.last_seq, ',' order by known.epoch collate "C") filter (where ${which}), 'UTF8')), 'hex')`;

/** A link that was broken for less is no absence: the agent dials again within seconds. */
const absenceMsMin = 60_000;

/** Returns each site's number of connections so far: the highest number is the site's link. */
async function notePresence(
  tx: Tx,
  opened: readonly { answer: OpenedLink; attempt: LinkAttempt }[],
  nowMs: number,
): Promise<Map<string, number>> {
  const list = opened.map(
    ({ answer: { providerId, siteId, newEpoch }, attempt: { hello, linkId, processId, remoteAddress } }) => {
      const agentVersion = hello.agentVersion.toWellFormed().replaceAll("\0", "");
      const disk = hello.disk ?? null;
      const told = newEpoch ? {} : { toldEpoch: hello.epoch, toldSeq: hello.lastSeq };
      const place = { providerId, siteId, processId, linkId, remoteAddress };
      return { ...place, protocol: hello.protocol, agentVersion, disk, ...told };
    },
  );
  const { rows } = await sql<{ siteId: string; connections: number }>`
    with f as (
      select * from ${recordset("f", list, {
        providerId: "text",
        siteId: "text",
        processId: "text",
        linkId: "text",
        remoteAddress: "text",
        protocol: "integer",
        agentVersion: "text",
        disk: "text",
        toldEpoch: "text",
        toldSeq: "bigint",
      })}
    ), absences as (
      insert into site_absences (provider_id, site_id, from_ms, until_ms)
      select b.provider_id, b.site_id, b.disconnected_at_ms, ${nowMs}::bigint
      from f join site_links b on b.provider_id = f."providerId" and b.site_id = f."siteId"
      where b.process_id is null and b.disconnected_at_ms <= ${nowMs - absenceMsMin}::bigint
      on conflict do nothing
    )
    insert into site_links as l (provider_id, site_id, process_id, link_id, remote_address, connected_at_ms,
      last_heard_at_ms, protocol, agent_version, connections, disk, disk_since_ms, told_epoch, told_seq)
    select f."providerId", f."siteId", f."processId", f."linkId", f."remoteAddress", ${nowMs}::bigint,
      ${nowMs}::bigint, f.protocol, f."agentVersion", 1, f.disk, case when f.disk is null then null else ${nowMs}::bigint end,
      f."toldEpoch", f."toldSeq"
    from f order by 1, 2
    on conflict (provider_id, site_id) do update set
      process_id = excluded.process_id, link_id = excluded.link_id, remote_address = excluded.remote_address,
      connected_at_ms = excluded.connected_at_ms, last_heard_at_ms = excluded.last_heard_at_ms,
      protocol = excluded.protocol, agent_version = excluded.agent_version, connections = l.connections + 1,
      disk = excluded.disk, told_epoch = excluded.told_epoch, told_seq = excluded.told_seq,
      disk_since_ms = case when l.disk is not distinct from excluded.disk then l.disk_since_ms else excluded.disk_since_ms end
    returning site_id, connections
  `.execute(tx);
  return new Map(rows.map((row) => [row.siteId, row.connections]));
}
