/** The whole of Karibu on one machine: eight processes and a sample provider. `npm start` runs one; browser tests run their own. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildConsole } from "../build/build-console.ts";
import { buildFreshDatabase } from "../build/build-fresh-database.ts";
import { buildMy } from "../build/build-my.ts";
import { buildPortal } from "../build/build-portal.ts";
import { repositoryRoot } from "../build/repository.ts";
import type { Ports } from "./options.ts";
import { loadSample, type Sample } from "./sample.ts";
import { services } from "./services.ts";
import { createSupervisor, type ServiceSpec, type Supervisor } from "./supervisor.ts";

export interface Demo {
  readonly supervisor: Supervisor;
  /** Starts everything and waits until it works; rejects with what went wrong, and the end of that service's log. */
  start(): Promise<Sample>;
  /** The processes, to be killed and started again by name. */
  specs(): Record<"daraja" | "sms" | "mail" | "pesapal" | "stripe" | "hub" | "router" | "agent", ServiceSpec>;
}

export interface DemoOptions {
  readonly ports: Ports;
  readonly data: string;
  readonly say: (line: string) => void;
  /** Keys whose bundles the hub accepts. Absent: none. */
  readonly releaseKeys?: string | null;
}

export function createDemo(options: DemoOptions): Demo {
  const { ports, data, say } = options;
  mkdirSync(data, { recursive: true });
  const supervisor = createSupervisor({ root: repositoryRoot, logFolder: join(data, "logs"), say });
  const { agent, ...specs } = services(ports, data, options.releaseKeys ?? null);
  let enrolled: ServiceSpec | null = null;

  /** Prints each step and its duration. */
  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    const result = await work();
    say(`  ready  ${name} (${((performance.now() - startedAtMs) / 1000).toFixed(1)} s)`);
    return result;
  }

  return {
    supervisor,
    async start() {
      // It takes a core for seconds, while the rest is built and started on the others.
      const isFirstStart = !existsSync(join(data, "hub/database"));
      const freshDatabase = isFirstStart ? buildFreshDatabase() : Promise.resolve();
      freshDatabase.catch(() => {}); // who waits for it below hears of it
      await step("portal, console and customers' page, built", () =>
        Promise.all([buildPortal(), buildConsole(), buildMy()]),
      );
      await step("simulated Daraja, Pesapal, Stripe, SMS and e-mail", () =>
        Promise.all(
          [specs.daraja, specs.pesapal, specs.stripe, specs.sms, specs.mail].map((spec) => supervisor.start(spec)),
        ),
      );
      if (isFirstStart) await step("files of a fresh database", () => freshDatabase);
      await step("hub", () => supervisor.start(specs.hub));
      const sample = await step("sample provider", () =>
        loadSample(`http://127.0.0.1:${ports.hub}`, join(data, "sample.json")),
      );
      const agentSpec = agent(sample.enrolmentToken);
      enrolled = agentSpec;
      await step("agent", () => supervisor.start(agentSpec));
      await step("simulated router", () => supervisor.start(specs.router));
      return sample;
    },
    specs() {
      if (enrolled === null) throw new Error("the demo has not been started");
      return { ...specs, agent: enrolled };
    },
  };
}

/** The folder where `npm start` keeps its data. */
export function dataFolder(name: string): string {
  return join(repositoryRoot, "data", name);
}
