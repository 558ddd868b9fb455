import { css } from "lit";

/** The portal's ticket. */
export const ticketStyles = css`
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
`;
