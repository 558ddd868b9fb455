/** The journal's intake with all that the hub does with records, for tests that have no link. */

import type { World } from "@karibu/protocol/world";
import { guardProjector } from "./catalogue/grants/code-guards.ts";
import { grantProjector } from "./catalogue/grants/project-grants.ts";
import { releaseProjector } from "./catalogue/leases/project-releases.ts";
import { endingAuditor } from "./catalogue/sessions/audit-endings.ts";
import { refusedLogInProjector } from "./catalogue/sessions/project-refused-log-ins.ts";
import { sessionProjector } from "./catalogue/sessions/project-sessions.ts";
import { heldCodesOf } from "./catalogue/vouchers/held-codes.ts";
import { redemptionProjector } from "./catalogue/vouchers/project-redemptions.ts";
import { alarmProjector } from "./fleet/alarms/project-alarms.ts";
import { createIntakeQueue, type IntakeQueue } from "./fleet/journal/intake-queue.ts";
import { recallProjector } from "./fleet/journal/project-recalls.ts";
import { noteSites } from "./fleet/link/note-sites.ts";
import type { JournalProjector } from "./ground/agents/journal-projector.ts";
import type { Parties } from "./ground/amounts/parties.ts";
import { testParties } from "./ground/amounts/test-parties.ts";
import type { Database } from "./ground/db/database.ts";
import { createEmit, type EmitMany } from "./ground/events/record.ts";
import { createPublish } from "./ground/feed/publish.ts";
import { createEnvelope, type Envelope } from "./ground/secrets/envelope.ts";
import { everyModule } from "./modules/all-modules.ts";
import { createCashSaleProjector } from "./money/cash-sales/project-cash-sales.ts";
import { createLedgerWriter } from "./money/ledger/post-entry.ts";
import { createPaperSaleProjector } from "./money/paper-sales/project-paper-sales.ts";
import { erasedProjector } from "./operations/restored/project-erased.ts";

/** What seals and names what the projectors write, where a hub is to read it. */
export interface ReadBy {
  readonly envelope: Envelope;
  hub(): { readonly parties: Parties };
}

export function allProjectors(world: World, reader?: ReadBy): JournalProjector[] {
  const ledger = createLedgerWriter({ world, onCredit: async () => {} });
  const envelope = reader?.envelope ?? createEnvelope(world.random, [Buffer.alloc(32, 7)]);
  const parties = reader?.hub().parties ?? testParties;
  const sessions = [sessionProjector, endingAuditor(world), refusedLogInProjector];
  const publish = createPublish(world, envelope);
  const heldCodes = heldCodesOf(everyModule.flatMap((module) => module.heldCodes ?? []));
  const emit = createEmit(world);
  const [guards, redemptions] = [guardProjector({ publish }), redemptionProjector({ publish })];
  const catalogue = [...sessions, grantProjector({ world, publish, emit }), redemptions, releaseProjector, guards];
  return [
    ...[alarmProjector, recallProjector, ...catalogue],
    ...[
      createCashSaleProjector({ world, ledger, envelope, parties }),
      createPaperSaleProjector({ world, ledger, heldCodes }),
    ],
    erasedProjector(parties),
  ];
}

export function createTestIntake(
  world: World,
  database: Database,
  emitMany: EmitMany = async () => {},
  reader?: ReadBy,
): IntakeQueue {
  return createIntakeQueue(world, database, { projectors: allProjectors(world, reader), noteSites, emitMany });
}
