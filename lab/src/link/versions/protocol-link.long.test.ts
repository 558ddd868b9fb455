/** As `protocol-link.test.ts`, with every protocol that is supported. */
import "./protocol-link.test.ts";
