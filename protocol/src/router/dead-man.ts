/**
 * How agent and router agree on the dead man: a scheduler of the router's set-up that unrolls safe mode where the agent is not heard from any
 * more. RouterOS undoes safe mode when its connection ends, but a connection whose way is gone ends after minutes only (TCP time-out).
 */
export const deadMan = {
  /** Of the scheduler, made by set-up, always on; its owner may give it another name, but no other tag. */
  name: "karibu-dead-man",
  tag: "dead-man",
  /** An address list that has a row while a change is under way. */
  armedList: "karibu-dead-man",
  /** An address list whose row RouterOS forgets by itself: without it, an armed dead man unrolls. */
  aliveList: "karibu-dead-man-waits",
  aliveSeconds: 40,
  lookSeconds: 10,
} as const;
