/** Pictures of tickets in the database: made anew before they come here. */
import { newId } from "@karibu/protocol/identifiers";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { MakePicture } from "../../tenancy/pictures/make-picture.ts";
import type { TicketRow } from "./ticket.ts";
import type { TicketParts } from "./tickets.ts";

const picturesMax = 20;

export interface NewTicketPicture {
  readonly made: Awaited<ReturnType<MakePicture>>;
  /** The customer does not see it. */
  readonly isInternal: boolean;
  readonly who: string;
}

/** The ticket is locked. Throws a Problem 409 "ticket-pictures-full". */
export async function insertPicture(
  { world }: Pick<TicketParts, "world">,
  tx: Tx,
  { providerId, ticketId }: Pick<TicketRow, "providerId" | "ticketId">,
  { made, isInternal, who }: NewTicketPicture,
) {
  await refuseFull(tx, ticketId);
  const pictureId = newId(world);
  const atMs = world.clock.wall().atMs;
  const { mediaType, width, height } = made;
  const row = { providerId, pictureId, ticketId, who, width, height };
  await tx
    .insertInto("ticket_pictures")
    .values({
      ...row,
      mediaType,
      bytes: Buffer.from(made.bytes),
      isInternal,
      atMs,
    })
    .execute();
  return { ticketPictureId: pictureId, mediaType, width, height, who, isInternal, atMs };
}

export async function refuseFull(tx: Tx, ticketId: string): Promise<void> {
  const { count } = await tx
    .selectFrom("ticket_pictures")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("ticketId", "=", ticketId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= picturesMax) throw refusal("ticket-pictures-full");
}
