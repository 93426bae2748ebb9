package dev.gatekeeper.allowlist;

import java.util.List;

/**
 * What a confined server may still do.
 *
 * @param network whether it may open connections
 * @param write directories below which it may write
 */
public record Sandbox(boolean network, List<Template> write) {
  public Sandbox {
    write = List.copyOf(write);
  }
}
