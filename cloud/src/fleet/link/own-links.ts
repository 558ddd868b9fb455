import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { SiteLink } from "./site-link.ts";

/** The links that this hub process holds, by site. Other processes know it by `processId`. */
export interface OwnLinks {
  readonly processId: string;
  readonly links: Map<string, SiteLink>;
}

export function createOwnLinks(world: World): OwnLinks {
  return { processId: newId(world), links: new Map() };
}
