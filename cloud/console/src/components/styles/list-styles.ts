import { css } from "lit";

/** What stands around a list: filters, chips, badges, buttons in a row, breadcrumbs. */
export const listStyles = css`
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    margin-bottom: 1rem;
    align-items: end;
  }
  .filters label {
    flex: 1 1 140px;
  }
  @media (min-width: 720px) {
    .filters label {
      max-width: 320px;
    }
  }
  /* A mouse needs less: the rows are what one came for. */
  @media (min-width: 1100px) and (pointer: fine) {
    .filters {
      --control: 36px;
      gap: 0.5rem 0.6rem;
      margin-bottom: 0.6rem;
    }
    .filters label {
      font-size: var(--text-small);
    }
  }
  .narrowing {
    container-type: inline-size;
  }
  .folded {
    display: contents;
  }
  .filters .unfold {
    display: none;
  }
  /* A phone, or a list beside an open thing: the rows are what one came for, so all but the search folds away. */
  @container (max-width: 560px) {
    .filters .unfold {
      display: inline-flex;
    }
    .folded {
      display: none;
    }
    .folded.open {
      display: flex;
      flex: 1 1 100%;
      flex-wrap: wrap;
      gap: inherit;
      align-items: end;
    }
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin: -0.25rem 0 1rem;
  }
  button.chip {
    min-height: 36px;
    padding: 0 0.8rem;
    border-radius: var(--radius-pill);
    border-color: var(--line);
    background: var(--sun-wash);
    font-weight: 600;
    text-align: left;
    overflow-wrap: anywhere;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    padding: 0.15rem 0.6rem;
    border-radius: 999px;
    font-size: 0.85em;
    font-weight: 600;
    white-space: nowrap;
    background: var(--well);
    color: var(--ink-soft);
    border: 1px solid var(--line);
  }
  /* A sentence that stands alone as a badge is wider than a phone: it wraps, and the page does not scroll sideways. */
  p.badge {
    border-radius: 0.9rem;
    white-space: normal;
    overflow-wrap: break-word;
  }
  .badge.good {
    background: var(--good-wash);
    color: var(--good);
    border-color: transparent;
  }
  .badge.warn {
    background: var(--warn-wash);
    color: var(--warn);
    border-color: transparent;
  }
  .badge.bad {
    background: var(--bad-wash);
    color: var(--bad);
    border-color: transparent;
  }
  .below {
    margin-top: 1rem;
  }
  .panel {
    margin-bottom: 1rem;
  }
  /* As wide as its fields: one reads down. */
  .form-card {
    max-width: 40rem;
  }
  .sums.panel {
    margin-bottom: 0.5rem;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
    align-items: center;
  }
  .once {
    display: grid;
    gap: 0.6rem;
    margin-bottom: 1rem;
    border-color: var(--good);
  }
  /* A text as somebody wrote it. */
  .written {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  textarea.written {
    width: 100%;
  }
  .secret {
    margin: var(--space-2) 0 var(--space-3);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    user-select: all;
    padding: 0.7rem 0.9rem;
    background: var(--well);
    border-radius: var(--radius-control);
  }
  details.raw summary {
    min-height: 34px;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    cursor: pointer;
    font-size: var(--text-small);
    color: var(--ink-soft);
    /* In a table it would be three lines high in each row. */
    white-space: nowrap;
  }
  /* Among facts it may: on a phone it is wider than their half. */
  dd details.raw summary {
    white-space: normal;
    text-align: left;
  }
  /* A row of boxes has no marker of its own: without one nobody sees that it opens. */
  details.raw summary::before {
    content: "▸";
  }
  details.raw[open] summary::before {
    content: "▾";
  }
  details.raw p {
    white-space: normal;
    overflow-wrap: anywhere;
    text-align: left;
  }
  .between {
    margin: 1.6rem 0 0.8rem;
  }
  .crumbs ol {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-2);
    margin: 0 0 var(--space-2);
    padding: 0;
    list-style: none;
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .crumbs li + li::before {
    content: "›" / "";
    margin-right: var(--space-2);
  }
  .crumbs a {
    color: inherit;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
