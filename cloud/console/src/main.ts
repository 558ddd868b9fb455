import "./console-app.ts";
