// An MCP server whose lists stand in a JSON file, read anew at each list. Its tool "reread" announces
// that they changed. Needs no package.
import { appendFileSync, readFileSync } from "node:fs";

const [, , file, trace] = process.argv;
const line = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const now = () => JSON.parse(readFileSync(file, "utf8"));

function handle({ id, method, params }) {
  appendFileSync(trace, method + " " + (params?.name ?? "") + "\n");
  if (id === undefined) return;
  const result = (value) => line({ id, result: value });
  switch (method) {
    case "initialize":
      return result({
        protocolVersion: params.protocolVersion,
        capabilities: { tools: { listChanged: true }, prompts: {}, resources: {} },
        serverInfo: { name: "definitions", version: "1" },
        instructions: "Ask politely.",
      });
    case "tools/list":
      return result({ tools: now().tools ?? [] });
    case "prompts/list":
      return result({ prompts: now().prompts ?? [] });
    case "resources/list":
      return result({ resources: now().resources ?? [] });
    case "resources/templates/list":
      return result({ resourceTemplates: now().templates ?? [] });
    case "resources/read":
      return result({ contents: [{ uri: params.uri, text: "read" }] });
    case "prompts/get":
      return result({ messages: [] });
    case "tools/call":
      if (params.name === "reread") line({ method: "notifications/tools/list_changed" });
      return result({ content: [{ type: "text", text: "done: " + params.name }] });
    default:
      return line({ id, error: { code: -32601, message: "no such method" } });
  }
}

let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const text of lines) if (text.trim() !== "") handle(JSON.parse(text));
});
process.stdin.on("end", () => process.exit(0));
