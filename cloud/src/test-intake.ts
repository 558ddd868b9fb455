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
import { createEnvelope, type Envelope } from "./ground/secrets/envelope.ts";
import { createCashSaleProjector } from "./money/cash-sales/project-cash-sales.ts";
import { createLedgerWriter } from "./money/ledger/post-entry.ts";

export function allProjectors(world: World, given?: Envelope): JournalProjector[] {
  const ledger = createLedgerWriter({ world, onCredit: async () => {} });
  const envelope = given ?? createEnvelope(world.random, [Buffer.alloc(32, 7)]);
  const catalogue = [sessionProjector, grantProjector, redemptionProjector, releaseProjector];
  return [alarmProjector, ...catalogue, createCashSaleProjector({ world, ledger, envelope })];
}

/** `envelope`: the hub's, where it is to open what the projectors sealed. */
export function createTestIntake(
  world: World,
  database: Database,
  emitMany: EmitMany = async () => {},
  envelope?: Envelope,
): IntakeQueue {
  return createIntakeQueue(world, database, { projectors: allProjectors(world, envelope), noteSites, emitMany });
}
