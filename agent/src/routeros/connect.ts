/** Returns a logged-in connection, which all callers share. After a refusal it waits before the next attempt. */
import { Fault } from "@karibu/protocol/fault";
import type { Timer, World } from "@karibu/protocol/world";
import { type ApiConnection, createApiConnection, timeOut } from "./api-connection.ts";
import type { WordsAs } from "./api-sentence.ts";
import { type ApiDial, type ApiSocket, RouterTrap } from "./router-api.ts";

export interface Connector {
  /** Rejects at once for a while after a failure. */
  connection(): Promise<ApiConnection>;
  state(): "idle" | "connecting" | "connected" | "away";
  close(): void;
}

export interface ConnectorOptions {
  readonly user: string;
  /** In the order in which they are tried: while a password changes, the router takes one of two. */
  readonly passwords: () => readonly string[];
  readonly connectTimeoutMs: number;
  readonly logInTimeoutMs: number;
  /** A connection that is unused for this long is closed. */
  readonly idleMs: number;
  readonly wordsAs?: WordsAs;
}

const firstPauseMs = 250;
const pauseMsMax = 30_000;

/** Doubles with every failure in a row. Half of it is random, so that many agents don't connect at once. */
export function pauseAfterMs(failures: number, chance: number): number {
  const wholeMs = Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(wholeMs / 2 + (wholeMs / 2) * chance);
}

export function createConnector(world: World, dial: ApiDial, options: ConnectorOptions): Connector {
  let current: ApiConnection | null = null;
  let opening: Promise<ApiConnection> | null = null;
  let failures = 0;
  let notBeforeMs = 0;
  let lastFault: Fault | null = null;
  let idleTimer: Timer | null = null;
  let closed = false;

  function watchIdle(connection: ApiConnection) {
    idleTimer?.cancel();
    idleTimer = world.clock.after(options.idleMs, () => connection.close("unused"));
  }

  async function open(): Promise<ApiConnection> {
    const passwords = options.passwords();
    for (const [index, password] of passwords.entries()) {
      try {
        return await openWith(password);
      } catch (error) {
        const isRefused = error instanceof Fault && error.code === "router-api/log-in";
        if (!isRefused || index === passwords.length - 1) throw error;
      }
    }
    throw new Error("there is no password to log in with");
  }

  async function openWith(password: string): Promise<ApiConnection> {
    const socket = await dialInTime();
    const ended = (why: string) => {
      if (current === connection) current = null;
      world.log.info("router-api-ended", { why });
    };
    const connection = createApiConnection(world, socket, ended, options.wordsAs);
    try {
      const logIn = ["/login", `=name=${options.user}`, `=password=${password}`];
      await connection.send(logIn, options.logInTimeoutMs);
    } catch (error) {
      connection.close("log-in failed");
      throw error instanceof RouterTrap ? logInFault(error) : error;
    }
    if (closed) {
      connection.close("closed");
      throw closedFault();
    }
    current = connection;
    return connection;
  }

  function dialInTime(): Promise<ApiSocket> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = world.clock.after(options.connectTimeoutMs, () => {
        late = true;
        reject(timeOut());
      });
      dial().then(
        (socket) => {
          timer.cancel();
          if (late) socket.destroy();
          else resolve(socket);
        },
        (error: unknown) => {
          timer.cancel();
          reject(error);
        },
      );
    });
  }

  return {
    state: () => (current ? "connected" : opening ? "connecting" : failures > 0 ? "away" : "idle"),
    close() {
      closed = true;
      idleTimer?.cancel();
      current?.close("closed");
    },
    async connection() {
      if (closed) throw closedFault();
      if (current?.open) {
        watchIdle(current);
        return current;
      }
      if (!opening && lastFault && world.clock.monotonicMs() < notBeforeMs) throw lastFault;
      opening ??= open()
        .catch((error: unknown) => {
          throw error instanceof Fault ? error : unreachable(error);
        })
        .finally(() => {
          opening = null;
        });
      try {
        const connection = await opening;
        failures = 0;
        lastFault = null;
        watchIdle(connection);
        return connection;
      } catch (error) {
        throw remember(error);
      }
    },
  };

  /** Several callers can wait for one attempt. It counts once. */
  function remember(error: unknown): unknown {
    if (!(error instanceof Fault) || error === lastFault || error.code === "router-api/closed") return error;
    lastFault = error;
    failures++;
    const chance = (world.random.bytes(1)[0] ?? 0) / 256;
    notBeforeMs = world.clock.monotonicMs() + pauseAfterMs(failures, chance);
    world.log.warn("router-api-unreachable", { code: error.code, message: error.message, failures });
    return error;
  }
}

const logInFault = (trap: RouterTrap) =>
  new Fault("router-api/log-in", `the router refused the log-in: ${trap.message}`, {
    retry: "later",
    hint: "Check the API user, its password, and that it may connect from here.",
  });
const closedFault = () => new Fault("router-api/closed", "the router client was closed", { retry: "never" });
const unreachable = (error: unknown) =>
  new Fault(
    "router-api/unreachable",
    `no connection to the router: ${error instanceof Error ? error.message : String(error)}`,
    { retry: "later" },
    error,
  );
