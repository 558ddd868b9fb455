/** Releases and the channels that bring them to sites. Platform admins change them; every provider may list them. */

import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { hasAgent, sitesWithLinks } from "../link/site-state.ts";
import { channels } from "./release-channels.ts";
import { type ReleaseRow, readReleases, withoutBundle } from "./site-targets.ts";
import { storeBundle } from "./store-bundle.ts";

export const releaseView = z.object({
  /** The version in the bundle. */
  releaseId: z.string(),
  version: z.string(),
  /** Routers with an older image can't run it. */
  minimalImage: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  notes: z.string(),
  createdAtMs: z.number().int(),
});

const count = z.number().int();
export const channelView = z.object({
  channel: z.enum(channels),
  releaseId: z.string().nullable(),
  version: z.string().nullable(),
  /** Share of the channel's sites, in addition to those that go first. */
  percent: z.number().int(),
  paused: z.boolean(),
  /** `sites-failed`, `sites-lost`: the stage paused automatically. */
  pauseReason: z.enum(["by-hand", "sites-failed", "sites-lost"]).nullable(),
  /** Sites that follow the channel, and the outcomes of those that got its release. */
  sites: z.object({ all: count, waiting: count, running: count, failed: count, refused: count, lost: count }),
  updatedAtMs: z.number().int(),
});
type ChannelView = z.input<typeof channelView>;

