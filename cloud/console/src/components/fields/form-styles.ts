import { css } from "lit";

/** The fields of a form below each other: one reads down, and misses none. */
export const formStyles = css`
  form,
  .fields {
    display: grid;
    grid-template-columns: minmax(0, 35rem);
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
  /* It stays in view while the field that it names is scrolled to. */
  .refusal {
    position: sticky;
    top: var(--space-2);
    z-index: 1;
    color: var(--bad);
    background: var(--bad-wash);
    padding: 0.7rem 0.9rem;
    border-radius: 12px;
  }
  .refusal .row {
    margin-top: 0.6rem;
  }
  /* Below its field, or above the button: it lies over nothing, and the field comes into view with it. */
  .refusal.here {
    position: static;
    scroll-margin: 9rem 0 1rem;
  }
  .missing {
    flex: 1 1 100%;
    margin: 0;
    font-weight: 600;
  }
  .large-choices {
    grid-column: 1 / -1;
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(8.5rem, 100%), 1fr));
    gap: 0.6rem;
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  .large-choices.short {
    grid-template-columns: repeat(auto-fill, minmax(2.7rem, 1fr));
  }
  .large-choices.short .large-choice {
    justify-content: center;
    padding: 0;
  }
  .large-choices.sentences {
    grid-template-columns: minmax(0, 44rem);
  }
  .large-choices.sentences .large-choice {
    min-height: 48px;
    font-weight: 500;
  }
  .large-choices legend {
    padding: 0;
    margin-bottom: 0.35rem;
    font-weight: 600;
  }
  .large-choices .hint {
    grid-column: 1 / -1;
  }
  label.large-choice {
    position: relative;
    display: flex;
    align-items: center;
    min-height: 60px;
    padding: 0.5rem 0.8rem;
    border: 2px solid var(--edge);
    border-radius: var(--radius-control);
    background: var(--surface);
    font-weight: 600;
    cursor: pointer;
    overflow-wrap: anywhere;
    margin: 0;
    grid-row: auto;
  }
  .large-choice input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    min-height: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .large-choice:has(input:checked) {
    border-color: var(--brand);
    background: var(--brand-wash);
    color: var(--brand);
  }
  .large-choice:has(input:focus-visible) {
    outline: 3px solid var(--brand);
    outline-offset: 2px;
  }
  .actions.large button {
    flex: 1 1 100%;
    min-height: 64px;
    justify-content: center;
    font-size: 1.2rem;
  }
  /* A bar of its own above the menu at the phone's foot: what scrolls goes behind it whole, and what gets the focus stops above it. */
  @media (max-width: 899px) and (min-height: 560px) {
    .actions.large {
      position: sticky;
      bottom: 68px;
      z-index: 1;
      margin: 0 calc(-1 * var(--card-space)) calc(-1 * var(--card-space));
      padding: 0.6rem var(--card-space);
      background: var(--surface);
      border-top: 1px solid var(--line);
      border-radius: 0 0 var(--radius) var(--radius);
    }
    form:has(.actions.large) :is(input, select, textarea, summary, .refusal.here) {
      scroll-margin-bottom: calc(68px + 64px + 2rem);
    }
    form:has(.missing) :is(input, select, textarea, summary) {
      scroll-margin-bottom: calc(68px + 64px + 7rem);
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
    /* Below the refusal, which stays at the top. */
    scroll-margin-top: 7rem;
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
  /* A colour and how well it reads stand below each other where there is no room. */
  .pair:has(colour-choice) {
    flex-wrap: wrap;
  }
  .pair:has(colour-choice) > input {
    flex: 1 1 7rem;
    width: 7rem;
    min-width: 0;
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
