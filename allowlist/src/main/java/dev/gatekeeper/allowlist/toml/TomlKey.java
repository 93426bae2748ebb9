package dev.gatekeeper.allowlist.toml;

import dev.gatekeeper.allowlist.json.At;

/** One key and where it stood. */
record TomlKey(String name, At at) {}
