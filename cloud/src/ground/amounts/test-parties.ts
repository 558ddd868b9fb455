/** The same for every test that has no hub's own. */
import { createParties, partySecretBytes } from "./parties.ts";

export const testParties = createParties(new Uint8Array(partySecretBytes).fill(5));
