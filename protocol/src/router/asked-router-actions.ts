/** The actions as people may ask for them: with numbers that a router can have. The link takes larger ones, see `router-actions.ts`. */
import * as z from "zod/mini";
import { actionsWith } from "./router-actions.ts";

export const askedActionSchema = actionsWith({
  mtu: z.int().check(z.gte(68), z.lte(65_535)),
  /** Ten years; 0 is none. */
  seconds: z.int().check(z.gte(0), z.lte(315_360_000)),
  bytes: z.int().check(z.gte(0), z.lte(1_000_000_000_000_000)),
  users: z.int().check(z.gte(0), z.lte(65_535)),
});
