// The client that the official conformance suite starts, once a scenario, with the address of its server. It does
// what the scenario wants through `gatekeeper serve`, or with the TypeScript SDK's own transport, to compare with.
//
//   CONFORMANCE='{"with": "gatekeeper", "command": [...], "home": "...", "env": {...}, "folder": "...", "id": "..."}'
//   CONFORMANCE='{"with": "sdk"}'
//
// Exit 0 says that the client is content; whether the server is, the suite says. Values that the suite hands over
// (a client's secret) go to the vault over a pipe.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { auth, extractWWWAuthenticateParams } from "@modelcontextprotocol/sdk/client/auth.js";
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const url = process.argv[2];
const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
const settings = JSON.parse(process.env.CONFORMANCE);
const METADATA = "https://conformance-test.local/client-metadata.json";
const LISTS_ONLY = ["json-schema-ref-no-deref", "auth/pre-registration", "auth/client-credentials-jwt", "auth/client-credentials-basic"];

/** The agent: what it can, and what it answers when it is asked. */
function agent() {
  const elicitation = scenario === "elicitation-sep1034-client-defaults";
  const capabilities = elicitation ? { elicitation: { form: { applyDefaults: true } } } : {};
  const client = new Client({ name: "conformance", version: "1" }, { capabilities });
  if (elicitation) client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: {} }));
  return client;
}

/** What every scenario wants: list, and call what is there. Returns what the calls said. */
async function steps(client, prefix, retry) {
  const own = (name) => name.startsWith(prefix);
  let tools = (await client.listTools()).tools.filter((tool) => own(tool.name));
  for (let wait = 0; tools.length === 0 && wait < 50 && scenario !== "initialize"; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    tools = (await client.listTools()).tools.filter((tool) => own(tool.name));
  }
  if (scenario === "initialize") return [];
  if (tools.length === 0) throw new Error("no tool is listed: " + (await status(client, prefix)));
  if (LISTS_ONLY.includes(scenario)) return [];
  let calls = [[tools[0].name, scenario === "tools_call" ? { a: 2, b: 3 } : {}]];
  if (scenario === "json-schema-2020-12-preservation") {
    const focal = tools.find((tool) => tool.name === prefix + "json_schema_2020_12_tool");
    calls = [[prefix + "json_schema_echo", { schema: focal.inputSchema }]];
  }
  const said = [];
  for (const [name, args] of calls) {
    let result = await client.callTool({ name, arguments: args });
    for (let again = 0; result.isError && again < 1 && retry && (await retry(result)); again++) {
      result = await client.callTool({ name, arguments: args });
    }
    said.push(JSON.stringify(result));
    if (result.isError) throw new Error("the call failed: " + said.at(-1));
  }
  return said;
}

async function status(client, prefix) {
  if (!prefix) return "";
  const result = await client.callTool({ name: "gatekeeper_status", arguments: {} });
  return result.content.map((block) => block.text).join(" ");
}

// ---- through the gatekeeper

const AUTH = scenario.startsWith("auth/");
const CREDENTIALS = scenario === "auth/client-credentials-basic";

function oauth() {
  const login = {};
  if (context.client_id) login.clientId = context.client_id;
  if (context.client_secret) login.clientSecret = "secret:suite/client";
  if (scenario === "auth/basic-cimd") login.clientMetadata = METADATA;
  if (CREDENTIALS) login.grant = "client_credentials";
  return login;
}

