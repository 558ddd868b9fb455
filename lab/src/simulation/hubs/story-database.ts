/**
 * The database of a story's hub. A PostgreSQL server plays a story in four fifths of the embedded engine's time, where its programs are installed; what
 * happens in it is the same on both, to the byte (`hub-stories.test.ts`).
 */
import { type Furnished, openInMemory, withoutLog } from "@karibu/cloud/ground/db/memory-template";
import { type OpenDatabase, openDatabase } from "@karibu/cloud/ground/db/open-database";
import { migratedTemplate } from "@karibu/cloud/ground/db/postgresql-template";
import { administer, copyDatabase, findPrograms, startTestServer } from "@karibu/cloud/ground/db/test-postgresql";
import { isReachedByFolder, openServerSession } from "@karibu/cloud/ground/db/test-server-session";
import type { World } from "@karibu/protocol/world";

export type StoryEngine = "embedded" | "postgresql";

/** The quickest that this machine has. */
export const quickEngine: StoryEngine = findPrograms() === null ? "embedded" : "postgresql";

export function openStoryDatabase(engine: StoryEngine, world: World, furnished: Furnished): Promise<OpenDatabase> {
  return engine === "embedded" ? openInMemory(world, furnished) : openOnServer(world, furnished);
}

let server: Promise<string> | null = null;
const templates = new Map<string, Promise<string>>();
let opened = 0;

/**
 * The one of a test run, where it leaves the tables alone, or one of this process's own: with other statistics the same question may be answered in
 * another order.
 */
async function findOrStart(): Promise<string> {
  const ofThisRun = process.env.KARIBU_TEST_POSTGRES_URL;
  if (ofThisRun === undefined || !isReachedByFolder(ofThisRun)) return startTestServer();
  const [row] = await administer(ofThisRun, "show autovacuum");
  return row?.autovacuum === "off" ? ofThisRun : startTestServer();
}

async function openOnServer(world: World, furnished: Furnished): Promise<OpenDatabase> {
  server ??= findOrStart();
  const serverUrl = await server;
  const { name: month } = furnished;
  const template =
    templates.get(month) ??
    makeTemplate(world, serverUrl, furnished).catch((error: unknown) => {
      templates.delete(month);
      throw error;
    });
  templates.set(month, template);
  const name = `story_${process.pid}_${++opened}`;
  await copyDatabase(serverUrl, await template, name);
  const database = await open(world, serverUrl, name);
  return {
    ...database,
    async close() {
      try {
        await database.close();
      } finally {
        await administer(serverUrl, `drop database ${name} with (force)`);
      }
    },
  };
}

async function makeTemplate(world: World, serverUrl: string, { name, furnish }: Furnished): Promise<string> {
  const silent = withoutLog(world);
  const template = `template_${process.pid}_${name.replaceAll("-", "_")}`;
  await administer(serverUrl, `drop database if exists ${template} with (force)`);
  await copyDatabase(serverUrl, await migratedTemplate(silent, serverUrl), template);
  const database = await open(silent, serverUrl, template);
  try {
    await furnish(database);
  } finally {
    await database.close();
  }
  return template;
}

async function open(world: World, serverUrl: string, name: string): Promise<OpenDatabase> {
  const session = await openServerSession(serverUrl, name);
  return openDatabase(world, { databaseUrl: null, dataDir: null, session });
}
