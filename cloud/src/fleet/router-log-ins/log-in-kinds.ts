/** `told`: the site knows that it ended. `away`: it could not be told, and ends it by itself. `not-taken`: the site never had it. */
export const passwordEnds = ["told", "away", "not-taken"] as const;
export type PasswordEnd = (typeof passwordEnds)[number];

export const logInKinds = ["accepted", "refused", "locked", "began", "ended"] as const;
