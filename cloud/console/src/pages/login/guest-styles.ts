import { css } from "lit";

/** The styles of every page for users who are not logged in: one card in the middle. */
export const guestStyles = css`
  section {
    width: min(420px, 100%);
    display: grid;
    gap: 1.1rem;
    padding: 2rem 1.7rem;
  }
  .brand {
    display: flex;
    gap: 0.9rem;
    align-items: center;
  }
  .brand img {
    width: 48px;
    height: 48px;
  }
  form {
    display: grid;
    gap: 1.1rem;
  }
  form > button {
    justify-content: center;
  }
  .links {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.2rem 1rem;
  }
  .links > * {
    display: inline-flex;
    align-items: center;
    min-height: 44px;
  }
  .refusal {
    color: var(--bad);
    background: var(--bad-wash);
    padding: 0.7rem 0.9rem;
    border-radius: 12px;
  }
  .result {
    color: var(--good);
    background: var(--good-wash);
    padding: 0.7rem 0.9rem;
    border-radius: 12px;
  }
`;
