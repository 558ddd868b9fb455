import { displayName } from "@karibu/protocol/plan-name";
import { locale } from "./strings.ts";

/** A plan's name as people read it, in the chosen language where it is one of ours. */
export const planTitle = (name: string): string => displayName(name, locale());
