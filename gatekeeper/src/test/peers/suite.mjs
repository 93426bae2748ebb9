// For the server scenarios of the official conformance suite.
//
//   node suite.mjs server                             the server that they want, over stdio
//   node suite.mjs bridge '{"command": [...], "env": {...}, "cwd": "...", "prefix": "suite__"}'
//                                                     a stdio server as Streamable HTTP on 127.0.0.1:$PORT/mcp, a
//                                                     process for each session; names lose and get the prefix
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";

const text = (said) => ({ type: "text", text: said });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const object = (properties = {}, required = []) => ({ type: "object", properties, required });
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";
const image = { type: "image", data: PNG, mimeType: "image/png" };
const resource = (uri, mimeType, said) => ({ type: "resource", resource: { uri, mimeType, text: said } });

const DEFAULTS = object({
  name: { type: "string", default: "John Doe" },
  age: { type: "integer", default: 30 },
  score: { type: "number", default: 95.5 },
  status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
  verified: { type: "boolean", default: true },
});
const titled = (...names) => names.map((name, i) => ({ const: "value" + (i + 1), title: name }));
const ENUMS = object({
  untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
  titledSingle: { type: "string", oneOf: titled("First Option", "Second Option", "Third Option") },
  legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] },
  untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
  titledMulti: { type: "array", items: { anyOf: titled("First Choice", "Second Choice", "Third Choice") } },
});
const DRAFT = {
  $schema: "https://json-schema.org/draft/2020-12/schema", type: "object",
  $defs: { address: { $anchor: "addressDef", type: "object", properties: { street: { type: "string" }, city: { type: "string" } } } },
  properties: {
    name: { type: "string" }, address: { $ref: "#/$defs/address" }, contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" }, email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] }, else: { required: ["email"] }, additionalProperties: false,
};

const elicits = (schema) => async (args, extra) => {
  const params = { message: args.message ?? "made up", requestedSchema: schema };
  const given = await extra.sendRequest({ method: "elicitation/create", params }, types.ElicitResultSchema);
  return [text(`Elicitation completed: action=${given.action}, content=${JSON.stringify(given.content)}`)];
};

/** By name: the schema of the arguments, and what the tool does. */
const TOOLS = {
  test_simple_text: [object(), () => [text("This is a simple text response for testing.")]],
  test_image_content: [object(), () => [image]],
  test_audio_content: [object(), () => [{ type: "audio", data: WAV, mimeType: "audio/wav" }]],
  test_embedded_resource: [object(), () => [resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")]],
  test_multiple_content_types: [object(), () => [
    text("Multiple content types test:"), image,
    resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
  ]],
  test_tool_with_logging: [object(), async (args, extra) => {
    for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await extra.sendNotification({ method: "notifications/message", params: { level: "info", data } });
      await sleep(50);
    }
    return [text("logged")];
  }],
  test_error_handling: [object(), () => { throw new Error("This tool intentionally returns an error for testing"); }],
  test_tool_with_progress: [object(), async (args, extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
      }
      await sleep(50);
    }
    return [text("done")];
  }],
  test_sampling: [object({ prompt: { type: "string" } }, ["prompt"]), async (args, extra) => {
    const params = { messages: [{ role: "user", content: text(args.prompt) }], maxTokens: 100 };
    const said = await extra.sendRequest({ method: "sampling/createMessage", params }, types.CreateMessageResultSchema);
    return [text("LLM response: " + said.content.text)];
  }],
  test_elicitation: [object({ message: { type: "string" } }, ["message"]),
    elicits(object({ username: { type: "string" }, email: { type: "string" } }, ["username", "email"]))],
  test_elicitation_sep1034_defaults: [object(), elicits(DEFAULTS)],
  test_elicitation_sep1330_enums: [object(), elicits(ENUMS)],
  json_schema_2020_12_tool: [DRAFT, () => [text("ok")]],
};

const user = (content) => ({ role: "user", content });
/** By name: the arguments, and the messages. */
const PROMPTS = {
  test_simple_prompt: [[], () => [user(text("This is a simple prompt for testing."))]],
  test_prompt_with_arguments: [["arg1", "arg2"], (a) => [user(text(`Prompt with arguments: arg1='${a.arg1}', arg2='${a.arg2}'`))]],
  test_prompt_with_embedded_resource: [["resourceUri"], (a) => [
    user(resource(a.resourceUri, "text/plain", "Embedded resource content for testing.")),
    user(text("Please process the embedded resource above.")),
  ]],
  test_prompt_with_image: [[], () => [user(image), user(text("Please analyze the image above."))]],
};

