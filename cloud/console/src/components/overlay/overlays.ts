/** Menus, tips and questions, which the build makes one script: each of seven would cost a request and its headers. */
import "./row-menu.ts";
import "./explain-tip.ts";
import "./ask-dialog.ts";
