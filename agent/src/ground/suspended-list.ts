/** The address list that the router's rules lead to the page of suspended customers; `routeros-scripts` makes the rules. */
export const suspendedList = "karibu-suspended";
