/** As `sleeping-phone.test.ts`, with every way to be logged out. */
import "./sleeping-phone.test.ts";
