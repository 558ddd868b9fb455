import { css } from "lit";

/** A list of cards, each with its first value and its `lead` as a headline. */
const cards = css`
  thead {
    display: none;
  }
  .tools.narrow {
    display: flex;
    border: 0;
    padding-bottom: 0;
    min-height: 0;
  }
  .tools .columns {
    display: none;
  }
  tr:has(.choose) {
    position: relative;
    padding-left: 3rem;
  }
  td.choose,
  td.choose:first-child {
    position: absolute;
    left: 1.1rem;
    top: 0.8rem;
  }
  td.choose + td {
    font-weight: 600;
    text-align: left;
  }
  td.choose + td::before,
  td.choose::before {
    display: none;
  }
  .order {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    font-size: var(--text-small);
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
  td .bone {
    flex: 1;
    min-width: 4rem;
  }
  tr.led {
    grid-template-columns: 1fr auto;
  }
  tr.led td {
    grid-column: 1 / -1;
  }
  tr.led td:first-child,
  tr.led td.choose + td {
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
  td:first-child :is(.soft, .details) {
    font-weight: 400;
  }
  td > span {
    min-width: 0;
  }
  td .badge {
    white-space: normal;
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
  td:has(select):not(:has(button)) {
    display: grid;
    gap: 0.2rem;
    text-align: left;
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
    font-size: var(--text-small);
    text-align: left;
    flex: none;
    max-width: 50%;
    overflow-wrap: break-word;
  }
`;

/** A table; in a narrow place a list of cards, each with its first value and its `lead` as a headline. */
export const tableStyles = css`
  :host {
    container: table / inline-size;
  }
  :host([wide]) {
    overflow-x: auto;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-1) var(--space-3);
    min-height: calc(var(--control-small) + 0.7rem);
    padding: 0.35rem 1.2rem;
    border-bottom: 1px solid var(--line);
  }
  .tools row-menu {
    --control: var(--control-small);
  }
  .tools.chosen {
    position: sticky;
    top: 0;
    z-index: 2;
    background: var(--sun-wash);
  }
  .tools.narrow {
    display: none;
  }
  th.choose,
  td.choose {
    width: 1px;
    padding-right: 0;
  }
  .choose input {
    display: block;
    width: 22px;
    min-height: 22px;
    margin: 0;
  }
  table[aria-busy="true"] tbody:has(a, span) {
    opacity: 0.6;
  }
  :host(:not([wide])) thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--surface);
  }
  /* The head that begins a card has the card's corners. */
  :host(:not([wide])) table:first-child thead th:first-child {
    border-top-left-radius: calc(var(--radius) - 1px);
  }
  :host(:not([wide])) table:first-child thead th:last-child {
    border-top-right-radius: calc(var(--radius) - 1px);
  }
  tbody tr.open {
    background: var(--sun-wash);
  }
  /* The row that ends a card has the card's corners. */
  tbody tr.open:last-child {
    border-bottom-left-radius: calc(var(--radius) - 1px);
    border-bottom-right-radius: calc(var(--radius) - 1px);
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    text-align: left;
    font-size: var(--text-small);
    color: var(--ink-soft);
    font-weight: 600;
    padding: max(var(--row-space), 0.35rem) 0.75rem;
    border-bottom: 1px solid var(--line);
  }
  tbody {
    font-size: var(--row-text);
    line-height: 1.4;
  }
  td .badge {
    padding-top: 0;
    padding-bottom: 0;
  }
  /* An empty list is one line: what there is not, and what to do about it. */
  .state {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.4rem 1rem;
    padding: var(--space-4);
  }
  .empty-picture {
    width: 42px;
    height: 35px;
  }
  th button {
    min-height: 24px;
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
    font-size: var(--text-small);
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
    font-size: var(--text-small);
  }
  details dl.facts {
    margin: 0 0 0.5rem;
  }
  td {
    padding: var(--row-space) 0.75rem;
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
  @container table (min-width: 640px) and (max-width: 1060px) {
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
  @container table (min-width: 640px) {
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
    td button:not(.two-lines),
    td .mono.nowrap {
      white-space: nowrap;
    }
    /* Buttons beside each other stay in one line where there is room; beside words they may go below them. */
    :host([dense]) td .row:not(:has(> :not(button))) {
      flex-wrap: nowrap;
      gap: 0.25rem;
    }
    td .roomy {
      display: block;
      min-width: 10rem;
    }
    td:has(button) > span > span.soft {
      display: inline-block;
      min-width: 10rem;
    }
  }
  @container table (min-width: 860px) {
    th,
    td .row,
    td button:not(.two-lines) {
      white-space: nowrap;
    }
    td .row:not(:has(> :not(button))) {
      flex-wrap: nowrap;
      gap: 0.25rem;
    }
  }
  @media (min-width: 720px) and (pointer: fine) {
    td .row {
      gap: 0.4rem;
    }
    td button:not(.two-lines) {
      min-height: var(--control-small);
      padding: 0 0.75rem;
      border-radius: 10px;
      font-size: 0.93em;
    }
    td button.quiet {
      padding: 0 0.5rem;
    }
  }
  @container table (max-width: 639px) {
    ${cards}
  }
  /* Beside an open thing on a wide screen: two lines a row, a third where a state has more to say, without the names of the columns. */
  @media (min-width: 900px) {
    @container table (max-width: 639px) {
      tr.link:not(:has(button, select)) {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.7rem;
        padding: 0.35rem 1.1rem;
      }
      tr.link:not(:has(button, select)) td {
        order: 2;
        flex: 0 1 auto;
        padding: 0;
        color: var(--ink-soft);
        text-align: left;
        white-space: nowrap;
      }
      /* A state with two things to say breaks its line, rather than leave the card. */
      tr.link:not(:has(button, select)) td:has(.badge + .badge) {
        white-space: normal;
      }
      tr.link:not(:has(button, select)) td::before {
        display: none;
      }
      tr.link:not(:has(button, select)) td.named:not(.lead, :first-child)::before {
        display: inline;
        margin-right: -0.65rem;
      }
      tr.link:not(:has(button, select)) td:first-child {
        order: 0;
        flex: 1 1 calc(100% - 9rem);
        color: inherit;
      }
      tr.link:not(:has(button, select)) td.lead {
        order: 1;
        flex: 0 0 8rem;
        justify-content: flex-end;
        color: inherit;
      }
    }
  }
  /* Wider than its place on a tablet: cards there too, with their cells in two columns. A browser without nesting lets it scroll. */
  :host([stacked]) {
    ${cards}
    tr,
    tr.led {
      grid-template-columns: 1fr 1fr;
      column-gap: 2.4rem;
    }
    tr.led td {
      grid-column: auto;
    }
    tr.led td.lead {
      grid-column: 2;
      justify-content: flex-end;
    }
    td:has(button),
    tr.led td:has(button) {
      grid-column: 1 / -1;
    }
  }
`;
