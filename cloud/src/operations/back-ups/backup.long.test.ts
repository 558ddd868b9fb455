/** As `backup.test.ts`, of either engine into either. */
import "./backup.test.ts";
