/**
 * FreeRADIUS with PostgreSQL behind it: accounting that is on disk before its answer, as the agent's is. Schema and
 * queries are those that FreeRADIUS ships; the database syncs each commit and shares the server's core.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { administer, findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { configurationHead, listeners } from "./freeradius.ts";
import { hasProgram, type ServerProcess, startPinned } from "./process.ts";
import { answersStatus } from "./status.ts";

const stock = "/etc/freeradius/3.0/mods-config/sql/main/postgresql";
const driver = "/usr/lib/freeradius/rlm_sql_postgresql.so";

/** What is missing for it; null: nothing. */
export function missingForSql(): string | null {
  if (!existsSync(driver) || !existsSync(stock)) return "FreeRADIUS' driver for PostgreSQL is not installed";
  return findPrograms() === null ? "PostgreSQL's server programs are not installed" : null;
}

/** Starts both on `core` and waits until they answer. The database ends with this process. */
export async function startFreeradiusSql(
  program: string,
  options: { folder: string; core: number; port: number; secret: string },
): Promise<ServerProcess> {
  const { folder, core, port, secret } = options;
  const url = await startServer(["fsync=on", "synchronous_commit=on"]);
  const socketFolder = new URL(url).searchParams.get("host") as string;
  if (hasProgram("taskset", "-V")) {
    const [postmaster] = readFileSync(join(socketFolder, "data/postmaster.pid"), "utf8").split("\n");
    execFileSync("taskset", ["-pc", String(core), postmaster as string], { stdio: "ignore" });
  }
  await administer(url, readFileSync(join(stock, "schema.sql"), "utf8"));
  mkdirSync(join(folder, "run"), { recursive: true });
  writeFileSync(join(folder, "radiusd.conf"), configuration(folder, port, secret, socketFolder));
  const started = startPinned(core, [program, "-f", "-d", folder, "-n", "radiusd"]);
  if (!(await answersStatus(port, secret))) {
    await started.stop();
    throw new Error(`freeradius with PostgreSQL did not answer: ${started.complaints()}`);
  }
  return { pid: started.child.pid as number, authPort: port, acctPort: port + 1, secret, stop: started.stop };
}

function configuration(folder: string, port: number, secret: string, socketFolder: string): string {
  return `${configurationHead({ folder, secret, threads: 8 })}
modules {
  expr {
  }
  sql {
    dialect = "postgresql"
    driver = "rlm_sql_postgresql"
    radius_db = "host=${socketFolder} dbname=postgres user=karibu_test"
    acct_table1 = "radacct"
    acct_table2 = "radacct"
    postauth_table = "radpostauth"
    authcheck_table = "radcheck"
    groupcheck_table = "radgroupcheck"
    authreply_table = "radreply"
    groupreply_table = "radgroupreply"
    usergroup_table = "radusergroup"
    client_table = "nas"
    group_attribute = "SQL-Group"
    read_groups = no
    delete_stale_sessions = yes
    pool {
      start = 8
      min = 8
      max = 8
      spare = 0
      uses = 0
      lifetime = 0
      idle_timeout = 0
    }
    $INCLUDE ${stock}/queries.conf
  }
}
server default {
${listeners(port)}
  authorize {
  }
  preacct {
    update request {
      &Acct-Unique-Session-Id := "%{md5:%{User-Name},%{Acct-Session-Id},%{NAS-Identifier}}"
    }
  }
  accounting {
    sql
  }
}
`;
}
