/** Prometheus' text format, version 0.0.4: a few lines, so no library on the router. */
export interface Metric {
  /** `karibu_…`, snake case, with the unit at the end. */
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** One figure without labels. */
export function metric(kind: Metric["kind"], name: string, help: string, value: number): Metric {
  return { name, help, kind, samples: [{ value }] };
}

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

export function renderMetrics(metrics: readonly Metric[]): string {
  const lines: string[] = [];
  for (const metric of metrics) {
    lines.push(`# HELP ${metric.name} ${metric.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`);
    lines.push(`# TYPE ${metric.name} ${metric.kind}`);
    for (const sample of metric.samples)
      lines.push(`${metric.name}${renderLabels(sample.labels ?? {})} ${sample.value}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Counts by a few labels. Labels come from a small fixed set, never from a client. */
export interface LabelledCounter {
  add(labels: Record<string, string>): void;
  metric(): Metric;
}

export function createLabelledCounter(name: string, help: string): LabelledCounter {
  const counts = new Map<string, { labels: Record<string, string>; value: number }>();
  return {
    add(labels) {
      const key = JSON.stringify(labels);
      const entry = counts.get(key);
      if (entry) entry.value++;
      else counts.set(key, { labels, value: 1 });
    },
    metric: () => ({ name, help, kind: "counter", samples: [...counts.values()] }),
  };
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
