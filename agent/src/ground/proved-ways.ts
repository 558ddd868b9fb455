/**
 * Which ways to the router were proved, or disproved, on this very board. Until somebody says, each is taken as the manual has it. It is of the router whose API
 * the agent has: a site's other routers are not judged by it.
 */
export interface ProvedWays {
  /** False: it was tried, and the router neither ends a session by RADIUS nor says that it has none. */
  readonly disconnects: boolean;
  /** False: it was tried, and the router takes no other speed by RADIUS. */
  readonly changes: boolean;
}

export interface KnownWays {
  now(): ProvedWays;
  /** From now on this source says it. */
  follow(source: () => ProvedWays): void;
}

export function createKnownWays(): KnownWays {
  let source = (): ProvedWays => ({ disconnects: true, changes: true });
  return {
    now: () => source(),
    follow(followed) {
      source = followed;
    },
  };
}
