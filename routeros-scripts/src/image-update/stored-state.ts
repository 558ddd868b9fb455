/**
 * What the router stores about an image update that is under way. Each value is the source of a script, because scripts survive a
 * power cut: `phase`, `count` (minutes in this phase), `proofs` (minutes in a row in which the new image passed its health checks).
 */
import { find, formatProperties } from "../language/rsc-text.ts";

export type Phase = "again" | "unpack" | "try" | "undo" | "tidy";
type StoredValue = "phase" | "count" | "proofs";

export const storedPolicy = ["ftp", "read", "write", "policy", "test"];

/** The script that does one step. */
export const stepScriptName = "karibu-update-step";

export function findStored(name: StoredValue | "step"): string {
  return find("/system/script", "comment", `karibu:update-${name}`);
}

export function readStored(name: StoredValue): string {
  return `[/system/script/get ${findStored(name)} source]`;
}

/** `value` is an expression of RouterOS. */
export function writeStored(name: StoredValue, value: string): string {
  return `/system/script/set ${findStored(name)} source=${value}`;
}

/** The next run of the step script does this phase. */
export function enterPhase(phase: Phase): string {
  return writeStored("phase", phase);
}

/** Adds the script with this value. One that is left from an earlier attempt is removed first. */
export function addStored(name: StoredValue | "step", source: string): string[] {
  const properties = {
    "dont-require-permissions": true,
    policy: storedPolicy,
    source,
    name: `karibu-update-${name}`,
    comment: `karibu:update-${name}`,
  };
  return [
    `:if ([:len ${findStored(name)}] > 0) do={ /system/script/remove ${findStored(name)} }`,
    `/system/script/add ${formatProperties(properties)}`,
  ];
}
