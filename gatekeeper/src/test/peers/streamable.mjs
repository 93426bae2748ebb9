// A server on the TypeScript SDK's Streamable HTTP transport, on 127.0.0.1:$PORT/mcp.
//
//   node streamable.mjs events      sessions, answers as streams, events remembered
//   node streamable.mjs json        sessions, answers as JSON
//   node streamable.mjs stateless   no sessions, answers as JSON
//   node streamable.mjs events FILE METADATA      as well, for requests with a token that stands in FILE (a line
//                                                 each, read anew each time); METADATA is where others are sent
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";

const mode = process.argv[2];
const [tokens, metadata] = process.argv.slice(3);
const sessions = new Map();
let opened = 0;

/** Events by stream, in order; what comes after one of them is sent again. */
class Events {
  events = [];
  async storeEvent(stream, message) {
    this.events.push({ stream, message });
    return String(this.events.length);
  }
  async replayEventsAfter(last, { send }) {
    const from = Number(last);
    const stream = this.events[from - 1]?.stream;
    for (let i = from; i < this.events.length; i++) {
      if (this.events[i].stream === stream) await send(String(i + 1), this.events[i].message);
    }
    return stream;
  }
}

const object = { type: "object", properties: {} };
const TOOLS = ["echo", "session", "slow", "polled", "ask", "tell", "hangup", "forget"].map((name) => ({
  name, description: "made up", inputSchema: object, _meta: { "made.up/kept": 1 },
}));
const text = (said) => ({ content: [{ type: "text", text: said }] });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function serverOf() {
  const number = ++opened;
  const server = new Server(
    { name: "streamable", version: "1" },
    { capabilities: { tools: { listChanged: true }, logging: {}, resources: { subscribe: true } }, instructions: "made up" },
  );
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: TOOLS }));
  server.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: [{ uri: "made-up://" + mode, name: "one" }] }));
  server.setRequestHandler(types.ReadResourceRequestSchema, (r) => ({ contents: [{ uri: r.params.uri, text: "read" }] }));
  server.setRequestHandler(types.SubscribeRequestSchema, () => ({}));
  server.setRequestHandler(types.CallToolRequestSchema, async (request, extra) => {
    const args = request.params.arguments ?? {};
    switch (request.params.name) {
      case "echo":
        return { ...text("echo " + (args.message ?? "")), structuredContent: args };
      case "session":
        return text("session " + number);
      case "slow":
        for (let i = 1; i <= (args.steps ?? 3); i++) {
          await sleep(args.pause ?? 50);
          const progressToken = request.params._meta?.progressToken;
          if (progressToken !== undefined) {
            await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress: i } });
          }
        }
        return text("slow");
      case "polled": // the server hangs up in the middle of the call: the client comes back for the rest
        await extra.sendNotification({ method: "notifications/message", params: { level: "info", data: "before" } });
        extra.closeSSEStream?.();
        await sleep(args.pause ?? 300);
        await extra.sendNotification({ method: "notifications/message", params: { level: "info", data: "between" } });
        return text("after");
      case "ask": {
        const params = { mode: "form", message: "who?", requestedSchema: { type: "object", properties: { name: { type: "string" } } } };
        const said = await extra.sendRequest({ method: "elicitation/create", params }, types.ElicitResultSchema);
        return text(said.action + " " + said.content?.name);
      }
      case "tell": // on the stream that belongs to no request
        await server.sendResourceUpdated({ uri: "made-up://" + mode });
        return text("told");
      case "hangup": // ends that stream
        extra.closeStandaloneSSEStream?.();
        return text("ended");
      case "forget": // the session is gone at the next request
        setTimeout(() => sessions.delete(extra.sessionId), 0);
        return text("forgotten");
      default:
        return { ...text("no such tool"), isError: true };
    }
  });
  return server;
}

async function transportFor(request, response) {
  const id = request.headers["mcp-session-id"];
  if (mode !== "stateless" && id !== undefined) {
    if (sessions.has(id)) return sessions.get(id);
    response.writeHead(404).end();
    return undefined;
  }
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: mode === "stateless" ? undefined : randomUUID,
    enableJsonResponse: mode !== "events",
    eventStore: mode === "events" ? new Events() : undefined,
    retryInterval: 100,
    onsessioninitialized: (made) => void sessions.set(made, transport),
    onsessionclosed: (closed) => void sessions.delete(closed),
  });
  await serverOf().connect(transport);
  return transport;
}

createServer(async (request, response) => {
  console.log(request.method, request.headers["mcp-session-id"] ?? "-", request.headers["last-event-id"] ?? "-");
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (tokens && !readFileSync(tokens, "utf8").split("\n").includes(token)) {
    request.resume();
    return void response.writeHead(401, { "WWW-Authenticate": `Bearer resource_metadata="${metadata}"` }).end();
  }
  if (mode === "stateless" && request.method !== "POST") return void response.writeHead(405).end();
  await (await transportFor(request, response))?.handleRequest(request, response);
}).listen(Number(process.env.PORT), "127.0.0.1");
