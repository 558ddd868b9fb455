/** The journal's intake with all that the hub does with records, for tests that have no link. */
import type { World } from "@karibu/protocol/world";
import { grantProjector } from "./catalogue/grants/project-grants.ts";
import { releaseProjector } from "./catalogue/leases/project-releases.ts";
import { sessionProjector } from "./catalogue/sessions/project-sessions.ts";
import { redemptionProjector } from "./catalogue/vouchers/project-redemptions.ts";
import { alarmProjector } from "./fleet/alarms/project-alarms.ts";
import { createIntakeQueue, type IntakeQueue } from "./fleet/journal/intake-queue.ts";
import { noteSites } from "./fleet/link/note-sites.ts";
import type { JournalProjector } from "./ground/agents/journal-projector.ts";
import type { Database } from "./ground/db/database.ts";
import type { EmitMany } from "./ground/events/record.ts";
import { createLedgerWriter } from "./money/ledger/post-entry.ts";
import { createCashSaleProjector } from "./money/sellers/project-cash-sales.ts";

export function allProjectors(world: World): JournalProjector[] {
  const ledger = createLedgerWriter({ world, onCredit: async () => {} });
  const catalogue = [sessionProjector, grantProjector, redemptionProjector, releaseProjector];
  return [alarmProjector, ...catalogue, createCashSaleProjector(world, ledger)];
}

export function createTestIntake(world: World, database: Database, emitMany: EmitMany = async () => {}): IntakeQueue {
  return createIntakeQueue(world, database, { projectors: allProjectors(world), noteSites, emitMany });
}
