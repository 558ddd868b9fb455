/** Who may do what to an installation, and what state it is in: pure. */
import type { InstallationState } from "./installation.ts";

export const isEnded = (state: InstallationState): boolean => state === "done" || state === "cancelled";

/** A visit is planned when somebody goes there at a time. Work that has begun stays begun. */
export function stateOf(
  state: InstallationState,
  visit: { readonly fromMs: number | null; readonly assignedTo: string | null },
): InstallationState {
  if (isEnded(state) || state === "working") return state;
  return visit.fromMs !== null && visit.assignedTo !== null ? "planned" : "lead";
}

/** A visit that ends before it begins, or is longer than a week, is a slip of the finger. */
export function isWindow(fromMs: number | null, untilMs: number | null): boolean {
  if (fromMs === null) return untilMs === null;
  return untilMs !== null && untilMs > fromMs && untilMs - fromMs <= 7 * 86_400_000;
}

/** Who does not manage installations works on those that are theirs. */
export function mayWork(
  installation: { readonly assignedTo: string | null },
  person: { readonly userId: string; readonly manages: boolean },
): boolean {
  return person.manages || installation.assignedTo === person.userId;
}

/** What is ticked off at the house, where the provider says nothing else. */
export const usualChecklist: Readonly<Record<"en" | "sw", readonly string[]>> = {
  en: [
    "Place of the equipment agreed with the customer",
    "Cable laid and fixed",
    "Equipment put up, sealed and earthed",
    "Line works, speed measured",
    "Customer shown how to pay and how to reach us",
  ],
  sw: [
    "Mahali pa vifaa pamekubaliwa na mteja",
    "Kebo imepitishwa na kufungwa",
    "Vifaa vimefungwa, vimezibwa na vimewekewa earth",
    "Laini inafanya kazi, kasi imepimwa",
    "Mteja ameonyeshwa jinsi ya kulipa na kutupata",
  ],
};
