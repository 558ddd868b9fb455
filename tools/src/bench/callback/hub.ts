/** The hub under load, as a child process: `hub-process.ts`. It makes its purchases, says where their callbacks go, and answers what it is asked. */
import { fork } from "node:child_process";
import { join } from "node:path";
import type { PurchaseOrder, StartedPurchases } from "./start-purchases.ts";
import type { Statements } from "./statements.ts";
import type { BookedState, Booking } from "./what-is-booked.ts";

export interface Callback {
  readonly purchaseId: string;
  readonly url: string;
  readonly body: string;
}

export type Asked =
  | {
      readonly kind:
        | "state"
        | "bookings"
        | "statements"
        | "forget-statements"
        | "close-gate"
        | "open-gate"
        | "keep-held";
    }
  | ({ readonly kind: "start-purchases" } & PurchaseOrder);

export interface CallbackHub {
  readonly processId: number;
  readonly callbacks: readonly Callback[];
  state(): Promise<BookedState>;
  bookings(): Promise<readonly Booking[]>;
  /** Since they were forgotten last. Null: nobody counts. */
  statements(): Promise<Statements | null>;
  forgetStatements(): Promise<void>;
  /** From now on the booker waits. */
  closeGate(): Promise<void>;
  /** Payments that wait for the booker go on waiting for it. */
  keepHeld(): Promise<void>;
  /** @returns when, by the hub's clock */
  openGate(): Promise<number>;
  startPurchases(order: PurchaseOrder): Promise<StartedPurchases>;
  stop(): Promise<void>;
}

export interface CallbackJob {
  readonly databaseUrl: string | null;
  /** Of the embedded engine. */
  readonly dataDir: string | null;
  readonly count: number;
  /** Over how many providers they are spread. */
  readonly providers: number;
  /** The simulated gateway that takes the messages about sales. Null: none is sent. */
  readonly smsUrl: string | null;
}

export async function startCallbackHub(job: CallbackJob): Promise<CallbackHub> {
  const child = fork(join(import.meta.dirname, "hub-process.ts"), [JSON.stringify(job)], { stdio: "inherit" });
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let orders = 0;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      for (const each of open.values()) each.reject(new Error(`the hub ended with ${code}`));
      resolve();
    });
  });
  child.on("message", ({ id, answer }: { id: number; answer: unknown }) => {
    open.get(id)?.resolve(answer);
    open.delete(id);
  });
  const wait = <Answer>(id: number) => {
    const deferred = Promise.withResolvers<unknown>();
    open.set(id, deferred);
    return deferred.promise as Promise<Answer>;
  };
  const ask = <Answer>(asked: Asked) => {
    const id = ++orders;
    const answer = wait<Answer>(id);
    child.send({ ...asked, id });
    return answer;
  };
  const callbacks = await wait<readonly Callback[]>(0);
  return {
    processId: child.pid as number,
    callbacks,
    state: () => ask({ kind: "state" }),
    bookings: () => ask({ kind: "bookings" }),
    statements: () => ask({ kind: "statements" }),
    forgetStatements: () => ask({ kind: "forget-statements" }),
    closeGate: () => ask({ kind: "close-gate" }),
    keepHeld: () => ask({ kind: "keep-held" }),
    openGate: () => ask({ kind: "open-gate" }),
    startPurchases: (order) => ask({ kind: "start-purchases", ...order }),
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
