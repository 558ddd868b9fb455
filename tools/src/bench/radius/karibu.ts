/** The whole agent as a process: journal on disk, product logic, a site file of accounts and vouchers. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentNodeFlags, nodeEnvironment } from "@karibu/container/launcher/node-flags";
import { repositoryRoot } from "../../build/repository.ts";
import { type Person, siteFileOf } from "./people.ts";
import { type ServerProcess, startPinned } from "./process.ts";
import { answersStatus } from "./status.ts";

const agentMain = join(repositoryRoot, "agent/src/main.ts");

export interface KaribuOptions {
  readonly folder: string;
  readonly core: number;
  /** RADIUS takes this and the next, HTTP and CoA the two after. */
  readonly port: number;
  readonly secret: string;
  readonly users: readonly Person[];
  /** As the image starts Node on a board with so much memory: few compilers, small heap, few threads. Absent: with Node's own flags. */
  readonly boardBytes?: number;
  /** 0: every interim is on disk before its reply. */
  readonly interimFlushSeconds?: number;
  /** What to run; absent: the agent's sources. */
  readonly main?: string;
}

/** Starts it on `core` and waits until it answers. Rejects with its output if it does not. */
export async function startKaribu(options: KaribuOptions): Promise<ServerProcess> {
  const { folder, port, secret } = options;
  mkdirSync(folder, { recursive: true });
  const siteFile = join(folder, "site.json");
  writeFileSync(siteFile, siteFileOf(options.users));
  const started = startPinned(
    options.core,
    [
      process.execPath,
      ...(options.boardBytes === undefined ? [] : agentNodeFlags(options.boardBytes)),
      options.main ?? agentMain,
    ],
    {
      cwd: folder,
      env: {
        ...(options.boardBytes === undefined ? {} : nodeEnvironment),
        KARIBU_DATA: join(folder, "data"),
        KARIBU_SITE_FILE: siteFile,
        KARIBU_RADIUS_AUTH_PORT: String(port),
        KARIBU_RADIUS_ACCT_PORT: String(port + 1),
        KARIBU_HTTP_PORT: String(port + 2),
        KARIBU_COA_HOST: "127.0.0.1",
        KARIBU_COA_PORT: String(port + 3),
        KARIBU_RADIUS_SECRET: secret,
        KARIBU_LOG_LEVEL: "error",
        ...(options.interimFlushSeconds === undefined
          ? {}
          : { KARIBU_INTERIM_FLUSH_SECONDS: String(options.interimFlushSeconds) }),
      },
    },
  );
  if (!(await answersStatus(port, secret))) {
    await started.stop();
    throw new Error(`the agent did not answer: ${started.complaints()}`);
  }
  return { pid: started.child.pid as number, authPort: port, acctPort: port + 1, secret, stop: started.stop };
}
