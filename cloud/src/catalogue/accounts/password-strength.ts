/**
 * How easily a line's password is guessed. One that works in the other system comes as it is, because a new one is a visit to a house: so some are
 * weaker than any that is set here, and are marked until somebody changes them. Pure.
 */

/** `is-name`: the log-in's own name, in any case. `short`: shorter than one that is set here. */
export const weaknesses = ["is-name", "short"] as const;
export type Weakness = (typeof weaknesses)[number];

export const passwordLengthMin = 6;

/** Null: it is as good as one that is set here. */
export function weaknessOf(username: string, password: string): Weakness | null {
  if (username.trim().toLowerCase() === password.trim().toLowerCase()) return "is-name";
  return [...password].length < passwordLengthMin ? "short" : null;
}
