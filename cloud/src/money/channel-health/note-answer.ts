/** What an answer about one request says of the channel: it fails everybody, or it does not; and whether the keys fit that made the request. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { noteRequestAccepted } from "../channels/channel-rows.ts";
import type { ChannelTrouble, Evidence, EvidenceSource } from "../evidence/evidence.ts";
import { endTrouble, noteTrouble } from "./troubles.ts";

export interface AnsweredRequest {
  readonly providerId: string;
  readonly channelId: string;
  /** When the request was written down. */
  readonly madeAtMs: number;
  /** As the channel's row said before. Null: nobody has seen yet that its keys fit. */
  readonly requestAcceptedAtMs: number | null;
  /** May somebody have been told that the channel fails every customer? True also where nobody has looked: see `failsCustomersIn`. */
  readonly channelFails: boolean;
}

/** What speaks of the request itself. Money that came without it (to the short code, or as somebody typed) says nothing of the keys that made it. */
const ofRequest: ReadonlySet<EvidenceSource> = new Set(["push-answer", "stk-callback", "stk-query", "order-status"]);

export async function noteAnswer(
  parts: { readonly world: World; readonly emit: Emit },
  tx: Tx,
  request: AnsweredRequest,
  { kind, source }: Pick<Evidence, "kind" | "source">,
  trouble: ChannelTrouble | null,
): Promise<void> {
  if (trouble !== null) return noteTrouble(parts, tx, request, "fails-customers", trouble);
  const isTaken = (kind === "accepted" || kind === "success") && ofRequest.has(source);
  if (isTaken && request.requestAcceptedAtMs === null)
    await noteRequestAccepted(tx, request, request.madeAtMs, parts.world.clock.wall().atMs);
  if (!request.channelFails) return;
  // An accepted request shows that short code and passkey fit; only a payment shows that nothing else is wrong.
  if (kind === "accepted") await endTrouble(parts, tx, request, "fails-customers", ["passkey", "short-code"]);
  else if (kind === "success" && (source === "stk-callback" || source === "stk-query"))
    await endTrouble(parts, tx, request, "fails-customers");
}
