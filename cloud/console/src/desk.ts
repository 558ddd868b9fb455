import type { User } from "./data/api.ts";
import type { LiveEvents } from "./data/events.ts";
import type { Zone } from "./data/format.ts";

/** What a page is given: who works here, in which zone times are shown, and what happens live. */
export interface Desk {
  readonly user: User;
  readonly zone: Zone;
  readonly currency: string;
  /** Empty for people of the platform. */
  readonly providerName: string;
  readonly events: LiveEvents;
}
