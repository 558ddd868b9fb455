/**
 * Values that say when they change, and what follows from them. A library's would do the same in five times the bytes, and every phone waits for
 * these before it sees a package.
 */

export interface ReadonlySignal<T> {
  /** Read in `computed` or `effect`, it is followed from then on. */
  readonly value: T;
  /** The value, without following it. */
  peek(): T;
}

export interface Signal<T> extends ReadonlySignal<T> {
  value: T;
}

interface Source {
  peek(): unknown;
  /** Told when the value may have changed. */
  readonly followers: Set<() => void>;
}

/** What the code that runs now has read, with the values that it saw. Null: nobody wants to know. */
let reading: Map<Source, unknown> | null = null;

/** Notes what some work reads. `told`: one of that may have changed. */
function createReader(told: () => void) {
  let seen = new Map<Source, unknown>();
  return {
    isOutdated: () => [...seen].some(([source, value]) => source.peek() !== value),
    read<T>(work: () => T): T {
      for (const source of seen.keys()) source.followers.delete(told);
      const outer = reading;
      reading = seen = new Map();
      try {
        return work();
      } finally {
        reading = outer;
        for (const source of seen.keys()) source.followers.add(told);
      }
    },
  };
}

const tellAll = (followers: Source["followers"]) => {
  for (const tell of [...followers]) tell();
};

export function signal<T>(first: T): Signal<T> {
  let current = first;
  const source = { peek: () => current, followers: new Set<() => void>() };
  return {
    peek: source.peek,
    get value() {
      reading?.set(source, current);
      return current;
    },
    set value(next) {
      if (next === current) return;
      current = next;
      tellAll(source.followers);
    },
  };
}

/** What follows from signals. It is worked out when somebody reads it, and again only when one of these has changed. */
export function computed<T>(work: () => T): ReadonlySignal<T> {
  let known: { readonly value: T } | null = null;
  const followers = new Set<() => void>();
  const reader = createReader(() => tellAll(followers));
  const peek = () => {
    if (known === null || reader.isOutdated()) known = { value: reader.read(work) };
    return known.value;
  };
  const source = { peek, followers };
  return {
    peek,
    get value() {
      const value = peek();
      reading?.set(source, value);
      return value;
    },
  };
}

/** Does something now, and again whenever a signal that it read has changed. What `work` returns is done before the next time. @returns what ends it */
export function effect(work: () => unknown): () => void {
  let cleanUp: unknown;
  const reader = createReader(() => {
    if (reader.isOutdated()) run(work);
  });
  run(work);
  return () => run(() => undefined);

  function run(next: () => unknown): void {
    if (typeof cleanUp === "function") cleanUp();
    cleanUp = reader.read(next);
  }
}
