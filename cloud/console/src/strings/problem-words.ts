/** What the hub may refuse, in sentences. In the built console they come with the first refusal (`hub/api.ts`). */
export { enProblems } from "./en/problems.ts";
