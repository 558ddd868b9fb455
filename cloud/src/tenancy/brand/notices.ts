/** Announcements and adverts in the database and in the feed. */

import type { PortalNotice } from "@karibu/protocol/brand/brand";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound } from "../../ground/http/problem.ts";
import { brandPictureOf } from "./brand-pictures.ts";
import type { ByLanguage } from "./by-language.ts";

export interface Notice {
  readonly noticeId: string;
  readonly kind: PortalNotice["kind"];
  readonly texts: ByLanguage<string>;
  readonly pictureId: string | null;
  readonly link: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

const noticeRows = (tx: Tx) =>
  tx.selectFrom("portal_notices").select(["noticeId", "kind", "texts", "pictureId", "link", "fromMs", "untilMs"]);

export const listNotices = (tx: Tx): Promise<Notice[]> =>
  noticeRows(tx).orderBy("fromMs", "desc").orderBy("noticeId").execute();

/** Throws a Problem 404. */
export async function readNotice(tx: Tx, noticeId: string): Promise<Notice> {
  const row = await noticeRows(tx).where("noticeId", "=", noticeId).executeTakeFirst();
  if (row === undefined) throw notFound("notice");
  return row;
}

export async function insertNotice(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  notice: Notice,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const key = { providerId, noticeId: notice.noticeId };
  await tx
    .insertInto("portal_notices")
    .values({ ...key, ...columnsOf(notice), createdAtMs: nowMs, updatedAtMs: nowMs })
    .execute();
  await publishNotice(publish, tx, providerId, notice);
}

export async function updateNotice(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  notice: Notice,
): Promise<void> {
  await tx
    .updateTable("portal_notices")
    .set({ ...columnsOf(notice), updatedAtMs: world.clock.wall().atMs })
    .where("noticeId", "=", notice.noticeId)
    .execute();
  await publishNotice(publish, tx, providerId, notice);
}

export async function removeNotice(publish: Publish, tx: Tx, providerId: string, noticeId: string): Promise<void> {
  await tx.deleteFrom("portal_notices").where("noticeId", "=", noticeId).execute();
  await publish(tx, { providerId, target: { scope: "provider" }, kind: "portal-notice", key: noticeId, body: null });
}

/** Those that show this picture are told to the sites anew: without it. */
export async function republishNoticesWith(
  publish: Publish,
  tx: Tx,
  providerId: string,
  pictureId: string,
): Promise<void> {
  for (const notice of await noticeRows(tx).where("pictureId", "=", pictureId).execute())
    await publishNotice(publish, tx, providerId, notice);
}

async function publishNotice(publish: Publish, tx: Tx, providerId: string, notice: Notice): Promise<void> {
  const { noticeId, kind, texts, pictureId, link, fromMs, untilMs } = notice;
  const picture = await brandPictureOf(tx, pictureId);
  await publish(tx, {
    providerId,
    target: { scope: "provider" },
    kind: "portal-notice",
    key: noticeId,
    body: {
      kind,
      text: texts,
      ...(picture === null ? {} : { picture }),
      ...(link === null ? {} : { link }),
      fromMs: unixMs(fromMs),
      untilMs: unixMs(untilMs),
    },
  });
}

const columnsOf = ({ kind, texts, pictureId, link, fromMs, untilMs }: Notice) => ({
  kind,
  texts: json(texts),
  pictureId,
  link,
  fromMs,
  untilMs,
});
