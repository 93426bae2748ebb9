// Drives an MCP server over stdio with the TypeScript SDK's client, one check a line: "ok NAME" or
// "not ok NAME: why". Reads from the environment nothing but what the server shall see.
//
//   node client.mjs '{"command": [...], "env": {...}, "names": {"everything": "everything__", ...}, "folder": "..."}'
//
// "names" maps a server to the prefix of its names: empty where the client talks to it directly.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as types from "@modelcontextprotocol/sdk/types.js";

const { command, env, names, folder, cwd } = JSON.parse(process.argv[2]);
const everything = (name) => names.everything + name;
const seen = { log: [], updated: [], progress: [], sampled: 0, elicited: 0, roots: 0 };
const waiting = [];
let failed = 0;

function changed() {
  for (const wait of [...waiting]) if (wait.done()) (waiting.splice(waiting.indexOf(wait), 1), wait.resolve());
}

/** Resolves as soon as `done` holds; fails after ten seconds. */
function until(what, done) {
  return new Promise((resolve, reject) => {
    if (done()) return resolve();
    const timer = setTimeout(() => reject(new Error("never came: " + what)), 10_000);
    waiting.push({ done, resolve: () => (clearTimeout(timer), resolve()) });
  });
}

function expect(truth, message) {
  if (!truth) throw new Error(message);
}

async function check(name, body) {
  try {
    await body();
    console.log("ok " + name);
  } catch (e) {
    failed++;
    console.log("not ok " + name + ": " + String(e.message ?? e).replaceAll("\n", " ").slice(0, 500));
  }
}

const client = new Client(
  { name: "typescript-sdk", version: "1.32.2" },
  { capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } } },
);
client.setRequestHandler(types.ListRootsRequestSchema, () => {
  seen.roots++;
  changed();
  return { roots: [{ uri: "file:///made/up/root", name: "made up" }] };
});
client.setRequestHandler(types.CreateMessageRequestSchema, (request) => {
  seen.sampled++;
  return { model: "made-up-model", role: "assistant", content: { type: "text", text: "sampled: " + request.params.messages[0].content.text } };
});
client.setRequestHandler(types.ElicitRequestSchema, () => {
  seen.elicited++;
  return { action: "accept", content: { name: "Ada Made-Up" } };
});
client.setNotificationHandler(types.LoggingMessageNotificationSchema, (n) => (seen.log.push(n.params), changed()));
client.setNotificationHandler(types.ResourceUpdatedNotificationSchema, (n) => (seen.updated.push(n.params.uri), changed()));

const transport = new StdioClientTransport({ command: command[0], args: command.slice(1), env, cwd, stderr: "inherit" });

