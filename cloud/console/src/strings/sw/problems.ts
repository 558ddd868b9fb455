import { swahiliProblems } from "@karibu/protocol/problems/swahili";
import type { enProblems } from "../en/problems.ts";

/** Why the hub refused something, by the code of its answer, and what is wrong with a field, in Swahili. */
export const swProblems: Record<keyof typeof enProblems, string> = swahiliProblems;
