import { css } from "lit";

/** Rows with a line above each: what it is, and at its right edge what it came to. */
export const listStyle = css`
  ol {
    list-style: none;
    margin: 0.6rem 0 0;
    padding: 0;
  }
  li {
    display: flex;
    justify-content: space-between;
    gap: var(--space-2) var(--space-4);
    padding: var(--row-space) 0;
    border-top: 1px solid var(--line);
  }
  li > :first-child {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .right {
    text-align: right;
  }
`;
