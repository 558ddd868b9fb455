/**
 * Whose file is read next. Who attacks: one provider's people, or a program of theirs, that sends file after file so that nobody else's is read, or so
 * that what waits fills the hub's memory. So two files are read at once, never two of one provider; providers take turns, the one that was served
 * longest ago first; and the line is short: where it is full, who waits with several gives way to who has none.
 */

export interface TurnLimits {
  readonly atOnce: number;
  readonly all: number;
  readonly perProvider: number;
  readonly waitingBytes: number;
}

export type Turn<Read> = { readonly kind: "read"; readonly read: Read } | { readonly kind: "line-full" };

interface Waiting {
  readonly providerId: string;
  readonly bytes: number;
  start(): void;
  refuse(): void;
}

export type ReadingTurns = <Read>(
  from: { readonly providerId: string; readonly bytes: number },
  read: () => Promise<Read>,
) => Promise<Turn<Read>>;

export function createReadingTurns(limits: TurnLimits): ReadingTurns {
  const reading = new Set<string>();
  const line: Waiting[] = [];
  /** Providers that were served, the latest last. No longer than the providers whose files wait. */
  let served: string[] = [];

  const inLine = (providerId: string) => line.filter((one) => one.providerId === providerId).length;
  const isReading = (providerId: string) => (reading.has(providerId) ? 1 : 0);

  /** The last of the provider that waits with the most, where that is more than one. */
  function greediest(): Waiting | null {
    const most = line.reduce((sum, { providerId }) => Math.max(sum, inLine(providerId)), 0);
    return most < 2 ? null : (line.findLast(({ providerId }) => inLine(providerId) === most) ?? null);
  }

  function admits({ providerId, bytes }: { providerId: string; bytes: number }): boolean {
    if (inLine(providerId) + isReading(providerId) >= limits.perProvider) return false;
    const isFull = () =>
      line.length + reading.size >= limits.all ||
      (line.length > 0 && line.reduce((sum, one) => sum + one.bytes, bytes) > limits.waitingBytes);
    while (isFull()) {
      const other = inLine(providerId) === 0 ? greediest() : null;
      if (other === null) return false;
      line.splice(line.indexOf(other), 1);
      other.refuse();
    }
    return true;
  }

  function next(): void {
    while (reading.size < limits.atOnce) {
      const free = line.filter(({ providerId }) => !reading.has(providerId));
      const rank = ({ providerId }: Waiting) => served.lastIndexOf(providerId);
      const [first] = free.toSorted((one, other) => rank(one) - rank(other));
      if (first === undefined) return;
      line.splice(line.indexOf(first), 1);
      reading.add(first.providerId);
      served = [...served.filter((one) => one !== first.providerId && inLine(one) > 0), first.providerId];
      first.start();
    }
  }

  return (from, read) =>
    new Promise((resolve, reject) => {
      if (!admits(from)) return resolve({ kind: "line-full" });
      const start = () => {
        read()
          .then((done) => resolve({ kind: "read", read: done }), reject)
          .finally(() => {
            reading.delete(from.providerId);
            next();
          });
      };
      line.push({ ...from, start, refuse: () => resolve({ kind: "line-full" }) });
      next();
    });
}