const list = listOf({
  sort: { made: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-made",
  tie: [sql.ref("releaseId")],
  search: [sql.ref("version"), sql.ref("notes")],
});
const channelParams = z.object({ channelName: z.enum(channels) });
/**
 * The release that the caller saw on the channel: where another one has come there since, nothing changes. Else who raises the share of one would send
 * another to all sites. Left out: whichever is there.
 */
const ofReleaseId = z.string().min(1).max(128).nullable().optional();
/** The largest bundle (16 MB) in base64, and some room. */
const uploadBytesMax = 22 * 1024 * 1024;

export function releaseRoutes(world: World, keys: readonly ReleaseKey[], wake: () => void) {
  const nowMs = () => world.clock.wall().atMs;
  const verb = (word: "pause" | "resume", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/release-channels/{channelName}/${word}`,
      summary,
      permission: "releases.manage",
      as: "platform",
      params: channelParams,
      body: z.strictObject({ ofReleaseId }),
      response: channelView,
      handle: async ({ params: { channelName: channel }, body, transact }) => {
        const view = await transact(async (tx) => {
          await lockChannel(tx, channel, body.ofReleaseId);
          const change =
            word === "pause"
              ? { paused: true, pauseReason: "by-hand" as const }
              : { paused: false, pauseReason: null, watchSinceMs: nowMs() };
          await tx
            .updateTable("release_channels")
            .set({ ...change, updatedAtMs: nowMs() })
            .where("channel", "=", channel)
            .execute();
          return readChannel(tx, channel);
        });
        wake();
        return view;
      },
    });

  return [
    route({
      method: "GET",
      path: "/api/v1/releases",
      summary: "Releases of the agent, newest first",
      permission: "releases.read",
      query: list.query,
      response: pageOf(releaseView),
      handle: async ({ query, transact }) =>
        transact((tx) => list.page(tx.selectFrom("releases").select(withoutBundle), query, viewOf)),
    }),
    route({
      method: "POST",
      path: "/api/v1/releases",
      summary: "Upload a signed bundle; sites get it only through a channel or a pin",
      permission: "releases.manage",
      as: "platform",
      bodyBytesMax: uploadBytesMax,
      body: z.strictObject({
        /** The bundle's file, in base64. */
        bundle: z.base64().min(1),
        notes: z.string().trim().max(2000).default(""),
      }),
      status: 201,
      response: releaseView,
      handle: async ({ body, actor, transact, auditTarget }) =>
        transact(async (tx) => {
          const about = { keys, notes: body.notes, uploadedBy: actor.userId, nowMs: nowMs() };
          const releaseId = await storeBundle(tx, Buffer.from(body.bundle, "base64"), about);
          auditTarget(releaseId);
          return viewOf(await readRelease(tx, releaseId));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/release-channels",
      summary: "Channels: the release of each, how many sites get it, and the outcomes",
      permission: "releases.manage",
      as: "platform",
      response: z.object({
        items: z.array(channelView),
        /** False: this hub was given no key (`KARIBU_RELEASE_KEYS`), and takes no bundle. */
        takesBundles: z.boolean(),
      }),
      handle: async ({ transact }) =>
        transact(async (tx) => ({ items: await readChannels(tx), takesBundles: keys.length > 0 })),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/release-channels/{channelName}",
      summary: "Roll out a release on a channel, to a percentage of its sites",
      permission: "releases.manage",
      as: "platform",
      params: channelParams,
      body: z
        .strictObject({
          releaseId: z.string().min(1).max(128).nullable(),
          percent: z.number().int().min(0).max(100),
          ofReleaseId,
        })
        .partial()
        .refine(
          ({ releaseId, percent }) => releaseId !== undefined || percent !== undefined,
          ownRule("name-a-change", "Name what to change."),
        ),
      response: channelView,
      handle: async ({ params: { channelName: channel }, body, transact }) => {
        const view = await transact(async (tx) => {
          await lockChannel(tx, channel, body.ofReleaseId);
          const old = await readChannel(tx, channel);
          const releaseId = body.releaseId === undefined ? old.releaseId : body.releaseId;
          if (releaseId !== null) await readRelease(tx, releaseId, "releaseId");
          if (releaseId === null && (body.percent ?? 0) > 0) throw refusal("no-release", { field: "percent" });
          const isAnother = releaseId !== old.releaseId;
          const fresh = { percent: 0, paused: false, pauseReason: null, watchSinceMs: nowMs() };
          const percent = body.percent === undefined ? {} : { percent: body.percent };
          await tx
            .updateTable("release_channels")
            .set({ releaseId, ...(isAnother ? fresh : {}), ...percent, updatedAtMs: nowMs() })
            .where("channel", "=", channel)
            .execute();
          return readChannel(tx, channel);
        });
        wake();
        return view;
      },
    }),
    verb("pause", "Give a channel's release to no further site"),
    verb("resume", "Go on with a stage that was paused; what failed until now does not stop it again"),
  ];
}

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readRelease(tx: Tx, releaseId: string, field?: string): Promise<ReleaseRow> {
  const row = (await readReleases(tx)).find(({ releaseId: id }) => id === releaseId);
  if (row === undefined) throw notFound("release", field);
  return row;
}

function viewOf(row: ReleaseRow): z.input<typeof releaseView> {
  const { releaseId, version, minimalImage, bytes, sha256, notes } = row;
  return { releaseId, version, minimalImage, bytes, sha256, notes, createdAtMs: row.createdAtMs };
}

/** Until the transaction ends nobody else changes it. Throws `release-changed` where it has another release than the caller saw. */
async function lockChannel(tx: Tx, channel: ChannelView["channel"], seen: string | null | undefined): Promise<void> {
  const { releaseId } = await tx
    .selectFrom("release_channels")
    .select("releaseId")
    .where("channel", "=", channel)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (seen !== undefined && seen !== releaseId) throw refusal("release-changed", { field: "ofReleaseId" });
}

async function readChannel(tx: Tx, channel: ChannelView["channel"]): Promise<ChannelView> {
  return (await readChannels(tx)).find((one) => one.channel === channel) as ChannelView;
}

async function readChannels(tx: Tx): Promise<ChannelView[]> {
  const rows = await tx
    .selectFrom("release_channels as c")
    .leftJoin("releases as r", "r.releaseId", "c.releaseId")
    .select(["c.channel", "c.releaseId", "r.version", "c.percent", "c.paused", "c.pauseReason", "c.updatedAtMs"])
    .orderBy("c.channel", "desc")
    .execute();
  const counted = await sql<{ channel: string; outcome: string; count: number }>`
    select coalesce(r.channel, 'stable') as channel, count(*) as count, case
      when r.pinned_release_id is not null then 'other'
      when r.failed_release_id = c.release_id then 'failed'
      when r.given_release_id = c.release_id then r.outcome
      else 'other' end as outcome
    from ${sitesWithLinks}
    left join site_releases r on r.provider_id = sites.provider_id and r.site_id = sites.site_id
    join release_channels c on c.channel = coalesce(r.channel, 'stable')
    where sites.deleted_at_ms is null and ${hasAgent} group by 1, 3
  `.execute(tx);
  return rows.map((row) => {
    const mine = counted.rows.filter(({ channel }) => channel === row.channel);
    const of = (outcome: string) => Number(mine.find((one) => one.outcome === outcome)?.count ?? 0);
    const all = mine.reduce((sum, one) => sum + Number(one.count), 0);
    const { channel, releaseId, version, percent, paused, pauseReason } = row;
    return {
      channel,
      releaseId,
      version,
      percent,
      paused,
      pauseReason,
      updatedAtMs: row.updatedAtMs,
      sites: {
        all,
        waiting: of("waiting"),
        running: of("running"),
        failed: of("failed"),
        refused: of("refused"),
        lost: of("lost"),
      },
    };
  });
}
