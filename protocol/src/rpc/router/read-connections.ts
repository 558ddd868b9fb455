/**
 * Hub -> agent: how many connections the router follows now, and of which hosts most are. Asked when a person looks; nothing of where they lead
 * leaves the router.
 */
import * as z from "zod/mini";
import { textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const connectionHostsMax = 50;
const countSchema = z.int().check(z.gte(0));

export const readConnections = rpc("read-connections", {
  params: z.object({
    /** At most so many hosts. */
    hosts: z.int().check(z.gte(1), z.lte(connectionHostsMax)),
  }),
  result: z.object({
    readAtMs: unixMsSchema,
    total: countSchema,
    /** How many this router follows at most; null: it does not say. */
    most: z.nullable(countSchema),
    /** The hosts that opened most of them, the most first. Null: there are so many that the router is not asked for each. */
    hosts: z.nullable(z.array(z.object({ address: textSchema, connections: countSchema }))),
  }),
  readOnly: true,
});
export type ConnectionsResult = z.infer<typeof readConnections.result>;
