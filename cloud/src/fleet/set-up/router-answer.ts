/** What a router hears: flat JSON in ASCII, because scripts of RouterOS read it. */
import { setUpProblems } from "@karibu/protocol/router/set-up-progress";
import { z } from "zod";

export const routerAnswer = z.object({
  /** `choose`: a person chooses. `ready`: stage two can be fetched. `failed`: the facts rule this router out, for now. */
  state: z.enum(["choose", "ready", "failed", "cancelled"]),
  /** For the router that came with a token: its own from now on. */
  resumeKey: z.string().optional(),
  /** Of stage two, lower-case hex. */
  sha512: z.string().optional(),
  problem: z.enum(setUpProblems).optional(),
  /** For the router's terminal. */
  remedy: z.string().optional(),
});
export type RouterAnswer = z.output<typeof routerAnswer>;
