import { Counter, Gauge, type Registry } from "prom-client";

/** A metric whose value is read somewhere else at each scrape. */
export interface ReadFigure {
  set(value: number): void;
  set(labels: Readonly<Record<string, string | number>>, value: number): void;
  /** Forgets the series of the last scrape. */
  reset(): void;
}

/** What ends with `_total` only grows and is a counter; anything else is a gauge. */
export function addReadFigure(
  registry: Registry,
  named: { readonly name: string; readonly help: string; readonly labelNames?: readonly string[] },
  collect: (figure: ReadFigure) => Promise<void> | void,
): void {
  const made = { ...named, labelNames: [...(named.labelNames ?? [])], registers: [registry] };
  if (!named.name.endsWith("_total")) {
    const gauge: Gauge = new Gauge({ ...made, collect: async (): Promise<void> => collect(gauge) });
    return;
  }
  const counter: Counter = new Counter({ ...made, collect: async (): Promise<void> => collect(figure) });
  const figure: ReadFigure = {
    reset: () => counter.reset(),
    set(one: number | Readonly<Record<string, string | number>>, value?: number) {
      if (typeof one === "number") counter.inc(one);
      else counter.inc(one, value as number);
    },
  };
}
