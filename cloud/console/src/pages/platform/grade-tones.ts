import type { HealthPart } from "../../data/operations/health.ts";

/** The colour of a grade's badge. */
export const gradeTones: Record<HealthPart["grade"], string> = { good: "good", doubtful: "warn", wrong: "bad" };
