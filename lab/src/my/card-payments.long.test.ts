/** As `card-payments.test.ts`, with every flow at both channels. */
import "./card-payments.test.ts";
