/** Conditions that several scripts check, and how a script shows the result. */
import { quote } from "../language/rsc-text.ts";
import type { VersionDialect } from "../language/version-dialect.ts";

/** The router has this minor version. */
export function versionIs({ minor }: VersionDialect): string {
  return `[:pick [/system/resource/get version] 0 ${minor.length}] = ${quote(minor)}`;
}

/** Without the internet the clock can show 1970 after a boot. */
export const dateIsKnown = "[:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024";

/** The first lines of each script that changes a router: the script stops on another RouterOS version. */
export function versionGuard(dialect: VersionDialect): string[] {
  return [
    `:if (!(${versionIs(dialect)})) do={`,
    `  :error ${quote(`karibu: this script is for RouterOS ${dialect.minor}; nothing was changed`)}`,
    "}",
  ];
}

export interface Check {
  /** An error in the condition counts as false. */
  readonly condition: string;
  /** Lines begin with `ok`, or with a word that says what to do. */
  readonly whenTrue: string;
  /** Null: the script shows nothing. */
  readonly whenFalse: string | null;
}

export function writeCheck({ condition, whenTrue, whenFalse }: Check): string[] {
  return [
    "{",
    "  :local holds false",
    `  :do { :if (${condition}) do={ :set holds true } } on-error={ }`,
    `  :if ($holds) do={ :put ${quote(whenTrue)} }`,
    ...(whenFalse === null ? [] : [`  :if (!$holds) do={ :put ${quote(whenFalse)} }`]),
    "}",
  ];
}
