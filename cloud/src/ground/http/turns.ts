/**
 * How much of the database one tenant has at once. Who attacks: a tenant's person, or a program of theirs, that sends slow searches and exports until
 * they hold all connections, so that nobody else's request is answered. So each tenant has a few transactions at a time, the rest of its requests wait
 * in a line of its own, and in that line who has the fewest under way is next: a program does not keep its colleagues waiting either. A request that
 * waits for a router or a payment channel holds no turn meanwhile. Per process, as `rate-limit.ts`.
 */
import { refusal } from "./problem.ts";

export interface TurnLimits {
  /** Transactions of one tenant at once. */
  readonly atOnce: number;
  /** Requests of one tenant that may wait, and of one of its people: a page of the console asks for some ten things at once. */
  readonly waiting: number;
  readonly waitingOfOne: number;
}

/** Of the ten connections: two tenants that keep theirs busy leave some. */
export const defaultTurns: TurnLimits = { atOnce: 4, waiting: 400, waitingOfOne: 100 };

export interface Asks {
  readonly tenant: string;
  readonly person: string;
  /** It changes nothing: it may wait between two of its transactions. */
  readonly isReading: boolean;
  /** Calls back when who asked has gone. */
  onGone(leave: () => void): void;
  /** Before the request's first work, where that waited. Throws: nothing is begun. */
  afterWait?(): Promise<void>;
}

/**
 * The work of one request, in turn. Throws what it throws, and a Problem 429 "too-many-tries" where the line is full.
 * @param isUrgent it holds something meanwhile for which other tenants wait: it is next
 */
export type InTurn = <T>(work: () => Promise<T>, isUrgent?: boolean) => Promise<T>;

interface Waiting {
  readonly person: string;
  /** Its request has had a turn, and what it began (a prompt on a phone) must get into the books; or others wait for it. */
  readonly isUrgent: boolean;
  start(): void;
}

interface Line {
  /** Transactions under way, by person. */
  readonly underWay: Map<string, number>;
  readonly waiting: Waiting[];
}

const comeAgainS = 2;

export function createTurns(limits: TurnLimits): (asks: Asks) => InTurn {
  const lines = new Map<string, Line>();

  const count = ({ underWay }: Line) => [...underWay.values()].reduce((sum, one) => sum + one, 0);
  const of = ({ underWay }: Line, person: string) => underWay.get(person) ?? 0;

  function take(line: Line, person: string, by: 1 | -1): void {
    const left = of(line, person) + by;
    if (left > 0) line.underWay.set(person, left);
    else line.underWay.delete(person);
  }

  function next(tenant: string, line: Line): void {
    while (line.waiting.length > 0 && count(line) < limits.atOnce) {
      const rank = ({ isUrgent, person }: Waiting) => (isUrgent ? -1 : of(line, person));
      const first = line.waiting.reduce((best, one) => (rank(one) < rank(best) ? one : best));
      line.waiting.splice(line.waiting.indexOf(first), 1);
      take(line, first.person, 1);
      first.start();
    }
    if (line.waiting.length === 0 && line.underWay.size === 0) lines.delete(tenant);
  }

  const isFull = ({ waiting }: Line, asked: string) =>
    waiting.length >= limits.waiting || waiting.filter(({ person }) => person === asked).length >= limits.waitingOfOne;

  /** `hasBegun`: its request has had a turn, so it is refused no more. */
  function turnOf(
    { tenant, person, onGone }: Asks,
    { isUrgent, hasBegun }: { isUrgent: boolean; hasBegun: boolean },
  ): Promise<{ end: () => void; hasWaited: boolean }> {
    const line: Line = lines.get(tenant) ?? { underWay: new Map(), waiting: [] };
    lines.set(tenant, line);
    const end = () => {
      take(line, person, -1);
      next(tenant, line);
    };
    return new Promise((resolve, reject) => {
      const refuse = () => reject(refusal("too-many-tries", { retryAfterSeconds: comeAgainS }));
      let hasWaited = false;
      const one = { person, isUrgent, start: () => resolve({ end, hasWaited }) };
      if (!isUrgent && !hasBegun && count(line) >= limits.atOnce && isFull(line, person)) return refuse();
      line.waiting.push(one);
      next(tenant, line);
      hasWaited = true;
      if (isUrgent || !line.waiting.includes(one)) return;
      onGone(() => {
        const at = line.waiting.indexOf(one);
        if (at < 0) return;
        line.waiting.splice(at, 1);
        refuse();
      });
    });
  }

  return (asks) => {
    let [open, hasBegun] = [0, false];
    return async (work, mustGoOn = false) => {
      const isUrgent = mustGoOn || (hasBegun && !asks.isReading);
      // A transaction inside another one would wait for a turn that its own request holds.
      const turn = open > 0 ? null : await turnOf(asks, { isUrgent, hasBegun });
      const isToAsk = turn?.hasWaited === true && !hasBegun;
      open += 1;
      hasBegun = true;
      try {
        if (isToAsk) await asks.afterWait?.();
        return await work();
      } finally {
        open -= 1;
        turn?.end();
      }
    };
  };
}
