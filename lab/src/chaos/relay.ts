/**
 * A TCP relay before one or several servers. It takes new connections to them in turn, passes over who does not listen, and knows lines by who connects:
 * each can be late, hold everything back, or break.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";
import { sleep, type World } from "@karibu/protocol/world";

export interface Line {
  /** Of each piece of bytes, in each direction. */
  setDelay(ms: number): void;
  /** Nothing gets through until it ends. What was sent meanwhile arrives then, as TCP has it. */
  setSilent(isSilent: boolean): void;
  /** Breaks all connections. New ones are taken and closed at once until it ends. */
  setBroken(isBroken: boolean): void;
}

export interface Relay {
  readonly port: number;
  /** Of who connects from this address. */
  line(from: string): Line;
  close(): Promise<void>;
}

interface LineState extends Line {
  delayMs: number;
  isBroken: boolean;
  /** Resolves when the line is not silent. */
  opened: Promise<void>;
  readonly sockets: Set<Socket>;
}

/** A server whose machine is off answers nothing: the next one is asked. */
const connectMsMax = 2000;

export async function openRelay(
  world: Pick<World, "clock">,
  options: { readonly host: string; readonly port: number; readonly to: readonly NetConnectOpts[] },
): Promise<Relay> {
  const lines = new Map<string, LineState>();
  let turn = 0;

  function line(from: string): LineState {
    const known = lines.get(from) ?? newLine();
    lines.set(from, known);
    return known;
  }

  async function reach(): Promise<Socket | null> {
    const first = turn++;
    for (let index = 0; index < options.to.length; index++) {
      const to = options.to[(first + index) % options.to.length] as NetConnectOpts;
      const far = connect({ ...to, noDelay: true, allowHalfOpen: true });
      const isThere = await Promise.race([
        once(far, "connect").then(
          () => true,
          () => false,
        ),
        sleep(world.clock, connectMsMax).then(() => false),
      ]);
      if (isThere) return far;
      far.destroy();
    }
    return null;
  }

  async function take(near: Socket): Promise<void> {
    const own = line(plain(near.remoteAddress));
    near.on("error", () => near.destroy());
    own.sockets.add(near);
    near.once("close", () => own.sockets.delete(near));
    if (own.isBroken) return void near.destroy();
    const far = await reach();
    if (far === null || near.destroyed) {
      far?.destroy();
      return void near.destroy();
    }
    far.on("error", () => far.destroy());
    carry(near, far, own);
    carry(far, near, own);
  }

  function carry(from: Socket, to: Socket, own: LineState): void {
    let last: Promise<void> = Promise.resolve();
    const later = (act: () => void): void => {
      const dueMs = world.clock.monotonicMs() + own.delayMs;
      last = last.then(async () => {
        const earlyMs = dueMs - world.clock.monotonicMs();
        if (earlyMs > 0) await sleep(world.clock, earlyMs);
        await own.opened;
        act();
      });
    };
    from.on("data", (bytes) => later(() => to.writable && to.write(bytes)));
    from.once("end", () => later(() => to.end()));
    from.once("close", () => later(() => to.destroy()));
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => void take(near));
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    line,
    async close() {
      server.close();
      for (const { sockets } of lines.values()) for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

function newLine(): LineState {
  let open: (() => void) | null = null;
  const state: LineState = {
    delayMs: 0,
    isBroken: false,
    opened: Promise.resolve(),
    sockets: new Set(),
    setDelay(ms) {
      state.delayMs = ms;
    },
    setSilent(isSilent) {
      open?.();
      open = null;
      if (!isSilent) return;
      state.opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    setBroken(isBroken) {
      state.isBroken = isBroken;
      if (isBroken) for (const socket of state.sockets) socket.destroy();
    },
  };
  return state;
}

const plain = (address: string | undefined): string => (address ?? "").replace(/^::ffff:/, "");
