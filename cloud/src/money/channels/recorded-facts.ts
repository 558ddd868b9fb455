/**
 * What a channel really sends, against what its documents leave open. The first week of a short code answers it: the facts are stored anyway,
 * and are read for it when somebody looks. Answers name forms, keys and times, never a payer.
 */

/** One stored fact of a channel, opened. */
export interface RecordedFact {
  readonly source: string;
  readonly body: string;
  readonly receivedAtMs: number;
  readonly remoteAddress: string | null;
  /** The purchase that it is about; null: none is known. */
  readonly purchaseId: string | null;
  /** When the same came again, word for word, the first time. Null: it did not. */
  readonly againAtMs: number | null;
}

/** One thing that was seen: how often, and when first and last. */
export interface Seen {
  readonly answer: string;
  readonly times: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface Finding {
  /** Kebab case; the console has the words. */
  readonly question: string;
  /** What the documents say; null: nothing. */
  readonly documented: string | null;
  /** The most frequent first. Empty: no fact answers it yet. */
  readonly seen: readonly Seen[];
  /** Something was seen that the documents do not say. */
  readonly differs: boolean;
}

/** Of one source: the names of the fields that documents list, nested ones with dots. */
export interface DocumentedKeys {
  readonly always: readonly string[];
  /** Not in every body: a failure has no amount. */
  readonly sometimes: readonly string[];
}

/** What documents say about the bodies of one channel, and questions of its own. */
export interface RecordedQuestions {
  readonly documentedKeys: Readonly<Record<string, DocumentedKeys>>;
  /** Questions that only its folder can answer. */
  readonly ask: (facts: readonly RecordedFact[]) => Finding[];
}

export interface Answer {
  readonly answer: string;
  readonly atMs: number;
}

/** Counts equal answers. `documented`: the answers that documents name; null: they name none, so that nothing differs. */
export function finding(question: string, documented: readonly string[] | null, answers: readonly Answer[]): Finding {
  const seen = [...Map.groupBy(answers, ({ answer }) => answer)].map(([answer, all]) => ({
    answer,
    times: all.length,
    firstAtMs: Math.min(...all.map(({ atMs }) => atMs)),
    lastAtMs: Math.max(...all.map(({ atMs }) => atMs)),
  }));
  seen.sort((a, b) => b.times - a.times || (a.answer < b.answer ? -1 : 1));
  return {
    question,
    documented: documented?.join(", ") ?? null,
    seen: seen.slice(0, answersMax),
    differs: documented !== null && seen.some(({ answer }) => !documented.includes(answer)),
  };
}

/** Of one question: a stranger who makes up keys must not fill the page. */
const answersMax = 20;

const spans = [
  [10_000, "10 s"],
  [60_000, "1 min"],
  [300_000, "5 min"],
  [900_000, "15 min"],
  [3_600_000, "1 h"],
  [86_400_000, "1 day"],
] as const;

/** A time in coarse words: the least of `10 s`, `1 min` and so on that it fits in. */
export function within(ms: number): string {
  return spans.find(([most]) => ms <= most)?.[1] ?? "more than 1 day";
}
