import { css } from "lit";

/** A list of steps, each with its round mark before its words: `<li class=done><span class="mark">…</span><div>…</div></li>`. */
export const stepStyles = css`
  ol {
    list-style: none;
    margin: var(--space-3) 0 0;
    padding: 0;
    display: grid;
    gap: var(--space-3);
  }
  li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 0.7rem;
    align-items: start;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 32px;
    height: 32px;
    border-radius: 50%;
    background: var(--well);
    color: var(--ink-soft);
  }
  .done .mark {
    background: var(--good-wash);
    color: var(--good);
  }
`;

/** The round mark of a new owner's steps: a dashed ring until one is done. */
export const ownerStepStyles = css`
  .mark {
    flex: none;
    display: grid;
    place-items: center;
    width: 28px;
    height: 28px;
    border-radius: 50%;
    border: 2px dashed var(--edge);
  }
  .done .mark {
    border: 0;
    background: var(--good-wash);
    color: var(--good);
  }
`;

/** Of steps that run now: what is under way, what failed, and its remedy. */
export const runningStepStyles = css`
  .running .mark,
  .waiting .mark {
    background: var(--sun);
    color: var(--sun-ink);
  }
  .failed .mark {
    background: var(--bad-wash);
    color: var(--bad);
  }
  .what {
    padding-top: 0.3rem;
    overflow-wrap: anywhere;
  }
  .todo .what {
    color: var(--ink-soft);
  }
  progress {
    display: block;
    width: 100%;
    height: 0.7rem;
    margin-top: var(--space-2);
    accent-color: var(--brand);
  }
  .remedy {
    margin-top: var(--space-2);
    padding: var(--space-2) var(--space-3);
    border-left: 4px solid var(--bad);
    background: var(--bad-wash);
    border-radius: var(--radius-small);
  }
`;
