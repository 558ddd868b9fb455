/** Stored evidence of money that came in by itself, as inflows. It is read from the stored text each time that it is used. */
import { storableText } from "@karibu/protocol/whole-text";
import type { ChannelReaders } from "../channels/channel-messages.ts";
import type { Read } from "../evidence/evidence.ts";
import { forwardedSource } from "../evidence/forwarded.ts";
import { type Inflow, readStoredInflow } from "../evidence/inflow.ts";

/** Texts lose the one character that the database can't hold: it must keep no money out of the books. */
export function readInflow({ readInflow: readMessage }: ChannelReaders, source: string, body: string): Read<Inflow> {
  // These were read before they were stored: what they say depends on what was asked, or a person typed or a phone forwarded it.
  const isOurs =
    source === "transaction-status" || source === "statement" || source === "entered" || source === forwardedSource;
  const read = isOurs ? readStoredInflow(body) : readMessage?.(source, body);
  if (read === undefined) return { refused: `nothing here reads ${source}` };
  if ("refused" in read) return read;
  const { accountText, payerName } = read.message;
  const texts = {
    accountText: accountText && storableText(accountText),
    payerName: payerName && storableText(payerName),
  };
  return { message: { ...read.message, ...texts } };
}
