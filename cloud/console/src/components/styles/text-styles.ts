import { css } from "lit";

/** Text, headings, the head of a page, cards. */
export const textStyles = css`
  * {
    box-sizing: border-box;
  }
  :host {
    display: block;
    font-size: var(--text);
    line-height: 1.45;
  }
  h1 {
    font-size: var(--text-title);
    font-weight: 750;
    line-height: 1.2;
    margin: 0;
    letter-spacing: -0.015em;
  }
  h2 {
    font-size: var(--text-heading);
    margin: 0;
  }
  p {
    margin: 0;
  }
  a {
    color: var(--brand);
  }
  .soft {
    color: var(--ink-soft);
  }
  .mono {
    font-family: var(--mono);
    font-size: 0.92em;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .nowrap {
    white-space: nowrap;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem;
    margin-bottom: 1rem;
  }
  .head > a:not(.button) {
    order: -1;
    flex-basis: 100%;
    margin-bottom: -0.5rem;
    font-size: 0.92rem;
    font-weight: 600;
    text-decoration: none;
  }
  .head > a:not(.button)::before {
    content: "‹ " / "";
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
  }
  .pad {
    padding: var(--card-space);
  }
`;
