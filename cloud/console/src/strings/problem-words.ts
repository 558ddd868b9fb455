/** What the hub may refuse, in sentences. In the built console they come with the first refusal (`hub/api.ts`). */
export { problems } from "@karibu/protocol/problems/problem-list";
