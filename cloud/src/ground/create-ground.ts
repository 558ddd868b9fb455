/** The parts that all districts use: world, database, secrets, jobs, events, feed, mail. They know no business. */
import type { World } from "@karibu/protocol/world";
import type { Parties } from "./amounts/parties.ts";
import type { ExchangeDatagrams } from "./datagrams/exchange-datagrams.ts";
import { type Announce, createAnnounce } from "./db/announce.ts";
import type { Database } from "./db/database.ts";
import type { District } from "./district.ts";
import type { Emit } from "./events/emit.ts";
import { createEmit, createQuietEmitMany, type EmitMany } from "./events/record.ts";
import { createPublish, createPublishMany, type Publish, type PublishMany } from "./feed/publish.ts";
import type { FileReader } from "./foreign-files/file-reader.ts";
import { createReadFile, type ReadFile } from "./foreign-files/read-file.ts";
import type { AskDns } from "./http-client/ask-dns.ts";
import type { HttpCall } from "./http-client/http-call.ts";
import { readQueueJob } from "./jobs/dead-jobs.ts";
import { runMsMax } from "./jobs/maintenance-job.ts";
import type { JobQueue } from "./jobs/queue.ts";
import type { SendMail } from "./mail/mail.ts";
import { mailServerRoutes } from "./mail/mail-server-routes.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import type { OpenOwnServer } from "./mail/own-server.ts";
import { sharedTriesKeptMs } from "./quotas/shared-tries.ts";
import type { Envelope } from "./secrets/envelope.ts";
import { rewrapAll } from "./secrets/rewrap.ts";
import { createSweeps, type Sweeps } from "./sweeps/sweeps.ts";

export interface GroundAdapters {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly envelope: Envelope;
  /** Calls external services: `undiciCall`, or the simulation's. */
  readonly http: HttpCall;
  /** Reads what strangers send: `createChildReader`, or the simulation's `createOwnProcessReader`. */
  readonly fileReader: FileReader;
  /** Left out: nobody can be asked about names. */
  readonly dns?: AskDns;
  /** Null: there is no mail server, and letters wait until there is one. */
  readonly mail?: SendMail | null;
  /** Opens providers' own mail servers; left out: the hub's takes their letters too. */
  readonly openMailServer?: OpenOwnServer;
  /** Asks by UDP; left out: nobody answers. */
  readonly exchangeDatagrams?: ExchangeDatagrams;
}

/** What this hub is run with. */
export interface ModulesOn {
  readonly names: readonly string[];
  /** Of modules that it is run without: nobody has them. */
  readonly withoutPermissions: ReadonlySet<string>;
}

export interface Ground
  extends Omit<GroundAdapters, "mail" | "dns" | "openMailServer" | "exchangeDatagrams" | "fileReader">,
    District {
  readonly world: World;
  readonly parties: Parties;
  /** How sites, browsers and payment channels reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  readonly modules: ModulesOn;
  readonly emit: Emit;
  readonly publish: Publish;
  /** Both without NOTIFY: who writes by them announces it after the commit. */
  readonly quietEmitMany: EmitMany;
  readonly publishMany: PublishMany;
  readonly announce: Announce;
  readonly sweeps: Sweeps;
  readonly readFile: ReadFile;
  readonly mailer: Mailer;
  readonly hasMailServer: boolean;
  readonly dns: AskDns;
  readonly exchangeDatagrams: ExchangeDatagrams;
}

const dayMs = 86_400_000;

const silent = () => Promise.reject(new Error("there is no name server"));
const noDatagrams: ExchangeDatagrams = async () => null;
const noDns: AskDns = { txt: silent, addresses: silent };

export function createGround(
  world: World,
  adapters: GroundAdapters,
  { parties, publicUrl, modules }: Pick<Ground, "parties" | "publicUrl" | "modules">,
): Ground {
  const { database, jobs, envelope, http, mail = null, dns = noDns, exchangeDatagrams = noDatagrams } = adapters;
  const sweeps = createSweeps(world, database);
  const mailer = createMailer({ world, database, envelope, jobs }, mail, adapters.openMailServer ?? null);
  return {
    world,
    database,
    jobs,
    envelope,
    http,
    parties,
    publicUrl,
    modules,
    emit: createEmit(world),
    publish: createPublish(world, envelope),
    quietEmitMany: createQuietEmitMany(world),
    publishMany: createPublishMany(world, envelope),
    announce: createAnnounce(world, database),
    sweeps,
    readFile: createReadFile(adapters.fileReader),
    mailer,
    hasMailServer: mail !== null,
    dns,
    exchangeDatagrams,
    routes: mailServerRoutes(world, envelope, mail !== null),
    maintenance: [
      // A process that starts with a new master key re-encrypts at once (main.ts). This job finds what that missed.
      {
        name: "wrap-secrets-anew",
        everyMs: dayMs,
        mostMs: runMsMax,
        run: async () => `${await rewrapAll(database, envelope)} secrets`,
      },
    ],
    retention: [
      { table: "idempotent_answers", column: "begun_at_ms", keptMs: dayMs },
      { table: "job_counts", column: "hour_ms", keptMs: 90 * dayMs },
      { table: "letter_days", column: "day_at_ms", keptMs: 2 * dayMs },
      { table: "shared_tries", column: "at_ms", keptMs: sharedTriesKeptMs },
      { table: "quota_days", column: "day_at_ms", keptMs: 30 * dayMs },
      // A console that was away for longer reads everything again (streams.ts).
      { table: "events", column: "at_ms", keptMs: dayMs },
    ],
    jobReaders: [readQueueJob],
    registerJobs: mailer.registerJobs,
    async start() {
      sweeps.start();
      await mailer.start();
    },
    async stop() {
      await sweeps.stop();
      await adapters.fileReader.stop?.();
    },
  };
}
