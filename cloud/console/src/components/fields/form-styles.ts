import { css } from "lit";

/** The fields of a form beside each other, and below each other on a phone. */
export const formStyles = css`
  form,
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
    gap: 1rem;
    align-items: start;
  }
  .actions,
  .refusal,
  .check,
  .wide,
  .more {
    grid-column: 1 / -1;
  }
  .actions {
    display: flex;
    gap: 0.75rem;
    flex-wrap: wrap;
  }
  .refusal {
    color: var(--bad);
    background: var(--bad-wash);
    padding: 0.7rem 0.9rem;
    border-radius: 12px;
  }
  .refusal .row {
    margin-top: 0.6rem;
  }
  /* Names, inputs and hints of fields beside each other stand in one line each, however long a name is. */
  @media (min-width: 720px) {
    form,
    .fields {
      row-gap: 0.35rem;
    }
    label:not(.check, .wide, .label > *),
    .label {
      grid-row: span 3;
      grid-template-rows: subgrid;
      align-items: end;
      margin-bottom: 0.5rem;
    }
    :is(label, .label) .hint {
      align-self: start;
    }
    .actions {
      margin-top: 0.35rem;
    }
    .double {
      grid-column: span 2;
    }
  }
  label.check {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 44px;
  }
  label.check input {
    flex: none;
    width: 22px;
    min-height: 22px;
  }
  [aria-invalid="true"] {
    border-color: var(--bad);
  }
  .label {
    display: grid;
    gap: 0.35rem;
  }
  .label > span:first-child {
    font-weight: 600;
  }
  .optional {
    font-weight: 400;
    color: var(--ink-soft);
  }
  .pair {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .pair select {
    width: auto;
    flex: none;
  }
  .pair .unit {
    font-weight: 400;
    color: var(--ink-soft);
  }
  .more {
    border-top: 1px solid var(--line);
  }
  .more summary {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--control);
    cursor: pointer;
    font-weight: 600;
    color: var(--brand);
  }
  .more summary::before {
    content: "▸";
  }
  .more[open] summary::before {
    content: "▾";
  }
`;
