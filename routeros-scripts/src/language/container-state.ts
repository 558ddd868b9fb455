/**
 * A pattern for the text of `/container/get`: the container is in one of these states. Older versions show it as one word (`status=stopped`), newer ones
 * as flags (`stopped=true`).
 */
export function containerIs(...states: readonly [string, ...string[]]): string {
  const words = states.length === 1 ? states[0] : `(${states.join("|")})`;
  return `(^|;)(status=${words}|${words}=(true|yes))(;|$)`;
}

/** It runs, or has not stopped yet. */
export const liveStates = ["running", "stopping", "healthy", "unhealthy"] as const;
