/**
 * FreeRADIUS as the peer of the benchmark, in its strongest set-up: users in memory, only the modules that PAP and CHAP
 * need, no log of authentications. Loopback only, in a separate folder.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Person } from "./people.ts";
import { hasProgram, type ServerProcess, startPinned } from "./process.ts";
import { answersStatus } from "./status.ts";

/** Debian and Red Hat call it differently. Null when it is not installed. */
export function freeradiusProgram(): string | null {
  return ["freeradius", "radiusd"].find((name) => hasProgram(name, "-v")) ?? null;
}

/** Starts it on `core` with these users and waits until it answers. Rejects with its output if it does not. */
export async function startFreeradius(
  program: string,
  options: { folder: string; core: number; port: number; secret: string; users: readonly Person[] },
): Promise<ServerProcess> {
  const { folder, port, secret } = options;
  mkdirSync(join(folder, "run"), { recursive: true });
  writeFileSync(join(folder, "radiusd.conf"), configuration(folder, port, secret));
  writeFileSync(join(folder, "users"), options.users.map(userEntry).join("\n"));
  writeFileSync(join(folder, "none"), "");
  const started = startPinned(options.core, [program, "-f", "-d", folder, "-n", "radiusd"]);
  const acctPort = port + 1;
  if (!(await answersStatus(port, secret))) {
    await started.stop();
    throw new Error(`freeradius did not answer: ${started.complaints()}`);
  }
  return { pid: started.child.pid as number, authPort: port, acctPort, secret, stop: started.stop };
}

function userEntry({ user, password }: Person): string {
  return [
    `${user}\tCleartext-Password := "${password}"`,
    '\tMikrotik-Rate-Limit = "2M/5M",',
    "\tSession-Timeout = 3600,",
    "\tAcct-Interim-Interval = 60\n",
  ].join("\n");
}

function configuration(folder: string, port: number, secret: string): string {
  return `${configurationHead({ folder, secret, threads: 4 })}
modules {
  pap {
  }
  chap {
  }
  files {
    usersfile = ${folder}/users
    acctusersfile = ${folder}/none
    preproxy_usersfile = ${folder}/none
  }
  detail {
    filename = ${folder}/detail
    permissions = 0600
  }
}
server default {
${listeners(port)}
  authorize {
    files
    chap
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    Auth-Type CHAP {
      chap
    }
  }
  accounting {
    detail
  }
}
`;
}

/** What is the same for every set-up: where things are, one client, so many threads, nothing logged but complaints. */
export function configurationHead(options: { folder: string; secret: string; threads: number }): string {
  const { folder, secret, threads } = options;
  return `prefix = /usr
logdir = ${folder}
raddbdir = ${folder}
confdir = ${folder}
run_dir = ${folder}/run
libdir = /usr/lib/freeradius
pidfile = ${folder}/run/radiusd.pid
max_requests = 65536
cleanup_delay = 5
hostname_lookups = no
proxy_requests = no
log {
  destination = files
  file = ${folder}/radius.log
  auth = no
}
security {
  max_attributes = 200
  reject_delay = 0
  status_server = yes
}
client loopback {
  ipaddr = 127.0.0.0/8
  secret = ${secret}
}
thread pool {
  start_servers = ${threads}
  max_servers = ${threads}
  min_spare_servers = 1
  max_spare_servers = ${threads}
  max_requests_per_server = 0
}`;
}

/** Log-ins on `port`, accounting on the next. */
export function listeners(port: number): string {
  const listen = (type: string, number: number) =>
    `  listen {\n    type = ${type}\n    ipaddr = 127.0.0.1\n    port = ${number}\n  }`;
  return `${listen("auth", port)}\n${listen("acct", port + 1)}`;
}
