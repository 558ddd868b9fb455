/** How long one list takes, asked by many providers in turn in every way that it can be asked. */
import type { Client } from "./client.ts";
import { pathOf, type Question } from "./paths.ts";

/** First pages per question, one from each asker in turn. */
const requestsEach = 40;
/** Pages read on by cursor: of a list as it is, by two askers; of each other question, by one. */
const deepPages = { plain: 45, asked: 10 };
const goalMs = 100;

/** One figure over all questions to a list, and the slowest question by itself. */
export async function measureList(
  client: Client,
  questions: readonly Question[],
  tokens: readonly string[],
): Promise<object> {
  const firstRows: unknown[][] = [];
  const plain = questions[0] as Question;
  for (const token of tokens) firstRows.push((await client.get(pathOf(plain, []), token)).items ?? []);
  const all = new Times();
  const slowest = { words: "", p99Ms: 0, maxMs: 0 };
  for (const question of questions) {
    const times = new Times();
    const of = (at: number) => pathOf(question, firstRows[at] as []);
    for (let count = 0; count < requestsEach; count++) {
      const at = count % tokens.length;
      await times.of(() => client.get(of(at), tokens[at] as string));
    }
    const isPlain = question === plain;
    for (const [at, token] of tokens.slice(0, isPlain ? 2 : 1).entries()) {
      let { nextCursor } = await client.get(of(at), token);
      for (let page = 0; page < deepPages[isPlain ? "plain" : "asked"] && typeof nextCursor === "string"; page++)
        ({ nextCursor } = await times.of(() => client.get(`${of(at)}&cursor=${nextCursor}`, token)));
    }
    const { p99Ms, maxMs } = times.figures();
    if (p99Ms >= slowest.p99Ms) Object.assign(slowest, { words: question.words, p99Ms, maxMs });
    all.add(times);
  }
  return { name: plain.list, questions: questions.length, ...all.figures(), slowest, goalP99Ms: goalMs, unit: "ms" };
}

export class Times {
  readonly #ms: number[] = [];

  add(other: Times): void {
    this.#ms.push(...other.#ms);
  }

  async of<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    const result = await work();
    this.#ms.push(performance.now() - startedMs);
    return result;
  }

  figures(): { p50Ms: number; p99Ms: number; maxMs: number; requests: number } {
    const sorted = this.#ms.toSorted((one, other) => one - other);
    const at = (part: number) =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10;
    return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), requests: sorted.length };
  }
}
