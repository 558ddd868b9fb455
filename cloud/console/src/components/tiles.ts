import { css, html, nothing, type TemplateResult } from "lit";
import { sparkLine, sparkStyles } from "./charts/spark-line.ts";

/** How a figure differs from an earlier one: the sentence, and whether that is good news. */
export interface Difference {
  readonly text: string;
  readonly way: "up" | "down" | "same";
  readonly tone: "good" | "bad" | "none";
}

interface TileMore {
  readonly attention?: boolean;
  /** Leads to the details. */
  readonly href?: string | null;
  readonly difference?: Difference | null;
  /** The way to the figure, oldest first. */
  readonly curve?: readonly (number | null)[];
}

const arrows: Record<Difference["way"], string> = { up: "▲", down: "▼", same: "=" };

/** A figure with its label above and a note below; null: not known yet. */
export function tile(
  label: string,
  figure: string | null,
  note = "",
  { attention = false, href = null, difference = null, curve }: TileMore = {},
): TemplateResult {
  const kind = `tile card pad ${attention ? "attention" : ""}`;
  const inside = html`<span class="soft">${label}</span>
    <strong aria-busy=${figure === null}>${figure ?? "…"}</strong>
    ${difference === null ? nothing : html`<span class="difference ${difference.tone}"><span aria-hidden="true">${arrows[difference.way]}</span> ${difference.text}</span>`}
    <span class="soft">${note}</span> ${curve === undefined ? nothing : sparkLine(curve)}`;
  return href === null ? html`<div class=${kind}>${inside}</div>` : html`<a class=${kind} href=${href}>${inside}</a>`;
}

export const tileStyles = css`
  ${sparkStyles}
  .tile:has(.spark) {
    display: flex;
    flex-direction: column;
  }
  .difference {
    display: block;
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink-soft);
  }
  .difference.good {
    color: var(--good);
  }
  .difference.bad {
    color: var(--bad);
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
    gap: 0.9rem;
    margin-bottom: 1rem;
  }
  .tile {
    overflow-wrap: anywhere;
    container-type: inline-size;
  }
  /* The longest words of Swahili fit into half of a small phone. */
  .tile .soft {
    font-size: clamp(0.75rem, 10.5cqi, 1em);
  }
  .tile strong {
    display: block;
    font-size: clamp(1.25rem, 14cqi, var(--text-figure));
    font-weight: 800;
    line-height: 1.2;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  a.tile {
    color: inherit;
    text-decoration: none;
  }
  a.tile:hover {
    border-color: var(--brand);
  }
  .tile.attention strong {
    color: var(--warn);
  }
  @media (max-width: 519px) {
    .tiles {
      grid-template-columns: 1fr 1fr;
    }
    /* No hole beside an odd one. */
    .tiles > :last-child:nth-child(odd) {
      grid-column: 1 / -1;
    }
    .tile.pad {
      padding: 0.8rem 0.9rem;
    }
  }
`;
