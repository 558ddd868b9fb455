import type { CSSResultGroup } from "lit";
import { controlStyles } from "./styles/control-styles.ts";
import { factStyles } from "./styles/fact-styles.ts";
import { listStyles } from "./styles/list-styles.ts";
import { textStyles } from "./styles/text-styles.ts";
import { ticketStyles } from "./styles/ticket-styles.ts";

/** The styles of every page's shadow root. */
export const sharedStyles: CSSResultGroup = [textStyles, controlStyles, factStyles, listStyles, ticketStyles];