async function all(method, key) {
  const items = [];
  let cursor;
  do {
    const page = await client[method](cursor === undefined ? {} : { cursor });
    items.push(...page[key]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

const text = (result) => result.content.map((block) => block.text ?? "").join("\n");
const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);

await check("initialize", async () => {
  await client.connect(transport);
  expect(client.getServerCapabilities().tools, "no tools capability");
});
await check("ping", async () => void (await client.ping()));
await check("tools/list", async () => {
  const tools = await all("listTools", "tools");
  const echo = tools.find((tool) => tool.name === everything("echo"));
  expect(echo, "no echo in " + tools.map((tool) => tool.name));
  expect(echo.inputSchema.properties.message, "echo lost its schema");
  const structured = tools.find((tool) => tool.name === everything("get-structured-content"));
  expect(structured.outputSchema?.properties?.temperature, "output schema lost");
  expect(structured.annotations?.readOnlyHint === true, "annotations lost");
});
await check("tools/call", async () => {
  expect(text(await call(everything("echo"), { message: "grüße 🙂" })) === "Echo: grüße 🙂", "wrong echo");
  expect(text(await call(everything("get-sum"), { a: 20, b: 22 })).includes("42"), "wrong sum");
});
await check("tools/call with structured content", async () => {
  const result = await call(everything("get-structured-content"), { location: "Chicago" });
  expect(typeof result.structuredContent.temperature === "number", "no structured content");
});
await check("tools/call with an image", async () => {
  const result = await call(everything("get-tiny-image"), {});
  expect(result.content.some((block) => block.type === "image" && block.data.length > 100), "no image");
});
await check("tools/call with wrong arguments", async () => {
  const result = await call(everything("get-sum"), { a: "x" }).catch((e) => ({ isError: true, content: [{ text: e.message }] }));
  expect(result.isError, "no error");
});
await check("tools/call of an unknown tool", async () => {
  const result = await call(everything("no-such-tool"), {}).catch(() => ({ isError: true }));
  expect(result.isError, "no error");
});
await check("progress", async () => {
  await call(everything("trigger-long-running-operation"), { duration: 0.3, steps: 3 }, { onprogress: (p) => seen.progress.push(p.progress) });
  // The SDK drops a notification that it reads in one chunk with the answer: the last may be missing.
  expect(/^1,2(,3)?$/.test(seen.progress.join()), "progress was " + seen.progress);
});
await check("cancellation", async () => {
  const abort = new AbortController();
  const pending = call(everything("trigger-long-running-operation"), { duration: 60, steps: 600 }, {
    signal: abort.signal, onprogress: () => abort.abort("enough"),
  });
  const outcome = await pending.then(() => "answered", () => "cancelled");
  expect(outcome === "cancelled", outcome);
  expect(text(await call(everything("echo"), { message: "still here" })) === "Echo: still here", "no echo afterwards");
});
await check("prompts/list and prompts/get", async () => {
  const prompts = await all("listPrompts", "prompts");
  expect(prompts.some((prompt) => prompt.name === everything("args-prompt")), "no args-prompt");
  const prompt = await client.getPrompt({ name: everything("args-prompt"), arguments: { city: "Bergen" } });
  expect(prompt.messages[0].content.text.includes("Bergen"), "wrong prompt");
});
await check("completion/complete of a prompt", async () => {
  const answer = await client.complete({
    ref: { type: "ref/prompt", name: everything("completable-prompt") },
    argument: { name: "name", value: "A" }, context: { arguments: { department: "Engineering" } },
  });
  expect(answer.completion.values.join() === "Alice", "completed " + answer.completion.values);
});
await check("completion/complete of a resource template", async () => {
  const answer = await client.complete({
    ref: { type: "ref/resource", uri: "demo://resource/dynamic/text/{resourceId}" }, argument: { name: "resourceId", value: "7" },
  });
  expect(answer.completion.values.join() === "7", "completed " + answer.completion.values);
});
let resources = [];
await check("resources/list and resources/read", async () => {
  resources = await all("listResources", "resources");
  expect(resources.length > 0, "no resources");
  const read = await client.readResource({ uri: resources[0].uri });
  expect(read.contents[0].text.length > 0, "empty resource");
});
await check("resources/templates/list and a templated read", async () => {
  const templates = await all("listResourceTemplates", "resourceTemplates");
  expect(templates.some((t) => t.uriTemplate === "demo://resource/dynamic/text/{resourceId}"), "no template");
  const read = await client.readResource({ uri: "demo://resource/dynamic/blob/3" });
  expect(Buffer.from(read.contents[0].blob, "base64").toString().includes("Resource 3"), "wrong blob");
});
await check("resources/subscribe, updated, unsubscribe", async () => {
  const uri = "demo://resource/dynamic/text/1";
  await client.subscribeResource({ uri });
  await call(everything("toggle-subscriber-updates"), {});
  await until("resources/updated", () => seen.updated.includes(uri));
  await client.unsubscribeResource({ uri });
  await call(everything("toggle-subscriber-updates"), {});
});
await check("logging/setLevel and notifications/message", async () => {
  await client.setLoggingLevel("debug");
  const before = seen.log.length;
  await call(everything("toggle-simulated-logging"), {});
  await until("a log message", () => seen.log.length > before);
  await call(everything("toggle-simulated-logging"), {});
});
await check("roots/list", async () => {
  const result = await call(everything("get-roots-list"), {});
  expect(text(result).includes("file:///made/up/root"), text(result));
});
await check("notifications/roots/list_changed", async () => {
  const before = seen.roots;
  await client.sendRootsListChanged();
  await until("roots/list", () => seen.roots > before);
});
await check("sampling/createMessage", async () => {
  const result = await call(everything("trigger-sampling-request"), { prompt: "hello", maxTokens: 10 });
  expect(seen.sampled === 1 && text(result).includes("sampled: Resource trigger-sampling-request context: hello"), text(result));
});
await check("elicitation/create", async () => {
  const result = await call(everything("trigger-elicitation-request"), {});
  expect(seen.elicited === 1 && text(result).includes("Ada Made-Up"), text(result));
});
if (names.filesystem !== undefined) {
  await check("server-filesystem", async () => {
    const file = folder + "/from-the-client.txt";
    await call(names.filesystem + "write_file", { path: file, content: "written through" });
    expect(text(await call(names.filesystem + "read_text_file", { path: file })) === "written through", "read something else");
    const outside = await call(names.filesystem + "read_text_file", { path: "/etc/hostname" });
    expect(outside.isError, "read outside of its folder");
  });
}
if (names.memory !== undefined) {
  await check("server-memory", async () => {
    const entity = { name: "Ada", entityType: "person", observations: ["is made up"] };
    await call(names.memory + "create_entities", { entities: [entity] });
    const graph = await call(names.memory + "read_graph", {});
    expect(graph.structuredContent.entities.some((e) => e.name === "Ada"), "not remembered");
  });
}
await check("close", async () => void (await client.close()));
process.exit(failed === 0 ? 0 : 1);