async function throughGatekeeper() {
  const folder = join(settings.folder, settings.id);
  const work = join(folder, "work");
  const home = join(folder, "state");
  process.umask(0o077); // folders of the copy are the owner's, as those of the home are
  mkdirSync(join(work, ".gatekeeper"), { recursive: true });
  cpSync(settings.home, home, { recursive: true, preserveTimestamps: true });
  const env = { ...settings.env, GATEKEEPER_HOME: home };
  const [program, ...before] = settings.command;
  const run = (args, input = "") => {
    const done = spawnSync(program, [...before, ...args], { cwd: work, env, input, encoding: "utf8", timeout: 60_000 });
    console.error(`gatekeeper ${args.join(" ")}: exit ${done.status}\n${done.stdout}${done.stderr}`);
    return done.status;
  };
  const must = (...args) => {
    if (run(args) !== 0) throw new Error("gatekeeper " + args.join(" "));
  };

  /** The call says what a person types (a login with more scopes): the person types it. */
  const typed = async (result) => {
    const said = result.content.map((block) => block.text).join(" ");
    const wanted = /gatekeeper login suite(?: --scope '([^']*)')?/.exec(said);
    if (!wanted) return false;
    return run(["login", "suite", ...(wanted[1] ? ["--scope", wanted[1]] : [])]) === 0;
  };

  const entry = { reason: "conformance", owner: "tests", type: "http", url, tools: { allow: ["*"] } };
  entry.dynamic = "what the suite's server says now";
  if (scenario.startsWith("elicitation")) entry.serverRequests = ["elicitation"];
  if (AUTH) entry.oauth = oauth();
  const list = { version: 1, mcpServers: { suite: entry } };
  writeFileSync(join(work, ".gatekeeper", "allowlist.json"), JSON.stringify(list, null, 2));
  if (context.client_secret && run(["vault", "put", "suite/client"], context.client_secret) !== 0) {
    throw new Error("vault put");
  }
  must("allowlist", "trust", "--yes");
  if (AUTH && !CREDENTIALS) must("login", "suite");

  const client = agent();
  const transport = new StdioClientTransport({
    command: program,
    args: [...before, "serve"],
    cwd: work,
    env,
    stderr: "inherit",
  });
  await client.connect(transport);
  try {
    await steps(client, "suite__", AUTH && typed);
  } finally {
    await client.close();
  }
}

// ---- with the SDK's own transport

/** A person who always agrees: follows the redirect of the authorization server and keeps the code. */
class Person {
  redirectUrl = "http://localhost:3000/callback";
  clientMetadataUrl = METADATA;
  clientMetadata = { client_name: "conformance", redirect_uris: [this.redirectUrl] };
  clientInformation = () => this.known;
  saveClientInformation = (known) => void (this.known = known);
  tokens = () => this.held;
  saveTokens = (held) => void (this.held = held);
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);
  codeVerifier = () => this.verifier;
  async redirectToAuthorization(address) {
    const answer = await fetch(address, { redirect: "manual" });
    this.code = new URL(answer.headers.get("location")).searchParams.get("code");
  }
}

function transportOfTheSdk() {
  if (scenario === "auth/client-credentials-basic") {
    const provider = new ClientCredentialsProvider({ clientId: context.client_id, clientSecret: context.client_secret });
    return new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  }
  if (scenario === "auth/client-credentials-jwt") {
    const algorithm = context.signing_algorithm ?? "ES256";
    const provider = new PrivateKeyJwtProvider({ clientId: context.client_id, privateKey: context.private_key_pem, algorithm });
    return new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
  }
  if (!AUTH) return new StreamableHTTPClientTransport(new URL(url));
  const person = new Person();
  if (context.client_id) person.known = { client_id: context.client_id, client_secret: context.client_secret };
  const authorized = async (input, init) => {
    const ask = () => {
      const headers = new Headers(init?.headers);
      if (person.held) headers.set("Authorization", "Bearer " + person.held.access_token);
      return fetch(input, { ...init, headers });
    };
    const first = await ask();
    if (first.status !== 401 && first.status !== 403) return first;
    const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(first);
    const wanted = { serverUrl: url, resourceMetadataUrl, scope };
    if ((await auth(person, wanted)) === "REDIRECT") await auth(person, { ...wanted, authorizationCode: person.code });
    return ask();
  };
  return new StreamableHTTPClientTransport(new URL(url), { fetch: authorized });
}

async function withTheSdk() {
  const client = agent();
  await client.connect(transportOfTheSdk());
  try {
    await steps(client, "");
  } finally {
    await client.close();
  }
}

try {
  await (settings.with === "sdk" ? withTheSdk() : throughGatekeeper());
  process.exit(0);
} catch (e) {
  console.error(e);
  process.exit(1);
}
