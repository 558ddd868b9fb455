import { css } from "lit";

/** A table; on a phone a list of cards, each with its first value and its `lead` as a headline. */
export const tableStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    text-align: left;
    font-size: 0.82rem;
    color: var(--ink-soft);
    font-weight: 600;
    padding: 0.7rem 0.75rem;
    border-bottom: 1px solid var(--line);
  }
  th button {
    min-height: 32px;
    padding: 0;
    border: 0;
    font-size: inherit;
    color: inherit;
    gap: 0.25rem;
  }
  th[aria-sort="ascending"] button,
  th[aria-sort="descending"] button {
    color: var(--brand);
  }
  .order {
    display: none;
  }
  td select {
    width: auto;
    max-width: 100%;
  }
  .lines {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 1rem;
    width: 100%;
  }
  .lines .number {
    text-align: right;
  }
  .choices {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
  }
  .choices button.two-lines {
    display: grid;
    text-align: left;
    padding: 0.4rem 0.9rem;
    gap: 0;
  }
  .choices .soft {
    font-weight: 400;
    font-size: 0.85rem;
  }
  summary {
    cursor: pointer;
    min-height: 44px;
    display: flex;
    align-items: center;
  }
  details pre {
    margin: 0 0 0.5rem;
    max-width: 60ch;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    text-align: left;
    font-family: var(--mono);
    font-size: 0.85rem;
  }
  details dl.facts {
    margin: 0 0 0.5rem;
  }
  td {
    padding: 0.75rem;
    border-bottom: 1px solid var(--line);
    vertical-align: middle;
  }
  tr:last-child td {
    border-bottom: 0;
  }
  .numeric {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  tbody tr.link {
    cursor: pointer;
  }
  tbody tr.link:hover {
    background: var(--brand-wash);
  }
  .state {
    padding: 2.2rem 1.2rem;
    text-align: center;
    display: grid;
    gap: 0.9rem;
    justify-items: center;
    color: var(--ink-soft);
  }
  @media (min-width: 720px) and (max-width: 1300px) {
    th,
    td {
      padding-left: 0.5rem;
      padding-right: 0.5rem;
    }
  }
  th:first-child,
  td:first-child {
    padding-left: 1.2rem;
  }
  th:last-child,
  td:last-child {
    padding-right: 1.2rem;
  }
  @media (min-width: 720px) {
    :host {
      overflow-x: auto;
    }
    :host([dense]) :is(th, td) {
      padding-left: 0.5rem;
      padding-right: 0.5rem;
    }
    :host([dense]) :is(th, td):first-child {
      padding-left: 1.2rem;
    }
    :host([dense]) :is(th, td):last-child {
      padding-right: 1.2rem;
    }
    .numeric + :not(.numeric) {
      padding-left: 1.8rem;
    }
    table:has(td:last-child button) :is(th, td):last-child {
      text-align: right;
    }
    td:last-child .row {
      justify-content: flex-end;
    }
    td:last-child .choices {
      justify-items: end;
    }
    .short,
    .numeric,
    td .mono.nowrap {
      white-space: nowrap;
    }
  }
  @media (min-width: 1100px) {
    th,
    td .row {
      white-space: nowrap;
    }
  }
  @media (min-width: 720px) and (pointer: fine) {
    td .row {
      gap: 0.4rem;
    }
    td button:not(.two-lines) {
      min-height: 36px;
      padding: 0 0.75rem;
      border-radius: 10px;
      font-size: 0.93em;
    }
    td button.quiet {
      padding: 0 0.5rem;
    }
  }
  @media (max-width: 719px) {
    thead {
      display: none;
    }
    .order {
      display: flex;
      align-items: center;
      gap: 0.6rem;
      padding: 0.7rem 1.1rem 0;
      font-size: 0.85rem;
      white-space: nowrap;
    }
    table,
    tbody {
      display: block;
    }
    tr {
      display: grid;
      grid-template-columns: 1fr;
      gap: 0.15rem;
      padding: 0.7rem 1.1rem;
      border-bottom: 1px solid var(--line);
    }
    tr:last-child {
      border-bottom: 0;
    }
    tr.led {
      grid-template-columns: 1fr auto;
    }
    tr.led td {
      grid-column: 1 / -1;
    }
    tr.led td:first-child {
      grid-column: 1;
    }
    tr.led td.lead {
      grid-column: 2;
      grid-row: 1;
      font-weight: 600;
    }
    td,
    td.numeric,
    td:first-child,
    td:last-child {
      display: flex;
      justify-content: space-between;
      gap: 1rem;
      padding: 0.1rem 0;
      border: 0;
      text-align: right;
      overflow-wrap: anywhere;
    }
    td:first-child {
      font-weight: 600;
      text-align: left;
    }
    td:first-child::before,
    td.lead::before {
      display: none;
    }
    td.nothing:not(:first-child) {
      display: none;
    }
    td:has(button),
    td:last-child:has(button) {
      justify-content: flex-end;
      padding-top: 0.4rem;
    }
    td:has(button) .row {
      justify-content: flex-end;
    }
    td:has(> span:empty) {
      display: none;
    }
    td:has(button)::before {
      display: none;
    }
    td::before {
      content: attr(data-label);
      color: var(--ink-soft);
      font-size: 0.85rem;
      text-align: left;
      flex: none;
      max-width: 50%;
      overflow-wrap: break-word;
    }
  }
`;
