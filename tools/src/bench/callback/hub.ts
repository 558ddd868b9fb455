/** The hub under load, as a child process: `hub-process.ts`. It makes its purchases, says where their callbacks go, and counts. */
import { fork } from "node:child_process";
import { join } from "node:path";

export interface CallbackHub {
  readonly callbacks: readonly { readonly url: string; readonly body: string }[];
  /** @param afterMs asked for this much later */
  state(afterMs?: number): Promise<{ paid: number; ledgerCents: number }>;
  /** From a callback's arrival to its booking, of all that are booked; and bookings in a second, from the first to the last. */
  waits(): Promise<Readonly<Record<"p50Ms" | "p99Ms" | "maxMs" | "bookedPerSecond", number>>>;
  stop(): Promise<void>;
}

export interface CallbackJob {
  readonly databaseUrl: string | null;
  /** Of the embedded engine. */
  readonly dataDir: string | null;
  readonly count: number;
  /** Over how many providers they are spread. */
  readonly providers: number;
}

export async function startCallbackHub(job: CallbackJob): Promise<CallbackHub> {
  const child = fork(join(import.meta.dirname, "hub-process.ts"), [JSON.stringify(job)], { stdio: "inherit" });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}`)));
  });
  ended.catch(() => {}); // who waits for an answer hears of it
  const next = () => {
    const told = new Promise<Record<string, unknown>>((resolve) => {
      child.once("message", (message) => resolve(message as Record<string, unknown>));
    });
    return Promise.race([told, ended]);
  };
  const { callbacks } = (await next()) as unknown as Pick<CallbackHub, "callbacks">;
  return {
    callbacks,
    async state(afterMs = 0) {
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.send("state");
      return (await next()) as unknown as { paid: number; ledgerCents: number };
    },
    async waits() {
      child.send("waits");
      return (await next()) as unknown as Awaited<ReturnType<CallbackHub["waits"]>>;
    },
    async stop() {
      child.kill("SIGKILL");
      await ended.catch(() => {});
    },
  };
}
