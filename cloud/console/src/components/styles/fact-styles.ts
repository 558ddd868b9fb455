import { css } from "lit";

/** What a card tells: pairs of name and value, figures, notices, the shape of what is still being read. */
export const factStyles = css`
  dl.facts {
    display: grid;
    grid-template-columns: fit-content(55%) minmax(min-content, 1fr);
    gap: 0.55rem 1.2rem;
    margin: 0.9rem 0 0;
    max-width: 560px;
  }
  dl.facts dt {
    color: var(--ink-soft);
  }
  dl.facts dd {
    margin: 0;
    text-align: right;
    overflow-wrap: anywhere;
  }
  @media (min-width: 720px) {
    .panel > dl.facts {
      grid-template-columns: fit-content(40%) minmax(0, 1fr);
      column-gap: 2.4rem;
      max-width: none;
    }
    .panel > dl.facts dd {
      text-align: left;
    }
  }
  .two {
    display: grid;
    gap: 1rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr));
    margin-bottom: 1rem;
    align-items: start;
  }
  .two > * {
    min-width: 0;
  }
  /* A word of a badge is never divided: the column grows to it. */
  dd .badge {
    white-space: normal;
    overflow-wrap: break-word;
  }
  .big {
    font-size: var(--text-big);
    font-weight: 800;
    letter-spacing: -0.02em;
    line-height: 1.2;
    font-variant-numeric: tabular-nums;
  }
  .notice {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
    padding: 0.35rem 0.5rem 0.35rem 1rem;
    margin-bottom: 1rem;
    border-radius: 12px;
    overflow-wrap: anywhere;
  }
  .notice.good {
    background: var(--good-wash);
    color: var(--good);
  }
  .notice.bad {
    background: var(--bad-wash);
    color: var(--bad);
  }
  .notice button {
    color: inherit;
  }
  .bone {
    height: 1em;
    margin: 0.5rem 0;
    border-radius: 6px;
    background: var(--line);
    animation: breathe 1.4s ease-in-out infinite;
  }
  @keyframes breathe {
    50% {
      opacity: 0.4;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
  }
`;
