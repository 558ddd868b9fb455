import { css } from "lit";

export const apiStyles = css`
  summary {
    min-height: 44px;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    cursor: pointer;
    font-weight: 600;
  }
  details.card {
    padding: 0.2rem var(--card-space);
    margin-bottom: var(--space-2);
  }
  ul.plain {
    list-style: none;
    margin: 0 0 var(--space-3);
    padding: 0;
  }
  ul.plain a {
    display: grid;
    grid-template-columns: 5rem 1fr;
    gap: 0 var(--space-3);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
    text-decoration: none;
    color: var(--ink);
  }
  ul.plain a[aria-current] {
    background: var(--brand-wash);
  }
  ul.plain .mono {
    overflow-wrap: anywhere;
  }
  ul.plain .soft {
    grid-column: 2;
  }
  pre {
    margin: 0;
    padding: var(--space-3);
    overflow-x: auto;
    border-radius: var(--radius-control);
    background: var(--well);
    font: 0.85rem/1.5 var(--mono);
  }
  ul.fields {
    list-style: none;
    margin: 0 0 var(--space-3);
    padding: 0;
  }
  ul.fields li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--space-3);
    padding: var(--space-2) 0;
    border-top: 1px solid var(--line);
    overflow-wrap: anywhere;
  }
  dl.codes {
    margin: 0 0 var(--space-3);
  }
  dl.codes dt {
    border-top: 1px solid var(--line);
    padding-top: var(--space-2);
  }
  dl.codes dd {
    margin: 0 0 var(--space-2);
  }
`;
