import { css } from "lit";

/** A list of differences: what comes, what goes, what changes, by its colour and by its sign. */
export const differenceStyles = css`
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: var(--space-2);
  }
  li {
    display: grid;
    grid-template-columns: 1.4rem 1fr;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-small);
    background: var(--well);
    overflow-wrap: anywhere;
    min-width: 0;
  }
  li > div {
    min-width: 0;
  }
  .added {
    background: var(--good-wash);
    color: var(--good);
  }
  .removed {
    background: var(--bad-wash);
    color: var(--bad);
  }
  .changed,
  .moved {
    background: var(--warn-wash);
    color: var(--warn);
  }
  .mono {
    color: var(--ink);
    overflow-wrap: anywhere;
  }
  h4 {
    margin: var(--space-4) 0 var(--space-2);
  }
`;

export const differenceSigns = { added: "+", removed: "−", changed: "±", moved: "↕" } as const;
