/** The whole of Karibu on one machine: its processes and a sample provider. `npm start` runs one; browser tests run their own. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildFreshDatabase } from "../build/build-fresh-database.ts";
import { repositoryRoot } from "../build/repository.ts";
import { buildPages } from "./build-pages.ts";
import type { Copied } from "./copy-folder.ts";
import { copyBesideHub, copyHub, type History } from "./history.ts";
import type { Ports } from "./options.ts";
import { loadSample, logIn, logIns, type Sample } from "./sample.ts";
import { writeSampleImage } from "./sample-image.ts";
import { services } from "./services.ts";
import { readContainer, setUpRouter, whenSetUp } from "./set-up-router.ts";
import { createSupervisor, type ServiceSpec, type Supervisor } from "./supervisor.ts";

export interface Demo {
  readonly supervisor: Supervisor;
  /** Starts everything and waits until it works; rejects with what went wrong, and the end of that service's log. */
  start(): Promise<Sample>;
  /** The processes, to be killed and started again by name. */
  specs(): Record<
    "daraja" | "sms" | "mail" | "pesapal" | "stripe" | "hub" | "router" | "newRouter" | "agent",
    ServiceSpec
  >;
  stop(): Promise<void>;
}

export interface DemoOptions {
  readonly ports: Ports;
  readonly data: string;
  readonly say: (line: string) => void;
  /** Nobody comes and goes by himself. */
  readonly quiet?: boolean;
  /** The days that lie behind a first start. Absent: none do. */
  readonly history?: History | null;
  /** Keys whose bundles the hub accepts. Absent: none. */
  readonly releaseKeys?: string | null;
}

export function createDemo(options: DemoOptions): Demo {
  const { ports, data, say } = options;
  mkdirSync(data, { recursive: true });
  const supervisor = createSupervisor({ root: repositoryRoot, logFolder: join(data, "logs"), say });
  let started: ReturnType<Demo["specs"]> | null = null;
  const stopping = new AbortController();
  const pageOf = (port: number) => `http://127.0.0.1:${port}`;

  /** Prints each step and its duration. */
  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    const result = await work();
    say(`  ready  ${name} (${((performance.now() - startedAtMs) / 1000).toFixed(1)} s)`);
    return result;
  }

  /** The files of the database. */
  function fill(history: History | null): Promise<void> {
    if (history === null) return step("files of a fresh database", buildFreshDatabase);
    const name = `${history.days} days of business`;
    return step(`${name}, copied`, () => copyHub(history.folder, data, slowly(name, say)));
  }

  return {
    supervisor,
    async start() {
      const isFirstStart = !existsSync(join(data, "hub/database"));
      const { history = null } = options;
      // The simulators and the routers read theirs when they start.
      if (isFirstStart && history !== null) await copyBesideHub(history.folder, data, ports);
      // The engine takes a core for seconds, while the rest is built and started on the others.
      const filled = isFirstStart ? fill(history) : Promise.resolve();
      const hasHost = existsSync(join(data, "agents/host"));
      const { agent, newAgent, ...specs } = services(ports, data, {
        releaseKeys: options.releaseKeys ?? null,
        hasHost,
      });
      const { daraja, pesapal, stripe, sms, mail, hub, router, newRouter } = specs;
      const startAll = (all: readonly ServiceSpec[]) => () => Promise.all(all.map((spec) => supervisor.start(spec)));
      await Promise.all([
        filled.then(() => {
          writeSampleImage(join(data, "hub/images"));
          return step("hub", startAll([hub]));
        }),
        step("portal, console and customers' page", buildPages),
        step("simulated Daraja, Pesapal, Stripe, SMS and e-mail", startAll([daraja, pesapal, stripe, sms, mail])),
        step("simulated routers", startAll([router, newRouter])),
      ]);
      const sample = await step("sample provider", () =>
        loadSample(`http://127.0.0.1:${ports.hub}`, join(data, "sample.json")),
      );
      const known = await readContainer(pageOf(ports.router));
      const container =
        known ??
        (await step("the site's router, set up by the pasted line", async () => {
          const owner = await logIn(`http://127.0.0.1:${ports.hub}`, logIns.owner);
          return setUpRouter(owner, sample.siteId, pageOf(ports.router));
        }));
      const agentSpec = agent(container);
      started = { ...specs, agent: agentSpec };
      const hasTown = existsSync(join(data, "boards"));
      const { town } = specs;
      const townSpec = options.quiet === true ? { ...town, env: { ...town.env, QUIET: "1" } } : town;
      await step(hasTown ? "agents of three sites" : "agent", startAll([agentSpec, ...(hasTown ? [townSpec] : [])]));
      // A person sets the other router up whenever he likes: its container is a process of ours.
      void whenSetUp(pageOf(ports.newRouter), stopping.signal, (found) => {
        supervisor.start(newAgent(found)).catch((error: Error) => say(error.message));
      });
      return sample;
    },
    async stop() {
      stopping.abort();
      await supervisor.stopAll();
    },
    specs() {
      if (started === null) throw new Error("the demo has not been started");
      return started;
    },
  };
}

/** A line every five seconds: on a busy machine a copy takes most of a minute. */
function slowly(name: string, say: (line: string) => void): (copied: Copied) => void {
  let saidAtMs = performance.now();
  return ({ doneBytes, allBytes }) => {
    if (performance.now() - saidAtMs < 5_000) return;
    saidAtMs = performance.now();
    say(`  ...    ${name}: ${inMegabytes(doneBytes)} of ${inMegabytes(allBytes)} MB copied`);
  };
}

const inMegabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

/** The folder where `npm start` keeps its data. */
export function dataFolder(name: string): string {
  return join(repositoryRoot, "data", name);
}
