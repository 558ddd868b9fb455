/** A simulated router for tests: a simulated clock, datagrams in memory or on loopback, one RADIUS responder. */
import type { Udp, UdpPeer } from "@karibu/agent/ground/udp";
import { createSimulatedWorld, type SimulatedWorld } from "../world/simulated-world.ts";
import { createRouter, type Router } from "./device/router.ts";
import type { RouterOptions } from "./model/router-options.ts";
import type { RadiusPacket } from "./radius/radius-wire.ts";
import { openRadiusResponder, type RadiusAnswer, type RadiusResponder } from "./radius/test-radius-responder.ts";

export interface TestRouter {
  readonly world: SimulatedWorld;
  readonly router: Router;
  readonly radius: RadiusResponder;
  /** Moves the clock second by second and runs what falls due. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

const radiusSecret = "hakuna matata";

/** Datagrams in memory. They arrive in the next turn of the event loop, and are lost when nobody listens. */
export function createMemoryUdp(): Udp {
  const sockets = new Map<number, (packet: Uint8Array, from: UdpPeer) => void>();
  let nextPort = 40_000;
  return {
    async bind({ port, onMessage }) {
      const own = port === 0 ? nextPort++ : port;
      if (sockets.has(own)) throw new Error(`port ${own} is taken`);
      sockets.set(own, onMessage);
      return {
        port: own,
        send: (packet, to) => {
          const copy = Uint8Array.from(packet);
          setImmediate(() => sockets.get(to.port)?.(copy, { address: "127.0.0.1", port: own }));
        },
        async close() {
          sockets.delete(own);
        },
      };
    },
  };
}

export async function turns(count = 12): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until the condition holds. The test's time-out bounds it. */
export async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
}

export async function setUpRouter(
  answer: (request: RadiusPacket) => RadiusAnswer | null,
  options: Partial<RouterOptions> = {},
  udp: Udp = createMemoryUdp(),
): Promise<TestRouter> {
  const world = createSimulatedWorld();
  const radius = await openRadiusResponder(udp, radiusSecret, answer);
  const server = { address: "127.0.0.1", authPort: radius.authPort, acctPort: radius.acctPort, secret: radiusSecret };
  const router = createRouter(world, udp, { radiusServers: [server], incomingPort: 0, ...options });
  await router.boot();
  return {
    world,
    router,
    radius,
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) {
        world.advance(1000);
        await turns(6);
      }
    },
    async close() {
      await router.powerCut();
      await radius.close();
    },
  };
}

/** Accepts every log-in with these attributes, and acknowledges all accounting. */
export function acceptEverybody(attributes: RadiusAnswer["attributes"] = []) {
  return (request: RadiusPacket): RadiusAnswer =>
    request.code === "Accounting-Request"
      ? { code: "Accounting-Response" }
      : { code: "Access-Accept", attributes: [["Class", Buffer.from("grant-7")], ...attributes] };
}
