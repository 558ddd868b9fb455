/** How the channels do, each figure as one column of a statement of the platform. */
import { sql } from "kysely";

export const channelsOn = sql<number>`(select count(*) from channels where active)`;

export const channelsRefused = sql<number>`(select count(*) from channels where active and keys_problem is not null)`;

export const initiatorsRefused = sql<number>`(select count(*) from channels where active and initiator_code is not null)`;
