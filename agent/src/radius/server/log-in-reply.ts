/** What the router is told of a log-in: the limits of who may be online, or the reason that the customer reads. */
import type { Random } from "@karibu/protocol/world";
import type { LogInDecision } from "../../access/access.ts";
import { attributes, codes } from "../wire/attributes.ts";
import type { RadiusClient } from "./clients.ts";
import type { LogInReader } from "./log-in-request.ts";
import { writeMsChapFailure, writeMsChapSuccess } from "./ms-chap-reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import type { RequestView } from "./request-view.ts";

export interface LogInReplyParts {
  readonly writer: ReplyWriter;
  readonly view: RequestView;
  readonly logIns: LogInReader;
  readonly random: Random;
  readonly clients: readonly RadiusClient[];
}

/** Writes the decision about the packet that lies on the bench, from `client` (its place in the list). */
export type WriteLogInReply = (decision: LogInDecision, packet: Uint8Array, client: number) => void;

export function createLogInReply({ writer, view, logIns, random, clients }: LogInReplyParts): WriteLogInReply {
  return (decision, packet, client) => {
    const exchange = logIns.msChapExchange();
    if (decision.kind === "reject") {
      writer.begin(codes.accessReject, packet[1] as number, true);
      writer.text(attributes.replyMessage.type, decision.message);
      if (exchange !== null) writeMsChapFailure(writer, exchange, decision, random.bytes(16));
      return;
    }
    writer.begin(codes.accessAccept, packet[1] as number, true);
    if (view.isPpp()) {
      writer.u32(attributes.serviceType.type, 2);
      writer.u32(attributes.framedProtocol.type, 1);
    }
    writer.limits(decision.limits, decision.grantId);
    if (exchange === null) return;
    const { secret } = clients[client]!;
    writeMsChapSuccess(writer, exchange, decision.clearPassword, packet.subarray(4, 20), secret, random.bytes(2));
  };
}
