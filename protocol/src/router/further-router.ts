/** A router of a site without an agent of its own: it asks the agent behind the site's first router. */
import * as z from "zod/mini";
import { interfaceName, pppoeServiceSchema } from "./router-services.ts";

const { interfaces, network, maxSessions, padoDelayMs } = pppoeServiceSchema.shape;
const address = z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/));

export const furtherRouterSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(60)),
  /** Its address, as the first router reaches it. */
  ownAddress: address,
  /** The first router's address, as it reaches that. */
  agentSide: address,
  /** Of RouterOS, as `/system/resource` shows it. */
  routerosVersion: z.string().check(z.minLength(1), z.maxLength(40)),
  /** Customers who dial in there. Null: it serves none. */
  pppoe: z.nullable(
    z.strictObject({
      interfaces,
      /** Its own: two routers never give out the same address. */
      network,
      maxSessions,
      padoDelayMs,
    }),
  ),
  /** Guests there, who log in at the site's one page. Null: it serves none. */
  hotspot: z.nullable(
    z.strictObject({
      /** Ports that move into the guests' bridge: access points are behind them. */
      ports: z.array(interfaceName).check(z.minLength(1), z.maxLength(32)),
      /** Its own: the first router has a route to it. */
      network,
    }),
  ),
});
export type FurtherRouterChoice = z.infer<typeof furtherRouterSchema>;
export const furtherRoutersMax = 8;
