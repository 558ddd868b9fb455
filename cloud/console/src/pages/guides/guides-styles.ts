import { css } from "lit";

export const guidesStyles = css`
  article {
    max-width: 44rem;
    font-size: 1.02rem;
    line-height: 1.6;
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
    gap: var(--space-4);
  }
  .tiles .card {
    margin: 0;
  }
  ul,
  ol {
    padding-left: 1.3rem;
  }
  li {
    margin: 0.35rem 0;
  }
  nav a,
  .tiles li a {
    display: inline-block;
    padding: 0.45rem 0;
  }
  section h2 {
    scroll-margin-top: 5rem;
    margin: var(--space-5) 0 var(--space-2);
  }
  section p {
    margin: 0 0 var(--space-3);
  }
  section:focus-within h2:target,
  h2:focus {
    outline: none;
  }
  .found p {
    margin: 0 0 var(--space-3);
  }
`;