function read(uri) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id !== undefined) return { uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true, data: "Data for ID: " + id }) };
  if (uri === "test://static-binary") return { uri, mimeType: "image/png", blob: PNG };
  return { uri, mimeType: "text/plain", text: "This is the content of the static text resource." };
}

async function serve() {
  const server = new Server({ name: "suite", version: "1" }, {
    capabilities: { tools: { listChanged: true }, prompts: {}, resources: { subscribe: true }, logging: {}, completions: {} },
  });
  const on = (schema, handler) => server.setRequestHandler(schema, handler);
  on(types.ListToolsRequestSchema, () => ({
    tools: Object.entries(TOOLS).map(([name, [inputSchema]]) => ({ name, description: "made up: " + name, inputSchema })),
  }));
  on(types.CallToolRequestSchema, async (request, extra) => {
    try {
      return { content: await TOOLS[request.params.name][1](request.params.arguments ?? {}, extra) };
    } catch (e) {
      return { isError: true, content: [text(e.message)] };
    }
  });
  on(types.ListPromptsRequestSchema, () => ({
    prompts: Object.entries(PROMPTS).map(([name, [args]]) => ({
      name, description: "made up: " + name, arguments: args.map((arg) => ({ name: arg, description: "made up", required: true })),
    })),
  }));
  on(types.GetPromptRequestSchema, (request) => ({ messages: PROMPTS[request.params.name][1](request.params.arguments ?? {}) }));
  on(types.ListResourcesRequestSchema, () => ({
    resources: ["static-text", "static-binary", "watched-resource"].map((name) => ({ uri: "test://" + name, name, description: "made up", mimeType: "text/plain" })),
  }));
  on(types.ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: "test://template/{id}/data", name: "template", description: "made up", mimeType: "application/json" }],
  }));
  on(types.ReadResourceRequestSchema, (request) => ({ contents: [read(request.params.uri)] }));
  on(types.SubscribeRequestSchema, () => ({}));
  on(types.UnsubscribeRequestSchema, () => ({}));
  on(types.CompleteRequestSchema, () => ({ completion: { values: ["paris", "park", "party"], total: 150, hasMore: false } }));
  await server.connect(new StdioServerTransport());
}

function bridge({ command, env, cwd, prefix = "" }) {
  const sessions = new Map();
  const children = []; // the suite says of no session that it is over: the oldest ones end

  async function transportFor(request, response) {
    const id = request.headers["mcp-session-id"];
    if (id !== undefined) return sessions.get(id) ?? void response.writeHead(404).end();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID, onsessioninitialized: (made) => void sessions.set(made, transport),
    });
    const child = spawn(command[0], command.slice(1), { env, cwd, stdio: ["pipe", "pipe", "inherit"] });
    if (children.push(child) > 8) children.shift().stdin.end();
    let calling; // what a server says in the middle of a call goes into the call's stream
    transport.onmessage = (message) => {
      if (message.method === "tools/call") calling = message.id;
      for (const named of [message.params, message.params?.ref]) {
        if (/^(tools\/call|prompts\/get|completion\/complete)$/.test(message.method) && named?.name !== undefined) named.name = prefix + named.name;
      }
      child.stdin.write(JSON.stringify(message) + "\n");
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      for (const kind of ["tools", "prompts"]) {
        for (const item of message.result?.[kind] ?? []) if (item.name.startsWith(prefix)) item.name = item.name.slice(prefix.length);
      }
      const options = message.method !== undefined && calling !== undefined ? { relatedRequestId: calling } : undefined;
      if (message.method === undefined && message.id === calling) calling = undefined;
      transport.send(message, options).catch((e) => console.log("not sent:", e.message, line.slice(0, 200)));
    });
    await transport.start();
    return transport;
  }

  createServer(async (request, response) => {
    await (await transportFor(request, response))?.handleRequest(request, response);
  }).listen(Number(process.env.PORT), "127.0.0.1");
}

if (process.argv[2] === "server") await serve();
else bridge(JSON.parse(process.argv[3]));
