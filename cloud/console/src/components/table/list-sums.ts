/** What the rows of all pages add up to, with the filters that are set: one line for each currency. */
import { html, nothing } from "lit";
import type { Sum } from "../../hub/api.ts";
import type { Strings } from "../../strings/en.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

export type SumName = Exclude<keyof Sum, "currency">;
/** What a list calls its sums, in the order of the line. The first one always stands there, others where there is some. */
export type SumWords = readonly (readonly [name: SumName, word: keyof Strings])[];

interface Counted {
  readonly rows: readonly unknown[] | null;
  readonly count: { readonly isMore: boolean; readonly sums?: readonly Sum[] | undefined } | null;
}

export function listSums({ rows, count }: Counted, words: SumWords) {
  if (rows === null || count === null) return nothing;
  if (count.isMore) return html`<p class="soft panel sums" role="status">${say("sumsTooMany")}</p>`;
  if (count.sums === undefined || count.sums.length === 0) return nothing;
  return html`<div class="panel sums" role="status">
    ${count.sums.map((sum) => {
      // Where all is proved, nothing has to be told apart.
      const isApart = (name: SumName) => name !== "provedCents" || (sum.pendingCents ?? 0) !== 0;
      const parts = words.filter(([name], at) => at === 0 || ((sum[name] ?? 0) !== 0 && isApart(name)));
      return html`<p class="row">
        ${parts.map(
          ([name, word]) =>
            html`<span>${say(word)}: <strong class="number nowrap">${money(sum[name] ?? 0, sum.currency)}</strong></span>`,
        )}
      </p>`;
    })}
  </div>`;
}
