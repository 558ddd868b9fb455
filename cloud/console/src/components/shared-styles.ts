import { css } from "lit";

/** The styles of every page's shadow root: text, buttons, fields, badges, cards. */
export const sharedStyles = css`
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
  input[type="file"] {
    padding: 0.35rem 0.4rem;
  }
  input[type="file"]::file-selector-button {
    font: inherit;
    font-weight: 600;
    min-height: 34px;
    margin-right: 0.8rem;
    padding: 0 0.8rem;
    border-radius: 9px;
    border: 1px solid var(--line);
    background: var(--surface);
    color: var(--ink);
    cursor: pointer;
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
  dl.facts {
    display: grid;
    grid-template-columns: fit-content(55%) minmax(0, 1fr);
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
  dd .badge {
    white-space: normal;
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
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    margin-bottom: 1rem;
    align-items: end;
  }
  .filters label {
    flex: 1 1 160px;
  }
  @media (min-width: 720px) {
    .filters label {
      max-width: 320px;
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
  .secret {
    margin: 0;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    user-select: all;
    padding: 0.7rem 0.9rem;
    background: var(--well);
    border-radius: var(--radius-control);
  }
  .between {
    margin: 1.6rem 0 0.8rem;
  }
  /* The portal's ticket: the stub tells the price, a dashed line and two bites part it from the rest. */
  .ticket {
    position: relative;
    display: flex;
    min-height: 76px;
  }
  .ticket .stub {
    display: grid;
    place-content: center;
    flex: none;
    width: 108px;
    margin: -1px 0 -1px -1px;
    padding: var(--space-2);
    border-radius: var(--radius) 0 0 var(--radius);
    border-right: 2px dashed rgb(42 28 5 / 0.4);
    background: var(--sun);
    color: var(--sun-ink);
    font-size: 1.35rem;
    font-weight: 800;
    text-align: center;
  }
  .ticket::before,
  .ticket::after {
    content: "";
    position: absolute;
    left: 99px;
    width: 16px;
    height: 9px;
    border: 1px solid var(--line);
    background: var(--paper);
  }
  .ticket::before {
    top: -1px;
    border-top-color: var(--paper);
    border-radius: 0 0 9px 9px;
  }
  .ticket::after {
    bottom: -1px;
    border-bottom-color: var(--paper);
    border-radius: 9px 9px 0 0;
  }
  .ticket-body {
    display: grid;
    align-content: center;
    min-width: 0;
    padding: var(--space-3) 1.2rem;
    overflow-wrap: anywhere;
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
