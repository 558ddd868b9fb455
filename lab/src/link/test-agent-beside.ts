/** Agents beside the test's hub, in one process: only the wire between them is in memory. */
import type { Adapters } from "@karibu/agent/ground/adapters";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import type { AgentOptions } from "@karibu/agent/start/agent-options";
import type { TestHub } from "@karibu/cloud/test-hub";
import type { World } from "@karibu/protocol/world";
import { onTestFinished } from "vitest";
import { eager } from "./link-ends.ts";
import { createSocketPair, type SocketPair, type SocketPairOptions } from "./socket-pair.ts";

const noUdp = { bind: () => Promise.reject(new Error("no datagrams here")) };

/** A site's way to the hub: that of all agents that are started with it, one after the other. */
export interface HubLine {
  readonly dial: NonNullable<Adapters["dialHub"]>;
  /** Cut, it ends all connections and takes none. */
  cut(isCut: boolean): void;
}

export function openLine(lab: TestHub, wires: SocketPairOptions = {}): HubLine {
  const open = new Set<SocketPair>();
  let isCut = false;
  return {
    async dial() {
      if (isCut) throw new Error("connection refused");
      const wire = createSocketPair(wires);
      open.add(wire);
      lab.hub().link.accept(wire.hub, "203.0.113.7");
      return wire.agent;
    },
    cut(cut) {
      isCut = cut;
      if (!cut) return;
      for (const wire of open) wire.cut();
      open.clear();
    },
  };
}

export interface AgentBeside
  extends Partial<Pick<Adapters, "udp" | "router" | "probeRouter" | "bootId" | "portalFiles">> {
  readonly enrolToken: string;
  readonly folder: Adapters["folder"];
  readonly line: HubLine;
  /** Default: the hub's. */
  readonly world?: World;
  /** Default: none. */
  readonly radius?: AgentOptions["radius"];
  /** Its folder is the router's own flash. Default: a stick. */
  readonly isOnFlash?: boolean;
}

/** As `createAgentBeside`, for one test: it stops when the test ends, if it has not before. */
export function createAgentOfTest(lab: TestHub, beside: AgentBeside): Agent {
  const agent = createAgentBeside(lab, beside);
  onTestFinished(() => agent.stop());
  return agent;
}

/** It is not started. */
export function createAgentBeside(lab: TestHub, beside: AgentBeside): Agent {
  const { enrolToken, line, world = lab.world, radius = null, isOnFlash = false, ...adapters } = beside;
  const site = { version: "0.1.0", siteFile: null, interimFlushSeconds: 60, radius, isOnFlash };
  return createAgent(
    eager(world),
    {
      udp: noUdp,
      ...adapters,
      dialHub: line.dial,
      post: (url, body) => lab.call("POST", new URL(url).pathname, { body }),
    },
    { ...site, hub: { url: "http://hub.test", enrolToken } },
  );
}
