// An MCP server that does to the system what its caller asks for, and says how that went. Needs no package.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const tool = { name: "act", description: "acts", inputSchema: { type: "object", properties: { do: { type: "string" }, at: { type: "string" } } } };

const acts = {
  read: (at) => readFileSync(at, "utf8").length + " characters",
  variable: (at) => readFileSync(process.env[at], "utf8").length + " characters",
  list: (at) => readdirSync(at).sort().join(" "),
  write: (at) => (writeFileSync(at, "written"), "written"),
  processes: () => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).length + " processes",
  run: (at) => "ended with " + spawnSync("sh", ["-c", at]).status,
  leave: () => "left " + spawn("sleep", ["86411"], { detached: true, stdio: "ignore" }).pid,
  connect: (at) =>
    new Promise((resolve, reject) => {
      const socket = connect(/^\d+$/.test(at) ? { host: "127.0.0.1", port: Number(at) } : { path: at });
      socket.on("connect", () => (socket.destroy(), resolve("connected")));
      socket.on("error", reject);
    }),
};

createInterface({ input: process.stdin }).on("line", async (text) => {
  const { id, method, params } = JSON.parse(text);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "confined", version: "1" } } });
  } else if (method === "tools/list") {
    send({ id, result: { tools: [tool] } });
  } else if (method === "tools/call") {
    let said;
    try {
      said = await acts[params.arguments.do](params.arguments.at);
    } catch (e) {
      said = e.code ?? String(e);
    }
    send({ id, result: { content: [{ type: "text", text: said }] } });
  } else if (id !== undefined) {
    send({ id, result: {} });
  }
});
