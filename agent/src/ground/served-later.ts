/** Methods of the hub whose handlers are a part that is loaded when the first of them is asked for. */
import { type ServedRpc, servedByName } from "@karibu/protocol/rpc/rpc";
import { onceMade } from "./once-made.ts";

/** A method's name, and whether it changes nothing. */
export type LaterMethods = Readonly<Record<string, "reads" | "changes">>;

export function servedLater(methods: LaterMethods, load: () => Promise<readonly ServedRpc<void>[]>): ServedRpc<void>[] {
  const handlers = onceMade(async () => servedByName(await load()));
  return Object.entries(methods).map(([method, does]) => ({
    method,
    readOnly: does === "reads",
    answer: async (caller, params, signal) => await (await handlers())(method).answer(caller, params, signal),
  }));
}
