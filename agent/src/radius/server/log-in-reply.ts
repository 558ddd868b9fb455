/** Writes the reply to a log-in: the limits of an accepted device, or the reason that the customer reads. */

import { attributes } from "@karibu/protocol/radius/attributes";
import { codes } from "@karibu/protocol/radius/codes";
import type { Random } from "@karibu/protocol/world";
import type { LogInDecision, RouterLogInAccept } from "../../access/access.ts";
import type { RadiusDialect } from "../dialects/dialect.ts";
import { createLimitsReply, writeFramed } from "./limits-reply.ts";
import type { LogInReader } from "./log-in-request.ts";
import { writeMsChapFailure, writeMsChapSuccess } from "./ms-chap-reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import { framedUser, pppProtocol, type RequestView } from "./request-view.ts";

export interface LogInReplyParts {
  readonly writer: ReplyWriter;
  readonly view: RequestView;
  readonly logIns: LogInReader;
  readonly random: Random;
}

/** Writes the decision about the packet in the packet memory. `dialect`: of the client; `secret`: what it signed with. */
export type WriteLogInReply = (
  decision: LogInDecision | RouterLogInAccept,
  packet: Uint8Array,
  dialect: RadiusDialect,
  secret: string,
) => void;

export function createLogInReply({ writer, view, logIns, random }: LogInReplyParts): WriteLogInReply {
  const writeLimits = createLimitsReply(writer);
  return (decision, packet, dialect, secret) => {
    const exchange = logIns.msChapExchange();
    if (decision.kind === "reject") {
      writer.begin(codes.accessReject, packet[1] as number, true);
      writer.put(attributes.replyMessage, decision.message);
      if (exchange !== null) writeMsChapFailure(writer, exchange, decision, random.bytes(16));
      return;
    }
    writer.begin(codes.accessAccept, packet[1] as number, true);
    // A group is the router's own users' where staff log in, and a profile's name where guests do: only staff get one.
    if (decision.kind === "router-log-in") {
      if (dialect.staffGroup !== null) writer.put(dialect.staffGroup, decision.group);
    } else if (view.isPpp()) {
      writer.put(attributes.serviceType, framedUser);
      writer.put(attributes.framedProtocol, pppProtocol);
      if (decision.framed !== undefined) writeFramed(writer, decision.framed, dialect);
    }
    if (decision.kind === "accept") writeLimits(decision.limits, decision.grantId, dialect);
    if (exchange === null) return;
    writeMsChapSuccess(writer, exchange, decision.password, packet.subarray(4, 20), secret, random.bytes(2));
  };
}
