import { css } from "lit";

/** What one presses and types in: buttons, fields, icons, the ring of the focus. */
export const controlStyles = css`
  button,
  .button {
    font: inherit;
    font-weight: 600;
    min-height: var(--control);
    padding: 0 1.1rem;
    border-radius: var(--radius-control);
    border: 1px solid var(--edge);
    background: var(--raised);
    color: var(--ink);
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    text-decoration: none;
  }
  button:hover:not([disabled]) {
    border-color: var(--brand);
  }
  a.button:hover {
    border-color: var(--brand);
  }
  button.danger {
    color: var(--bad);
    border-color: var(--bad);
  }
  button.danger.primary {
    background: var(--danger);
    border-color: var(--danger);
    color: var(--danger-ink);
  }
  button[disabled] {
    opacity: 0.55;
    cursor: default;
  }
  button.primary,
  .button.primary {
    background: var(--act);
    border-color: var(--act);
    color: var(--act-ink);
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
    border-radius: var(--radius-small);
  }
  label {
    display: grid;
    gap: 0.35rem;
    font-weight: 600;
  }
  input,
  select,
  textarea {
    font: inherit;
    font-weight: 400;
    accent-color: var(--brand);
    min-height: var(--control);
    width: 100%;
    padding: 0 0.8rem;
    border-radius: var(--radius-control);
    border: 1px solid var(--edge);
    background: var(--raised);
    color: var(--ink);
  }
  textarea {
    min-height: 8rem;
    padding: 0.6rem 0.8rem;
  }
  .icon {
    width: 21px;
    height: 21px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .hint {
    font-weight: 400;
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
`;
